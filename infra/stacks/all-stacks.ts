import type { App } from "aws-cdk-lib";
import { secretNameProblem } from "../parts/firelens-api-key.ts";
import type { StackSettings } from "../settings/load-settings.ts";
import { stackName } from "../settings/stack-names.ts";
import { ComparisonStack } from "./comparison-stack.ts";
import { FirelensStack } from "./firelens-stack.ts";
import { ForwarderStack } from "./forwarder-stack.ts";
import { SenderStack } from "./sender-stack.ts";

/**
 * The stacks of a deployment. Each is deployed by name, and costs nothing until then.
 * @returns what there is to tell, besides what CDK tells of each stack
 */
export function addStacks(app: App, settings: StackSettings): readonly string[] {
  const { name, resourceTags, apiKey, site, env, service, tags, firelensProfile: profile, comparisonIntake } = settings;
  const stackProps = { tags: resourceTags && { ...resourceTags } };
  const { destinationArn } = settings;
  if (destinationArn !== undefined) {
    new SenderStack(app, stackName("sender", name), { ...stackProps, settings: { ...settings, destinationArn } });
    return [];
  }
  new ForwarderStack(app, stackName("forwarder", name), { ...stackProps, settings });
  // The sidecar's construct refuses it, which would stop the forwarder's deployment, too.
  const problem = "secret" in apiKey && !apiKey.secret.startsWith("arn:") && secretNameProblem(apiKey.secret);
  if (problem) return [`${stackName("firelens", name)} and ${stackName("comparison", name)} are left out. ${problem}`];
  const sample = { apiKey, site, environment: env, service, logTags: tags, profile };
  new FirelensStack(app, stackName("firelens", name), { ...stackProps, ...sample });
  const comparison = { apiKey, profile, intake: comparisonIntake, site };
  new ComparisonStack(app, stackName("comparison", name), { ...stackProps, ...comparison });
  return [];
}

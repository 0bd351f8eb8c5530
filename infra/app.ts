import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { parseSettings, SettingsError } from "./settings/settings.ts";
import { ComparisonStack } from "./stacks/comparison-stack.ts";
import { FirelensStack } from "./stacks/firelens-stack.ts";
import { ForwarderStack } from "./stacks/forwarder-stack.ts";

const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
try {
  const settings = parseSettings(app.node.getAllContext());
  const { apiKey, site, env, service, tags, firelensProfile: profile, comparisonIntake: intake } = settings;
  new ForwarderStack(app, "sidecarless-forwarder", { settings });
  new FirelensStack(app, "sidecarless-firelens", { apiKey, site, environment: env, service, logTags: tags, profile });
  new ComparisonStack(app, "sidecarless-comparison", { apiKey, profile, intake, site });
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  // The message alone: a stack trace would bury it.
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

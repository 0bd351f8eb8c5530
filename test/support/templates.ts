import { readFileSync } from "node:fs";
import { Annotations, App, type AppProps } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { WARNINGS } from "../../infra/parts/forwarder/warn.ts";
import { loadSettings, type StackSettings } from "../../infra/settings/load-settings.ts";
import { ForwarderStack } from "../../infra/stacks/forwarder-stack.ts";

/** An app with the feature flags that a deployment has. */
export function appAsDeployed(props: AppProps = {}): App {
  const { context } = JSON.parse(readFileSync(new URL("../../cdk.json", import.meta.url), "utf8"));
  const app = new App({ ...props, context, analyticsReporting: false });
  Annotations.of(app).acknowledgeWarning(WARNINGS.concurrency, "It would be said by nearly every test.");
  return app;
}

/** Settings as given with `-c`, alone: a file of whoever runs the tests is none of theirs. */
export const settingsOf = (context: Readonly<Record<string, string>>): StackSettings =>
  loadSettings({ ...context, settings: "none" }, ".");

/** The forwarder's stack for settings as given with `-c`; without `logGroups` it subscribes none, on purpose. */
export function forwarderStack(
  settings: Readonly<Record<string, string>> = { apiKeySecret: "dd-key" },
): ForwarderStack {
  const all = settingsOf({ logGroups: "none", ...settings });
  return new ForwarderStack(appAsDeployed(), "sidecarless-forwarder", { settings: all });
}

export const templateOf = (stack: ForwarderStack) => Template.fromStack(stack);

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
}

/** Every action that a role's policies allow, with the resources it is allowed on, as `action → resources`. */
export function allowedActions(template: Template, roleId: RegExp): Record<string, string[]> {
  const allowed: Record<string, string[]> = {};
  for (const policy of Object.values(template.findResources("AWS::IAM::Policy"))) {
    if (!policy.Properties.Roles.some(({ Ref }: { Ref: string }) => roleId.test(Ref))) continue;
    for (const { Effect, Action, Resource } of policy.Properties.PolicyDocument.Statement as Statement[]) {
      if (Effect !== "Allow") continue;
      const resources = (Array.isArray(Resource) ? Resource : [Resource]).map(readable);
      for (const action of [Action].flat()) allowed[action] = [...(allowed[action] ?? []), ...resources].toSorted();
    }
  }
  return allowed;
}

/** A CloudFormation value as text: `<LogicalId>` for references, parts joined. */
export function readable(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  const fields = value as Record<string, unknown>;
  if (fields.Ref) return `<${withoutHash(String(fields.Ref))}>`;
  const getAtt = fields["Fn::GetAtt"] as string[] | undefined;
  if (getAtt) return `<${withoutHash(getAtt[0] ?? "")}.${getAtt[1]}>`;
  const join = fields["Fn::Join"] as [string, unknown[]] | undefined;
  if (join) return join[1].map(readable).join(join[0]);
  return JSON.stringify(value);
}

const withoutHash = (id: string) => id.replace(/[0-9A-F]{8}$/, "");

import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { ForwarderStack } from "./forwarder-stack.ts";
import { parseForwarderSettings, SettingsError } from "./settings.ts";

const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
try {
  new ForwarderStack(app, "sidecarless-forwarder", { settings: parseForwarderSettings(app.node.getAllContext()) });
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  // The message alone: a stack trace would bury it.
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { loadSettings, SettingsError } from "./settings/load-settings.ts";
import { addStacks } from "./stacks/all-stacks.ts";

const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
try {
  const notes = addStacks(app, loadSettings(app.node.getAllContext(), process.cwd()));
  for (const note of notes) process.stderr.write(`${note}\n`);
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  // The message alone: a stack trace would bury it.
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

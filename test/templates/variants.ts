import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type App, Stack } from "aws-cdk-lib";
import { Forwarder } from "../../infra/constructs/forwarder.ts";
import { ComparisonStack } from "../../infra/stacks/comparison-stack.ts";
import { FirelensStack } from "../../infra/stacks/firelens-stack.ts";
import { ForwarderStack } from "../../infra/stacks/forwarder-stack.ts";
import { FORWARDER_VARIANTS } from "../support/forwarder-variants.ts";
import { appAsDeployed, settingsOf } from "../support/templates.ts";

/** Writes an app's templates into a folder. @returns the templates' files */
type Synthesize = (out: string) => string[];

const app =
  (fill: (app: App) => void): Synthesize =>
  (outdir) => {
    const filled = appAsDeployed({ outdir });
    fill(filled);
    filled.synth();
    return templatesIn(outdir);
  };

const templatesIn = (outdir: string): string[] =>
  readdirSync(outdir)
    .filter((file) => file.endsWith(".template.json"))
    .map((file) => path.join(outdir, file));

/** An app that uses the built package by its name: every construct, across stacks. */
const consumer: Synthesize = (outdir) => {
  const file = fileURLToPath(new URL("../consumer/app.ts", import.meta.url));
  execFileSync(process.execPath, [file], { env: { ...process.env, CDK_OUTDIR: outdir } });
  return templatesIn(outdir);
};

/** The forwarder's stack with settings as given with `-c`. */
const forwarder = (settings: Readonly<Record<string, string>>): Synthesize =>
  app((scope) => {
    new ForwarderStack(scope, "sidecarless-forwarder", { settings: settingsOf(settings) });
  });

const apiKey = { secret: "dd-key" } as const;

/** A forwarder alone, as another CDK app would have it. Without the region, so that it can be judged for each. */
const constructs = Object.entries(FORWARDER_VARIANTS).map(([name, props]): [string, Synthesize] => [
  `a forwarder: ${name}`,
  app((scope) => {
    const stack = new Stack(scope, "Other");
    new Forwarder(stack, "Forwarder", { reservedConcurrency: 10, ...props(stack) });
  }),
]);

/** What people deploy: every setting and every prop that changes the resources is in one of them. */
export const VARIANTS: Readonly<Record<string, Synthesize>> = {
  ...Object.fromEntries(constructs),
  "log groups by name": forwarder({ apiKeySecret: "dd-key", logGroups: "/ecs/a,/ecs/b" }),
  "whole account": forwarder({ apiKeyParameter: "dd-key", wholeAccount: "true" }),
  "task events and tags of log groups": forwarder({
    apiKeySecret: "dd-key",
    logGroups: "/ecs/a",
    taskEvents: "true",
    logGroupTags: "team,CostCenter=cost_center",
  }),
  "the sidecar, as documented": app((scope) => {
    new FirelensStack(scope, "sidecarless-firelens", { apiKey, profile: "asDocumented" });
  }),
  "the sidecar, hardened": app((scope) => {
    new FirelensStack(scope, "sidecarless-firelens", { apiKey, profile: "hardened" });
  }),
  "an app that uses the package": consumer,
  comparison: app((scope) => {
    new ComparisonStack(scope, "sidecarless-comparison", { apiKey });
  }),
  "comparison, to Datadog": app((scope) => {
    new ComparisonStack(scope, "sidecarless-comparison", { apiKey, intake: "datadog" });
  }),
};

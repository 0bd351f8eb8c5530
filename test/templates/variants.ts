import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type App, Arn, ArnFormat, Aws, Stack } from "aws-cdk-lib";
import { Forwarder } from "../../infra/constructs/forwarder.ts";
import { writePackage } from "../../infra/packaged/write-package.ts";
import { ComparisonStack } from "../../infra/stacks/comparison-stack.ts";
import { FirelensStack } from "../../infra/stacks/firelens-stack.ts";
import { ForwarderStack } from "../../infra/stacks/forwarder-stack.ts";
import { SenderStack } from "../../infra/stacks/sender-stack.ts";
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

/** An app that uses the built package by its name. @param file from the project's folder */
const consumer =
  (file: string): Synthesize =>
  (outdir) => {
    const app = fileURLToPath(new URL(`../../${file}`, import.meta.url));
    execFileSync(process.execPath, [app], { env: { ...process.env, CDK_OUTDIR: outdir } });
    return templatesIn(outdir);
  };

/** As `npm run package` writes it, for those who don't use CDK. */
const packaged: Synthesize = (outdir) => {
  writePackage(outdir);
  return [path.join(outdir, "template.yaml")];
};

/** The forwarder's stack with settings as given with `-c`. */
const forwarder = (settings: Readonly<Record<string, string>>): Synthesize =>
  app((scope) => {
    new ForwarderStack(scope, "sidecarless-forwarder", { settings: settingsOf(settings) });
  });

/** The stack of an account whose log groups go to another one's forwarder. */
const sender = (settings: Readonly<Record<string, string>>): Synthesize =>
  app((scope) => {
    // Of the region that is being judged.
    const destinationArn = Arn.format({
      partition: Aws.PARTITION,
      service: "logs",
      region: Aws.REGION,
      account: "111122223333",
      resource: "destination",
      resourceName: "sidecarless-sidecarless-forwarder",
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const all = settingsOf({ destinationArn: DESTINATION_ARN, ...settings });
    new SenderStack(scope, "sidecarless-sender", { settings: { ...all, destinationArn } });
  });

const DESTINATION_ARN = "arn:aws:logs:eu-west-1:111122223333:destination:sidecarless-sidecarless-forwarder";

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
  "a stream between": forwarder({ apiKeySecret: "dd-key", logGroups: "/ecs/a", via: "kinesis" }),
  "a stream between, for an organisation's accounts": forwarder({
    apiKeySecret: "dd-key",
    wholeAccount: "true",
    via: "kinesis",
    organizationId: "o-a1b2c3d4e5",
    streamKmsKeyArn: "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    streamRetentionHours: "72",
    streamRetryAttempts: "100",
    streamDistribution: "Random",
  }),
  "log groups by rule": forwarder({
    apiKeySecret: "dd-key",
    includeLogGroups: "/ecs/*,/rds/main",
    excludeLogGroups: "/ecs/*-debug",
    excludeLogGroupTags: "logs=off",
    filterPattern: "?ERROR ?WARN",
    subscribeDryRun: "true",
  }),
  "log groups by rule, onto a stream": forwarder({ apiKeySecret: "dd-key", via: "kinesis", includeLogGroups: "*" }),
  "an account that sends by rule": sender({ includeLogGroups: "*", excludeLogGroups: "/aws/vpc/*" }),
  "an account that sends": sender({ logGroups: "/ecs/a,/ecs/b" }),
  "an account that sends all": sender({ wholeAccount: "true" }),
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
  "an app that uses the package": consumer("test/consumer/app.ts"),
  "example: a service on each path": consumer("examples/service-on-each-path.ts"),
  "example: a whole account": consumer("examples/whole-account.ts"),
  "example: an organisation": consumer("examples/organisation.ts"),
  "packaged, without CDK": packaged,
  comparison: app((scope) => {
    new ComparisonStack(scope, "sidecarless-comparison", { apiKey });
  }),
  "comparison, to Datadog": app((scope) => {
    new ComparisonStack(scope, "sidecarless-comparison", { apiKey, intake: "datadog" });
  }),
};

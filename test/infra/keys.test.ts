import { Stack } from "aws-cdk-lib";
import { Match, Template, Annotations as Warnings } from "aws-cdk-lib/assertions";
import { Key } from "aws-cdk-lib/aws-kms";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { describe, expect, test } from "vitest";
import { ConfigError, parseConfig } from "../../functions/settings/config.ts";
import { Forwarder } from "../../infra/constructs/forwarder.ts";
import { type ApiKeySource, type ExistingApiKey, existingApiKey } from "../../infra/parts/api-key-source.ts";
import { ELSEWHERE, FORWARDER_VARIANTS, type ForwarderVariant, HOME, KMS_KEY } from "../support/forwarder-variants.ts";
import { appAsDeployed, readable } from "../support/templates.ts";

function templateOf(apiKey: (stack: Stack) => ApiKeySource, env: { account?: string; region?: string } = HOME) {
  const stack = new Stack(appAsDeployed(), "Other", { env });
  new Forwarder(stack, "Forwarder", { apiKey: apiKey(stack), reservedConcurrency: 10 });
  return { stack, template: Template.fromStack(stack) };
}

/** Where the forwarder of a template finds its key, as it reads that itself. */
function apiKeyOf(template: Template) {
  const [fn] = Object.values(template.findResources("AWS::Lambda::Function"));
  const variables = Object.entries(fn?.Properties.Environment.Variables as Record<string, unknown>);
  const config = parseConfig(Object.fromEntries(variables.map(([name, value]) => [name, readable(value)])));
  if (config instanceof ConfigError) throw config;
  return config.apiKey;
}

const secretArn = (account: string, name: string) => `arn:aws:secretsmanager:eu-west-1:${account}:secret:${name}`;
const parameterArn = (account: string) => `arn:aws:ssm:eu-west-1:${account}:parameter/dd/key`;
const kmsKeyArn = `arn:aws:kms:eu-west-1:${ELSEWHERE}:key/${KMS_KEY}`;

describe("the functions are told of the key's place", () => {
  test.each<[what: string, place: ExistingApiKey, told: object]>([
    ["a secret by name", { secret: "dd-key" }, { kind: "secret", id: "dd-key" }],
    ["a secret whose name ends like an ARN's suffix", { secret: "prod-dd-key" }, { kind: "secret", id: "prod-dd-key" }],
    [
      "a secret by its whole ARN",
      { secret: secretArn(HOME.account, "dd-key-AbCdEf") },
      { kind: "secret", id: secretArn(HOME.account, "dd-key-AbCdEf") },
    ],
    [
      "a secret of this account by an ARN without suffix",
      { secret: secretArn(HOME.account, "dd/key") },
      { kind: "secret", id: "dd/key" },
    ],
    [
      "a secret of another account by an ARN without suffix, which no name would find",
      { secret: secretArn(ELSEWHERE, "dd/key"), kmsKeyArn },
      { kind: "secret", id: secretArn(ELSEWHERE, "dd/key") },
    ],
    [
      "a secret of another region by an ARN without suffix",
      { secret: secretArn(HOME.account, "dd/key").replace("eu-west-1", "us-east-1") },
      { kind: "secret", id: secretArn(HOME.account, "dd/key").replace("eu-west-1", "us-east-1") },
    ],
    ["a field of a secret", { secret: "dd-key", field: "datadog" }, { kind: "secret", id: "dd-key", field: "datadog" }],
    ["a parameter by name", { parameter: "/dd/key" }, { kind: "parameter", name: "/dd/key" }],
    [
      "a parameter of another account by its ARN",
      { parameter: parameterArn(ELSEWHERE), kmsKeyArn },
      { kind: "parameter", name: parameterArn(ELSEWHERE) },
    ],
  ])("%s", (_what, place, told) => {
    const { template } = templateOf((stack) => existingApiKey(stack, "Key", place));
    expect(apiKeyOf(template)).toEqual(told);
  });

  test("a secret by an ARN without suffix, where the account is known at the deployment only", () => {
    const { template } = templateOf(
      (stack) => existingApiKey(stack, "Key", { secret: secretArn(HOME.account, "dd/key") }),
      {},
    );
    expect(apiKeyOf(template)).toEqual({ kind: "secret", id: secretArn(HOME.account, "dd/key") });
  });

  test("a secret of a stack in another region", () => {
    const app = appAsDeployed();
    const other = new Stack(app, "Secrets", { env: { ...HOME, region: "us-east-1" } });
    // A stack needs something that is deployed.
    new Key(other, "Kms");
    const secret = Secret.fromSecretNameV2(other, "Key", "dd-key");
    const stack = new Stack(app, "Other", { env: HOME });
    new Forwarder(stack, "Forwarder", { apiKey: { secret }, reservedConcurrency: 10 });
    const id = secretArn(HOME.account, "dd-key").replace("eu-west-1", "us-east-1");
    expect(apiKeyOf(Template.fromStack(stack))).toEqual({ kind: "secret", id });
  });
});

describe("a place that can't be right stops the synth", () => {
  test.each<[what: string, place: ExistingApiKey, message: string]>([
    ["a parameter's ARN as a secret", { secret: parameterArn(HOME.account) }, "must be the ARN of a secret"],
    ["a secret's ARN as a parameter", { parameter: secretArn(HOME.account, "x") }, "must be the ARN of a parameter"],
    [
      "an alias of a KMS key, which policies don't know",
      { secret: "dd-key", kmsKeyArn: `arn:aws:kms:eu-west-1:${HOME.account}:alias/dd` },
      "must be the ARN of a KMS key, and no alias",
    ],
    ["the id of a KMS key", { secret: "dd-key", kmsKeyArn: KMS_KEY }, "must be the ARN of a KMS key"],
  ])("%s", (_what, place, message) => {
    expect(() => existingApiKey(new Stack(), "Key", place)).toThrow(message);
  });
});

test.each<[what: string, place: ExistingApiKey, warned: boolean]>([
  ["a secret of another account without its KMS key", { secret: secretArn(ELSEWHERE, "dd-key-AbCdEf") }, true],
  ["a parameter of another account without its KMS key", { parameter: parameterArn(ELSEWHERE) }, true],
  ["one with it", { secret: secretArn(ELSEWHERE, "dd-key-AbCdEf"), kmsKeyArn }, false],
  ["one of this account", { secret: secretArn(HOME.account, "dd-key-AbCdEf") }, false],
])("%s: warned of it is %s", (_what, place, warned) => {
  const { stack } = templateOf((scope) => existingApiKey(scope, "Key", place));
  const found = Warnings.fromStack(stack).findWarning("*", Match.stringLikeRegexp("is of another account"));
  expect(found).toHaveLength(warned ? 1 : 0);
});

describe("customers' KMS keys", () => {
  const of = (variant: ForwarderVariant) => {
    const stack = new Stack(appAsDeployed(), "Other", { env: HOME });
    new Forwarder(stack, "Forwarder", { reservedConcurrency: 10, ...FORWARDER_VARIANTS[variant](stack) });
    return Template.fromStack(stack);
  };
  const ours = `arn:aws:kms:eu-west-1:${HOME.account}:key/${KMS_KEY}`;

  test("encrypt the bucket, with one key for all objects, the log groups and the environment", () => {
    const template = of("KMS keys for everything");
    template.hasResourceProperties("AWS::S3::Bucket", {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: ours } },
        ],
      },
      LoggingConfiguration: { DestinationBucketName: "s3-logs", LogFilePrefix: "dd/" },
    });
    template.allResourcesProperties("AWS::Logs::LogGroup", { KmsKeyId: ours });
    template.allResourcesProperties("AWS::Lambda::Function", { KmsKeyArn: ours });
  });

  test("of the same app let CloudWatch Logs use them for log groups of this account, and once", () => {
    const stack = new Stack(appAsDeployed(), "Other", { env: HOME });
    const logEncryptionKey = new Key(stack, "Kms");
    for (const id of ["One", "Two"]) {
      const apiKey = existingApiKey(stack, `${id}Key`, { secret: "dd-key" });
      new Forwarder(stack, id, { apiKey, reservedConcurrency: 10, functions: { logEncryptionKey } });
    }
    const [key] = Object.values(Template.fromStack(stack).findResources("AWS::KMS::Key"));
    const ofLogs = key?.Properties.KeyPolicy.Statement.filter(({ Principal }: { Principal: object }) =>
      readable(Principal).includes("logs.eu-west-1"),
    );
    expect(ofLogs).toHaveLength(1);
    const condition = { "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:eu-west-1:${HOME.account}:log-group:*` };
    expect(ofLogs[0].Condition).toEqual({ ArnLike: condition });
  });
});

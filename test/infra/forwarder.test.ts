import { Duration, Stack, Tags } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { Vpc } from "aws-cdk-lib/aws-ec2";
import { Architecture } from "aws-cdk-lib/aws-lambda";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { describe, expect, test } from "vitest";
import { ConfigError, parseConfig } from "../../functions/settings/config.ts";
import { ENV } from "../../functions/settings/environment.ts";
import { Forwarder, type ForwarderProps } from "../../infra/constructs/forwarder.ts";
import { TUNING } from "../../infra/parts/forwarder/tuning.ts";
import { HOME } from "../support/forwarder-variants.ts";
import { allowedActions, appAsDeployed, forwarderStack, readable, templateOf } from "../support/templates.ts";

/** A forwarder alone, as another CDK app would have it. */
function forwarderWith(
  props: Partial<ForwarderProps> = {},
  inStack: (stack: Stack) => Partial<ForwarderProps> = () => ({}),
) {
  const stack = new Stack(appAsDeployed(), "Other", { env: HOME });
  const apiKey = { secret: Secret.fromSecretNameV2(stack, "Key", "dd-key") };
  const all = { apiKey, reservedConcurrency: "unreserved", ...props, ...inStack(stack) } as const;
  return { stack, forwarder: new Forwarder(stack, "Forwarder", all) };
}

const settings = { apiKeySecret: "dd-key", logGroups: "/ecs/a,/ecs/b", reservedConcurrency: "unreserved" };
const template = templateOf(forwarderStack(settings));

function environments(from: Template): Record<string, string>[] {
  return Object.values(from.findResources("AWS::Lambda::Function")).map(({ Properties }) =>
    Object.fromEntries(
      Object.entries(Properties.Environment.Variables).map(([name, value]) => [name, readable(value)]),
    ),
  );
}

describe("the functions", () => {
  test("run the built bundles on Node 24 and arm64", () => {
    template.allResourcesProperties("AWS::Lambda::Function", {
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
      Handler: "index.handler",
      Environment: { Variables: Match.objectLike({ MALLOC_ARENA_MAX: "1" }) },
    });
    template.resourceCountIs("AWS::Lambda::Function", 2);
  });

  test("get an environment that the forwarder itself takes", () => {
    const all = { env: "prod", service: "shop", source: "ecs", tags: "team:a,tier:b", site: "datadoghq.eu" };
    const intake = { intakeHost: "127.0.0.1", intakePort: "8080", intakeTls: "false" };
    const full = templateOf(forwarderStack({ ...settings, ...all, ...intake }));
    for (const environment of environments(full)) {
      const config = parseConfig(environment);
      expect(config).not.toBeInstanceOf(ConfigError);
      expect(config).toMatchObject({
        apiKey: { kind: "secret", id: "dd-key" },
        bucket: expect.stringContaining("ForwarderStore"),
        intake: { host: "127.0.0.1", port: 8080, tls: false },
        env: "prod",
        service: "shop",
        source: "ecs",
        tags: ["team:a", "tier:b"],
      });
    }
  });

  test("find the key in an SSM parameter, too", () => {
    const withParameter = templateOf(forwarderStack({ ...settings, apiKeySecret: "", apiKeyParameter: "/dd/key" }));
    for (const environment of environments(withParameter)) {
      expect(parseConfig(environment)).toMatchObject({ apiKey: { kind: "parameter", name: "/dd/key" } });
    }
    expect(allowedActions(withParameter, /ForwarderFunctionRole/)).toHaveProperty("ssm:GetParameter");
  });

  test("write to log groups of their own, which are deleted after a while", () => {
    template.resourceCountIs("AWS::Logs::LogGroup", 2);
    template.allResourcesProperties("AWS::Logs::LogGroup", { RetentionInDays: 14 });
    template.allResourcesProperties("AWS::Lambda::Function", { LoggingConfig: { LogGroup: Match.anyValue() } });
  });
});

describe("what can't be delivered", () => {
  test("is tried again twice by Lambda for up to six hours, then written to the bucket", () => {
    template.hasResourceProperties("AWS::Lambda::EventInvokeConfig", {
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 21_600,
      DestinationConfig: {
        OnFailure: { Destination: { "Fn::GetAtt": [Match.stringLikeRegexp("ForwarderStore"), "Arn"] } },
      },
    });
  });

  test("lies in a bucket that is encrypted, private, TLS only, and outlives the stack", () => {
    template.hasResource("AWS::S3::Bucket", {
      DeletionPolicy: "Retain",
      Properties: {
        BucketEncryption: Match.anyValue(),
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      },
    });
    template.hasResourceProperties("AWS::S3::BucketPolicy", {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
        ]),
      },
    });
  });

  test("is deleted after a month, whichever prefix it is under", () => {
    const [bucket] = Object.values(template.findResources("AWS::S3::Bucket"));
    const rules: { Prefix: string; ExpirationInDays: number }[] = bucket?.Properties.LifecycleConfiguration.Rules;
    const expiry = Object.fromEntries(rules.map(({ Prefix, ExpirationInDays }) => [Prefix, ExpirationInDays]));
    const prefixes = ["undelivered/", "rejected/", "unreadable/", "aws/lambda/async/", "aws/lambda/", "replayer/"];
    expect(expiry).toEqual(Object.fromEntries(prefixes.map((prefix) => [prefix, 30])));
  });

  test("is replayed on a schedule, and a run lasts as long as there is something to send", () => {
    template.hasResourceProperties("AWS::Events::Rule", { ScheduleExpression: "rate(1 minute)" });
    template.hasResourceProperties("AWS::Lambda::Function", {
      Timeout: 900,
      ReservedConcurrentExecutions: Match.absent(),
      Environment: { Variables: Match.objectLike({ SIDECARLESS_FORWARDER: Match.anyValue() }) },
      Description: Match.stringLikeRegexp("again"),
    });
    template.hasResourceProperties("AWS::Lambda::EventInvokeConfig", { MaximumRetryAttempts: 0 });
  });
});

describe("rules", () => {
  test("travel as a file beside the bundle", () => {
    const rules = { rules: [{ logGroup: "/ecs/shop-*", service: "shop", redact: [{ detector: "email" as const }] }] };
    const { stack } = forwarderWith({ rules });
    const assets = JSON.parse(JSON.stringify(Template.fromStack(stack).findResources("AWS::Lambda::Function")));
    const hashes = new Set(
      Object.values(assets).map((fn) => JSON.stringify((fn as { Properties: { Code: unknown } }).Properties.Code)),
    );
    expect(hashes.size).toBe(2);
    const plain = Template.fromStack(forwarderWith().stack).findResources("AWS::Lambda::Function");
    expect(JSON.stringify(plain)).not.toContain([...hashes][0]);
  });

  test("that are wrong stop the synth, with everything that is wrong", () => {
    const rules = { rules: [{ logGroup: "/ecs/*", exclude: "(", redact: [{ detector: "nonsense" }] }] } as never;
    expect(() => forwarderWith({ rules })).toThrow(/rules\[0\]\.exclude[\s\S]*rules\[0\]\.redact\[0\]/);
  });
});

describe("metadata", () => {
  test("can be switched off, with its rights", () => {
    const { stack } = forwarderWith({ metadata: { ecs: false } });
    const without = Template.fromStack(stack);
    expect(Object.keys(allowedActions(without, /FunctionRole/)).filter((action) => action.startsWith("ecs:"))).toEqual(
      [],
    );
    expect(environments(without)[0]).toMatchObject({ SIDECARLESS_ECS_METADATA: "false" });
  });

  test("takes tags of log groups, under other names if asked", () => {
    const { stack } = forwarderWith({ metadata: { logGroupTags: { team: "team", CostCenter: "cost_center" } } });
    const withTags = Template.fromStack(stack);
    expect(allowedActions(withTags, /FunctionRole/)).toHaveProperty("logs:ListTagsForResource");
    const config = parseConfig(environments(withTags)[0] ?? {});
    expect(config).toMatchObject({
      metadata: { ecs: true, logGroupTags: { allow: ["team", "CostCenter"], rename: { CostCenter: "cost_center" } } },
    });
  });

  test("hears of ECS tasks from their events, if asked", () => {
    const { stack } = forwarderWith({ metadata: { taskEvents: true } });
    Template.fromStack(stack).hasResourceProperties("AWS::Events::Rule", {
      EventPattern: { source: ["aws.ecs"], "detail-type": ["ECS Task State Change"] },
    });
    template.resourcePropertiesCountIs("AWS::Events::Rule", { EventPattern: Match.anyValue() }, 0);
  });
});

describe("what Lambda writes itself", () => {
  test("is left out but for failures: as JSON, which leaves our own lines as they are", () => {
    template.allResourcesProperties("AWS::Lambda::Function", {
      LoggingConfig: { LogFormat: "JSON", SystemLogLevel: "WARN", ApplicationLogLevel: "INFO" },
    });
  });

  test("is all there if asked for, as text", () => {
    const { stack } = forwarderWith({ functions: { reportLines: true } });
    for (const { Properties } of Object.values(Template.fromStack(stack).findResources("AWS::Lambda::Function"))) {
      expect(Properties.LoggingConfig).toEqual({ LogFormat: "Text", LogGroup: expect.anything() });
    }
  });
});

describe("options", () => {
  test("set size, time, concurrency and retention", () => {
    const { stack } = forwarderWith({
      memoryMb: 1_024,
      timeout: Duration.seconds(30),
      reservedConcurrency: 20,
      logRetention: RetentionDays.ONE_YEAR,
      storedLogsExpireAfter: Duration.days(7),
      replayEvery: Duration.minutes(10),
      retryAttempts: 1,
      maxEventAge: Duration.hours(1),
    });
    const set = Template.fromStack(stack);
    const forwarder = { MemorySize: 1_024, Timeout: 30, ReservedConcurrentExecutions: 20 };
    set.hasResourceProperties("AWS::Lambda::Function", forwarder);
    // Where concurrency can be reserved, Lambda itself keeps two replayers apart.
    set.hasResourceProperties("AWS::Lambda::Function", { Timeout: 900, ReservedConcurrentExecutions: 1 });
    set.hasResourceProperties("AWS::Lambda::EventInvokeConfig", {
      MaximumRetryAttempts: 1,
      MaximumEventAgeInSeconds: 3_600,
    });
    set.hasResourceProperties("AWS::Events::Rule", { ScheduleExpression: "rate(10 minutes)" });
    set.allResourcesProperties("AWS::Logs::LogGroup", { RetentionInDays: 365 });
  });

  test("tune the functions, in the words that they read", () => {
    const { stack } = forwarderWith({
      tuning: {
        compression: "gzip",
        compressionLevel: 6,
        maxConcurrentRequests: 8,
        requestTimeoutMs: 5_000,
        maxDecodedBytes: 1_048_576,
        metadataBudgetMs: 100,
        apiKeyTtlSeconds: 60,
      },
      metadata: { cluster: "prod" },
    });
    for (const environment of environments(Template.fromStack(stack))) {
      expect(parseConfig(environment)).toMatchObject({
        compression: { encoding: "gzip", gzipLevel: 6 },
        maxConcurrentRequests: 8,
        requestTimeoutMs: 5_000,
        maxDecodedBytes: 1_048_576,
        metadata: { budgetMs: 100, clusterHint: "prod" },
        apiKeyTtlMs: 60_000,
      });
    }
  });

  test("set every variable that the functions read, but those for other uses", () => {
    const elsewhere = {
      [ENV.apiKey]: "the key itself, for local use",
      [ENV.fetchLogGroupTags]: "all tags: a deployment names those that it wants",
      [ENV.enrichCloudwatchTags]: "no tags of log groups: a deployment that wants none names none",
    };
    const tuning = Object.fromEntries(TUNING.map((name) => [name, name === "compression" ? "gzip" : 5_000]));
    const { stack } = forwarderWith(
      {
        intake: { site: "datadoghq.eu", host: "proxy.example.com", port: 8_443, tls: false },
        entries: { env: "prod", service: "shop", source: "ecs", tags: ["team:a"] },
        metadata: { cluster: "prod", logGroupTags: { team: "team" } },
        tuning: { ...tuning, compressionLevel: 1, maxConcurrentRequests: 8 },
      },
      (scope) => ({ apiKey: { secret: Secret.fromSecretNameV2(scope, "Json", "dd"), field: "datadog" } }),
    );
    const [set = {}] = environments(Template.fromStack(stack));
    // Instead of the secret; and the replayer's.
    const known = [...Object.keys(set), ENV.apiKeySsmName, ENV.forwarder, ...Object.keys(elsewhere)];
    expect(Object.values(ENV).filter((name) => !known.includes(name))).toEqual([]);
  });

  test("run the functions on x86", () => {
    const { stack } = forwarderWith({ functions: { architecture: Architecture.X86_64 } });
    Template.fromStack(stack).allResourcesProperties("AWS::Lambda::Function", { Architectures: ["x86_64"] });
  });

  test("of the app, such as tags, reach all that can have them", () => {
    const { stack } = forwarderWith({}, (scope) => ({
      network: { vpc: new Vpc(scope, "Vpc", { restrictDefaultSecurityGroup: false }) },
    }));
    Tags.of(stack).add("team", "platform");
    const tagged = Template.fromStack(stack);
    const types = [
      "AWS::Lambda::Function",
      "AWS::IAM::Role",
      "AWS::S3::Bucket",
      "AWS::Logs::LogGroup",
      "AWS::EC2::SecurityGroup",
    ];
    for (const type of types) {
      tagged.allResourcesProperties(type, { Tags: Match.arrayWith([{ Key: "team", Value: "platform" }]) });
    }
  });
});

describe("an existing bucket", () => {
  const { stack, forwarder } = forwarderWith({}, (scope) => ({
    store: { bucket: Bucket.fromBucketName(scope, "Kept", "kept-logs") },
  }));
  const kept = Template.fromStack(stack);

  test("is what both functions use, and none is made", () => {
    kept.resourceCountIs("AWS::S3::Bucket", 0);
    kept.resourceCountIs("AWS::S3::BucketPolicy", 0);
    expect(environments(kept).map(({ DD_S3_BUCKET_NAME }) => DD_S3_BUCKET_NAME)).toEqual(["kept-logs", "kept-logs"]);
    expect(forwarder.bucket.bucketName).toBe("kept-logs");
  });

  test("takes what Lambda gives up on, too", () => {
    kept.hasResourceProperties("AWS::Lambda::EventInvokeConfig", {
      DestinationConfig: { OnFailure: { Destination: "arn:aws:s3:::kept-logs" } },
    });
  });
});

test("several forwarders fit into a stack, and into an account: nothing has a name that another has", () => {
  const app = appAsDeployed();
  const stacks = ["One", "Two"].map((id) => {
    const stack = new Stack(app, id, { env: HOME });
    const apiKey = { secret: Secret.fromSecretNameV2(stack, "Key", "dd-key") };
    for (const name of ["Forwarder", "Other"]) new Forwarder(stack, name, { apiKey, reservedConcurrency: 10 });
    return stack;
  });
  const resources = stacks.flatMap((stack) => Object.values(Template.fromStack(stack).toJSON().Resources));
  const names = (resources as { Type: string; Properties?: object }[])
    // A role's own policy has a name within the role only.
    .filter(({ Type }) => Type !== "AWS::IAM::Policy")
    .flatMap(({ Properties = {} }) => Object.entries(Properties))
    // One that is a reference is of something else.
    .filter(([property, value]) => /Name$/.test(property) && typeof value === "string");
  expect(names.length).toBeGreaterThan(0);
  expect(new Set(names.map(([, name]) => name)).size).toBe(names.length);
});

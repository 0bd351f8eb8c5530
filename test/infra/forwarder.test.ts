import { Duration, Stack } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { Vpc } from "aws-cdk-lib/aws-ec2";
import { FilterPattern, LogGroup } from "aws-cdk-lib/aws-logs";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { describe, expect, test } from "vitest";
import { ConfigError, parseConfig } from "../../functions/settings/config.ts";
import { Forwarder, type ForwarderProps } from "../../infra/constructs/forwarder.ts";
import { allowedActions, appAsDeployed, forwarderStack, readable, templateOf } from "../support/templates.ts";

/** A forwarder alone, as another CDK app would have it. */
function forwarderWith(props: Partial<ForwarderProps> = {}) {
  const stack = new Stack(appAsDeployed(), "Other", { env: { account: "111122223333", region: "eu-west-1" } });
  const secret = Secret.fromSecretNameV2(stack, "Key", "dd-key");
  return { stack, forwarder: new Forwarder(stack, "Forwarder", { apiKey: { secret }, ...props }) };
}

const settings = { apiKeySecret: "dd-key", logGroups: "/ecs/a,/ecs/b" };
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
    });
    template.resourceCountIs("AWS::Lambda::Function", 2);
  });

  test("get an environment that the forwarder itself takes", () => {
    const all = { env: "prod", service: "shop", source: "ecs", tags: "team:a,tier:b", site: "datadoghq.eu" };
    const intake = { intakeHost: "127.0.0.1", intakePort: "8080", intakeTls: "false" };
    const full = templateOf(forwarderStack({ apiKeySecret: "dd-key", ...all, ...intake }));
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
    const withParameter = templateOf(forwarderStack({ apiKeyParameter: "/dd/key" }));
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
    const prefixes = ["undelivered/", "rejected/", "unreadable/", "aws/lambda/async/", "replayer/"];
    expect(expiry).toEqual(Object.fromEntries(prefixes.map((prefix) => [prefix, 30])));
  });

  test("is replayed on a schedule, and a run is over before the next begins", () => {
    template.hasResourceProperties("AWS::Events::Rule", { ScheduleExpression: "rate(1 minute)" });
    template.hasResourceProperties("AWS::Lambda::Function", {
      Timeout: 30,
      Description: Match.stringLikeRegexp("again"),
    });
    template.hasResourceProperties("AWS::Lambda::EventInvokeConfig", { MaximumRetryAttempts: 0 });
  });
});

describe("rights", () => {
  const objects = (...prefixes: string[]) => prefixes.map((prefix) => `<ForwarderStore.Arn>/${prefix}/*`);
  // The six characters that Secrets Manager adds to a name.
  const key = [expect.stringMatching(/:secret:dd-key-\?{6}$/)];

  test("of the forwarder: its log, its key, writing to the store", () => {
    expect(allowedActions(template, /ForwarderFunctionRole/)).toEqual({
      "logs:CreateLogStream": ["<ForwarderFunctionLogs.Arn>"],
      "logs:PutLogEvents": ["<ForwarderFunctionLogs.Arn>"],
      "s3:PutObject": objects("aws/lambda/async", "rejected", "undelivered", "unreadable"),
      "s3:ListBucket": ["<ForwarderStore.Arn>"],
      "secretsmanager:DescribeSecret": key,
      "secretsmanager:GetSecretValue": key,
      "ecs:ListClusters": ["*"],
      "ecs:DescribeTaskDefinition": ["*"],
      "ecs:DescribeTasks": [expect.stringMatching(/:ecs:.*:task\/\*$/)],
    });
  });

  test("of the replayer: its log, its key, moving what is undelivered, and its memory", () => {
    expect(allowedActions(template, /ForwarderReplayerRole/)).toEqual({
      "logs:CreateLogStream": ["<ForwarderReplayerLogs.Arn>"],
      "logs:PutLogEvents": ["<ForwarderReplayerLogs.Arn>"],
      "s3:PutObject": objects("rejected", "replayer", "undelivered"),
      "s3:GetObject": objects("replayer", "undelivered"),
      "s3:DeleteObject": objects("replayer", "undelivered"),
      "s3:ListBucket": ["<ForwarderStore.Arn>"],
      "secretsmanager:DescribeSecret": key,
      "secretsmanager:GetSecretValue": key,
    });
  });

  test("have no managed policy behind them", () => {
    for (const { Properties } of Object.values(template.findResources("AWS::IAM::Role"))) {
      expect(Properties).not.toHaveProperty("ManagedPolicyArns");
    }
  });
});

describe("subscriptions", () => {
  test("share one permission, however many log groups there are", () => {
    const { stack, forwarder } = forwarderWith();
    for (let i = 0; i < 300; i++) forwarder.subscribe(LogGroup.fromLogGroupName(stack, `Group${i}`, `/ecs/${i}`));
    const many = Template.fromStack(stack);
    many.resourceCountIs("AWS::Logs::SubscriptionFilter", 300);
    many.resourcePropertiesCountIs("AWS::Lambda::Permission", { Principal: "logs.amazonaws.com" }, 1);
    many.hasResourceProperties("AWS::Lambda::Permission", {
      Principal: "logs.amazonaws.com",
      SourceAccount: "111122223333",
      SourceArn: "arn:aws:logs:eu-west-1:111122223333:log-group:*",
    });
  });

  test("wait for the permission, or CloudWatch Logs would refuse them", () => {
    const filters = Object.values(template.findResources("AWS::Logs::SubscriptionFilter"));
    for (const { DependsOn } of filters) expect(DependsOn).toEqual([expect.stringMatching(/Permission/)]);
    expect(filters).toHaveLength(2);
  });

  test("take a filter pattern", () => {
    const { stack, forwarder } = forwarderWith();
    forwarder.subscribe(new LogGroup(stack, "Group"), { filterPattern: FilterPattern.allTerms("ERROR") });
    Template.fromStack(stack).hasResourceProperties("AWS::Logs::SubscriptionFilter", { FilterPattern: '"ERROR"' });
  });

  test.each(["function", "replayer"] as const)(
    "of the log group of the %s are refused: they would never end",
    (which) => {
      const { forwarder } = forwarderWith();
      expect(() => forwarder.subscribe(forwarder[which].logGroup)).toThrow("log group of the forwarder itself");
    },
  );

  test("of the own log group are refused by its name, too", () => {
    const { stack, forwarder } = forwarderWith();
    const sameGroup = LogGroup.fromLogGroupName(stack, "Same", forwarder.function.logGroup.logGroupName);
    expect(() => forwarder.subscribe(sameGroup)).toThrow("log group of the forwarder itself");
  });

  test("of the whole account leave out the forwarder's own groups and those named", () => {
    const { stack, forwarder } = forwarderWith();
    forwarder.subscribeAccount({ except: [LogGroup.fromLogGroupName(stack, "Noisy", "/ecs/noisy")] });
    const [policy] = Object.values(Template.fromStack(stack).findResources("AWS::Logs::AccountPolicy"));
    expect(policy?.Properties).toMatchObject({ PolicyType: "SUBSCRIPTION_FILTER_POLICY", Scope: "ALL" });
    expect(readable(policy?.Properties.SelectionCriteria)).toBe(
      'LogGroupName NOT IN ["<ForwarderFunctionLogs>", "<ForwarderReplayerLogs>", "/ecs/noisy"]',
    );
    expect(JSON.parse(readable(policy?.Properties.PolicyDocument))).toMatchObject({ Distribution: "Random" });
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

describe("options", () => {
  test("set size, time, concurrency and retention", () => {
    const { stack } = forwarderWith({
      memoryMb: 1_024,
      timeout: Duration.seconds(30),
      reservedConcurrency: 20,
      storedLogsExpireAfter: Duration.days(7),
      replayEvery: Duration.minutes(10),
      retryAttempts: 1,
      maxEventAge: Duration.hours(1),
    });
    const set = Template.fromStack(stack);
    const forwarder = { MemorySize: 1_024, Timeout: 30, ReservedConcurrentExecutions: 20 };
    set.hasResourceProperties("AWS::Lambda::Function", forwarder);
    set.hasResourceProperties("AWS::Lambda::EventInvokeConfig", {
      MaximumRetryAttempts: 1,
      MaximumEventAgeInSeconds: 3_600,
    });
    set.hasResourceProperties("AWS::Events::Rule", { ScheduleExpression: "rate(10 minutes)" });
  });

  test("put the functions into a VPC with the endpoints they need and no way out", () => {
    const stack = new Stack(appAsDeployed(), "Private");
    const vpc = new Vpc(stack, "Vpc", { natGateways: 0 });
    const datadogEndpointService = "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0";
    const secret = Secret.fromSecretNameV2(stack, "Key", "dd-key");
    new Forwarder(stack, "Forwarder", { apiKey: { secret }, network: { vpc, datadogEndpointService } });
    const inVpc = Template.fromStack(stack);
    const ours = { VpcConfig: Match.anyValue(), Runtime: "nodejs24.x", Architectures: ["arm64"] };
    inVpc.resourcePropertiesCountIs("AWS::Lambda::Function", ours, 2);
    const services = Object.values(inVpc.findResources("AWS::EC2::VPCEndpoint")).map(({ Properties }) =>
      readable(Properties.ServiceName),
    );
    expect(services).toEqual(
      expect.arrayContaining([
        datadogEndpointService,
        expect.stringMatching(/\.secretsmanager$/),
        expect.stringMatching(/\.s3$/),
      ]),
    );
  });
});

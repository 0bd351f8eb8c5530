import { type App, Duration, Stack } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { Key } from "aws-cdk-lib/aws-kms";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { describe, expect, test } from "vitest";
import { FIGURES } from "../../compare/modelled.ts";
import { ForwarderDashboard } from "../../infra/constructs/dashboard.ts";
import { Forwarder, type ForwarderProps } from "../../infra/constructs/forwarder.ts";
import { HOME } from "../support/forwarder-variants.ts";
import { appAsDeployed, forwarderStack, readable } from "../support/templates.ts";

const KMS = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const STREAM = "<ForwarderKinesisStream.Arn>";
const WRITER = "<ForwarderKinesisWriter.Arn>";

function setUp(props: Partial<ForwarderProps> = { via: "kinesis" }, app: App = appAsDeployed(), id = "Logs") {
  const stack = new Stack(app, id, { env: HOME });
  const apiKey = { secret: Secret.fromSecretNameV2(stack, "Key", "dd-key") };
  const forwarder = new Forwarder(stack, "Forwarder", { apiKey, reservedConcurrency: 50, ...props });
  return { app, stack, forwarder, template: () => Template.fromStack(stack) };
}

const only = (template: Template, type: string) => {
  const found = Object.values(template.findResources(type));
  expect(found).toHaveLength(1);
  return found[0] as { readonly Properties: Record<string, unknown>; readonly DependsOn?: readonly string[] };
};

describe("the stream", () => {
  test("grows by itself, is encrypted, and keeps records for a day", () => {
    const template = setUp().template();
    expect(only(template, "AWS::Kinesis::Stream").Properties).toEqual({
      RetentionPeriodHours: 24,
      StreamModeDetails: { StreamMode: "ON_DEMAND" },
      StreamEncryption: { EncryptionType: "KMS", KeyId: "alias/aws/kinesis" },
    });
  });

  test("may have a key and a retention of one's own", () => {
    const { app, stack } = setUp({});
    const encryptionKey = Key.fromKeyArn(stack, "StreamKey", KMS);
    const template = setUp({ via: "kinesis", kinesis: { encryptionKey, retention: Duration.days(3) } }, app, "Own");
    template.template().hasResourceProperties("AWS::Kinesis::Stream", {
      RetentionPeriodHours: 72,
      StreamEncryption: { EncryptionType: "KMS", KeyId: KMS },
    });
  });

  test("is not there with via: lambda", () => {
    const template = setUp({ via: "lambda" }).template();
    template.resourceCountIs("AWS::Kinesis::Stream", 0);
    template.resourceCountIs("AWS::Lambda::EventSourceMapping", 0);
  });
});
describe("the forwarder reads it", () => {
  test("in batches, from the first record on, and loses none", () => {
    const template = setUp().template();
    const { Properties } = only(template, "AWS::Lambda::EventSourceMapping");
    expect(Properties).toEqual({
      EventSourceArn: { "Fn::GetAtt": [expect.stringMatching(/^ForwarderKinesisStream/), "Arn"] },
      FunctionName: { Ref: expect.stringMatching(/^ForwarderFunction/) },
      StartingPosition: "TRIM_HORIZON",
      BatchSize: 1_000,
      MaximumBatchingWindowInSeconds: 5,
      ParallelizationFactor: 2,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      BisectBatchOnFunctionError: true,
      MaximumRecordAgeInSeconds: 6 * 3_600,
      DestinationConfig: {
        OnFailure: { Destination: { "Fn::GetAtt": [expect.stringMatching(/^ForwarderStore/), "Arn"] } },
      },
      MetricsConfig: { Metrics: ["EventCount"] },
    });
  });

  test("as the comparison and the cost table take for granted", () => {
    const { Properties } = only(setUp().template(), "AWS::Lambda::EventSourceMapping");
    expect([Properties.MaximumBatchingWindowInSeconds, Properties.BatchSize, Properties.ParallelizationFactor]).toEqual(
      [
        FIGURES["cost.kinesisWindowMs"].value / 1_000,
        FIGURES["cost.kinesisBatchRecords"].value,
        FIGURES["cost.kinesisParallelization"].value,
      ],
    );
  });

  test("once its role may: AWS checks that when the event source is made", () => {
    const template = setUp().template();
    const [, fn] = Object.entries(template.findResources("AWS::Lambda::Function")).find(([id]) =>
      id.startsWith("ForwarderFunction"),
    ) ?? ["", { DependsOn: [] }];
    expect(fn.DependsOn).toContainEqual(expect.stringMatching(/^ForwarderFunctionRoleDefaultPolicy/));
  });

  test("as the props say", () => {
    const kinesis = {
      batchSize: 200,
      batchWindow: Duration.seconds(30),
      parallelization: 10,
      maxRecordAge: Duration.hours(2),
      retryAttempts: 7,
    };
    setUp({ via: "kinesis", kinesis }).template().hasResourceProperties("AWS::Lambda::EventSourceMapping", {
      BatchSize: 200,
      MaximumBatchingWindowInSeconds: 30,
      ParallelizationFactor: 10,
      MaximumRecordAgeInSeconds: 7_200,
      MaximumRetryAttempts: 7,
    });
  });
});

describe("log groups are subscribed to the stream", () => {
  test("one by one, each log stream in order, once there is a role and a reader", () => {
    const { stack, forwarder, template } = setUp();
    forwarder.subscribe(LogGroup.fromLogGroupName(stack, "Group", "/ecs/shop"));
    const { Properties, DependsOn } = only(template(), "AWS::Logs::SubscriptionFilter");
    expect(Properties).toMatchObject({ FilterName: "sidecarless-Logs", Distribution: "ByLogStream" });
    expect(readable(Properties.DestinationArn)).toBe(STREAM);
    expect(readable(Properties.RoleArn)).toBe(WRITER);
    for (const before of [/^ForwarderKinesisWriterDefaultPolicy/, /^ForwarderKinesisEventSource/]) {
      expect(DependsOn).toContainEqual(expect.stringMatching(before));
    }
  });

  test("as a whole account", () => {
    const { forwarder, template } = setUp({ via: "kinesis", kinesis: { distribution: "Random" } });
    forwarder.subscribeAccount();
    const { Properties } = only(template(), "AWS::Logs::AccountPolicy");
    expect(JSON.parse(readable(Properties.PolicyDocument))).toEqual({
      DestinationArn: STREAM,
      RoleArn: WRITER,
      FilterPattern: "",
      Distribution: "Random",
    });
  });

  test("from another stack, which needs the stream's ARN and the role's, and these exports stay", () => {
    const { app, stack, forwarder } = setUp();
    const shop = new Stack(app, "Shop", { env: HOME });
    forwarder.subscribe(new LogGroup(shop, "Group"));
    Template.fromStack(shop).hasResourceProperties("AWS::Logs::SubscriptionFilter", {
      DestinationArn: { "Fn::ImportValue": Match.stringLikeRegexp("KinesisStream") },
      RoleArn: { "Fn::ImportValue": Match.stringLikeRegexp("KinesisWriter") },
    });
    const exportsOf = (template: Template) => Object.keys(template.findOutputs("*")).toSorted();
    expect(exportsOf(setUp().template())).toEqual(exportsOf(Template.fromStack(stack)));
  });

  test("by whoever makes filters elsewhere, too", () => {
    const of = (props: Partial<ForwarderProps>) => {
      const { stack, forwarder } = setUp(props);
      return Object.fromEntries(
        Object.entries(forwarder.subscriptionTarget()).map(([name, value]) => [name, readable(stack.resolve(value))]),
      );
    };
    expect(of({})).toEqual({ destinationArn: "<ForwarderFunction.Arn>" });
    expect(of({ via: "kinesis" })).toEqual({ destinationArn: STREAM, roleArn: WRITER, distribution: "ByLogStream" });
  });
});

describe("another stack's or app's log groups, by ARNs", () => {
  const arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/logs";
  const writerRoleArn = "arn:aws:iam::111122223333:role/writer";

  test("are subscribed to the stream", () => {
    const stack = new Stack(appAsDeployed(), "Shop", { env: HOME });
    Forwarder.fromStreamArn(stack, "Forwarder", arn, { writerRoleArn }).subscribe(new LogGroup(stack, "Group"));
    expect(only(Template.fromStack(stack), "AWS::Logs::SubscriptionFilter").Properties).toMatchObject({
      DestinationArn: arn,
      RoleArn: writerRoleArn,
      Distribution: "ByLogStream",
      FilterName: "sidecarless-logs",
    });
  });

  test("are refused if they are elsewhere, or the ARN is another thing's", () => {
    const stack = new Stack(appAsDeployed(), "Shop", { env: { ...HOME, region: "us-east-1" } });
    const forwarder = Forwarder.fromStreamArn(stack, "Forwarder", arn, { writerRoleArn });
    expect(() => forwarder.subscribe(new LogGroup(stack, "Group"))).toThrow("within one account and region only");
    const wrong = "arn:aws:lambda:eu-west-1:111122223333:function:forwarder";
    expect(() => Forwarder.fromStreamArn(stack, "Other", wrong, { writerRoleArn })).toThrow("output StreamArn");
  });
});

describe("only CloudWatch Logs, for this account, writes to it", () => {
  /** What each statement of the role's trust wants, as text. */
  const trustOf = (template: Template) => {
    const roles = Object.entries(template.findResources("AWS::IAM::Role"));
    const writers = roles.filter(([id]) => id.startsWith("ForwarderKinesisWriter"));
    return writers
      .flatMap(([, { Properties }]) => Properties.AssumeRolePolicyDocument.Statement as Record<string, unknown>[])
      .map(({ Principal, Condition }) => JSON.stringify({ Principal, Condition }));
  };
  const logs = { Service: "logs.amazonaws.com" };
  const own = { StringLike: { "aws:SourceArn": "arn:aws:logs:eu-west-1:111122223333:*" } };
  const ofOrganization = {
    StringEquals: { "aws:SourceOrgID": "o-a1b2c3d4e5" },
    StringLike: { "aws:SourceArn": "arn:aws:logs:eu-west-1:*:*" },
  };

  test("as its role says", () => {
    expect(trustOf(setUp().template())).toEqual([JSON.stringify({ Principal: logs, Condition: own })]);
  });

  test("or, if it is said, for an account of the organisation", () => {
    const template = setUp({ via: "kinesis", kinesis: { organizationId: "o-a1b2c3d4e5" } }).template();
    expect(trustOf(template)).toEqual(
      [own, ofOrganization].map((Condition) => JSON.stringify({ Principal: logs, Condition })),
    );
  });
});

describe("between two deployments", () => {
  const resourcesOf = (settings: Readonly<Record<string, string>>) =>
    Template.fromStack(forwarderStack({ apiKeySecret: "dd-key", logGroups: "/ecs/a,/ecs/b", ...settings })).toJSON()
      .Resources as Record<string, { Type: string; Properties: Record<string, unknown> }>;
  const direct = resourcesOf({ via: "lambda" });
  const streamed = resourcesOf({ via: "kinesis" });
  const drained = resourcesOf({ via: "lambda", keepStream: "true" });
  const missing = (before: object, after: object) => Object.keys(before).filter((id) => !(id in after));
  const typesOf = (resources: typeof direct, ids: readonly string[]) => [
    ...new Set(ids.map((id) => resources[id]?.Type)),
  ];
  /** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-subscriptionfilter.html: these replace it. */
  const identityOf = ({ Properties }: { Properties: Record<string, unknown> }) => [
    Properties.LogGroupName,
    Properties.FilterName,
    Properties.FilterPattern,
  ];
  const filtersOf = (resources: typeof direct) =>
    Object.entries(resources).filter(([, { Type }]) => Type === "AWS::Logs::SubscriptionFilter");

  test("a stream is put between: filters are updated in place, and all that takes the old deliveries stays", () => {
    expect(missing(direct, streamed)).toEqual([]);
    for (const [id, filter] of filtersOf(streamed)) {
      expect(identityOf(filter)).toEqual(identityOf(direct[id] ?? filter));
      expect(readable(direct[id]?.Properties.DestinationArn)).toBe("<ForwarderFunction.Arn>");
      expect(readable(filter.Properties.DestinationArn)).toBe(STREAM);
    }
    const unchanged = Object.entries(direct).filter(
      ([id, before]) =>
        JSON.stringify(streamed[id]) === JSON.stringify(before) && before.Type !== "AWS::Logs::SubscriptionFilter",
    );
    // The function itself, its permission and its queue among them.
    expect(
      typesOf(
        direct,
        unchanged.map(([id]) => id),
      ),
    ).toEqual(
      expect.arrayContaining([
        "AWS::Lambda::Function",
        "AWS::Lambda::Permission",
        "AWS::Lambda::EventInvokeConfig",
        "AWS::S3::Bucket",
      ]),
    );
  });

  test("it is taken out again in two steps: first nothing is subscribed to it, then it goes", () => {
    expect(missing(streamed, drained)).toEqual([]);
    for (const [, { Properties }] of filtersOf(drained)) {
      expect(readable(Properties.DestinationArn)).toBe("<ForwarderFunction.Arn>");
    }
    const gone = missing(drained, direct);
    expect(typesOf(drained, gone).toSorted()).toEqual([
      "AWS::CloudWatch::Alarm",
      "AWS::IAM::Policy",
      "AWS::IAM::Role",
      "AWS::Kinesis::Stream",
      "AWS::Lambda::EventSourceMapping",
    ]);
  });
});

test("the dashboard has a row about the stream, if there is one", () => {
  const dashboardOf = (props: Partial<ForwarderProps>) => {
    const { stack, forwarder } = setUp(props);
    new ForwarderDashboard(stack, "Dashboard", { forwarder });
    return JSON.stringify(only(Template.fromStack(stack), "AWS::CloudWatch::Dashboard").Properties);
  };
  const named = ["IncomingRecords", "WriteProvisionedThroughputExceeded", "IteratorAge", "OnFailureDestination"];
  for (const name of named) {
    expect(dashboardOf({ via: "kinesis" })).toContain(name);
    expect(dashboardOf({})).not.toContain(name);
  }
});

describe("what AWS would refuse stops the synth", () => {
  test.each<[what: string, kinesis: NonNullable<ForwarderProps["kinesis"]>]>([
    ["kinesis.batchSize must be a whole number from 1 to 10000; it is 0", { batchSize: 0 }],
    ["kinesis.parallelization must be a whole number from 1 to 10; it is 11", { parallelization: 11 }],
    ["kinesis.batchWindow must be a whole number of seconds from 0 to 300", { batchWindow: Duration.minutes(6) }],
    ["kinesis.retention must be a whole number of hours from 24 to 8760", { retention: Duration.hours(12) }],
    ["kinesis.maxRecordAge must be a whole number of seconds from 60", { maxRecordAge: Duration.seconds(30) }],
    ["kinesis.retryAttempts must be a whole number from 0 to 10000", { retryAttempts: -1 }],
    ["what the stream drops by then is lost", { maxRecordAge: Duration.hours(24) }],
    ["kinesis.organizationId must be the id of an organisation", { organizationId: "111122223333" }],
  ])("%s", (what, kinesis) => {
    expect(() => setUp({ via: "kinesis", kinesis })).toThrow(what);
  });

  test("but not what is at its limits", () => {
    const kinesis = { batchSize: 10_000, batchWindow: Duration.minutes(5), retention: Duration.days(365) };
    expect(() => setUp({ via: "kinesis", kinesis: { ...kinesis, maxRecordAge: Duration.days(7) } })).not.toThrow();
  });
});

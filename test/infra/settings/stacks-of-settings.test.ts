import { App } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { ALARM_IDS } from "../../../infra/parts/alarms/watches.ts";
import { SETTING_NAMES, SETTINGS } from "../../../infra/settings/table.ts";
import { addStacks } from "../../../infra/stacks/all-stacks.ts";
import { ForwarderStack } from "../../../infra/stacks/forwarder-stack.ts";
import { appAsDeployed, forwarderStack, settingsOf, templateOf } from "../../support/templates.ts";

const KEY = { apiKeySecret: "dd-key" };
const templateFor = (settings: Readonly<Record<string, string>>) =>
  templateOf(forwarderStack({ ...KEY, logGroups: "/ecs/a", reservedConcurrency: "unreserved", ...settings }));

test("every setting is read by a stack", () => {
  const read = new Set<string | symbol>();
  const settings = new Proxy(
    settingsOf({
      ...KEY,
      logGroups: "/ecs/a",
      vpcId: "vpc-00000001",
      subnetIds: "subnet-00000001",
      via: "kinesis",
    }),
    {
      get(target, name, receiver) {
        read.add(name);
        return Reflect.get(target, name, receiver);
      },
    },
  );
  addStacks(new App({ analyticsReporting: false }), settings);
  // These make the one that the stacks read.
  const apiKey = ["apiKeySecret", "apiKeyParameter", "apiKeyField", "apiKeyKmsKeyArn"];
  expect(read).toContain("apiKey");
  expect(SETTING_NAMES.filter((name) => !read.has(name) && !apiKey.includes(name))).toEqual([]);
});

test("the alarms that can be left out are those that there are", () => {
  expect([...SETTINGS.withoutAlarms.shape.item.of].toSorted()).toEqual([...ALARM_IDS].toSorted());
});

describe("a forwarder that subscribes nothing", () => {
  const synthesize = (settings: Readonly<Record<string, string>>) =>
    Template.fromStack(
      new ForwarderStack(appAsDeployed(), "sidecarless-forwarder", { settings: settingsOf({ ...KEY, ...settings }) }),
    );

  test("is an error of its stack that says how to mean it", () => {
    expect(() => synthesize({})).toThrow("logGroups=none");
  });

  test.each(["logGroups=none", "logGroups=/ecs/a", "wholeAccount=true"])("is not one with %s", (setting) => {
    expect(() => synthesize(Object.fromEntries([setting.split("=")]))).not.toThrow();
  });
});

describe("between two deployments", () => {
  const resourcesOf = (logGroups: string) =>
    Template.fromStack(forwarderStack({ ...KEY, logGroups })).toJSON().Resources as Record<string, unknown>;
  const groups = ["/ecs/a", "/ecs/b", "/ecs/c"];
  const before = resourcesOf(groups.join(","));

  test.each(groups)("leaving out %s removes its filter and changes nothing else", (gone) => {
    const after = resourcesOf(groups.filter((group) => group !== gone).join(","));
    const removed = Object.keys(before).filter((id) => !(id in after));
    expect(removed.map((id) => before[id])).toEqual([
      expect.objectContaining({
        Type: "AWS::Logs::SubscriptionFilter",
        Properties: expect.objectContaining({ LogGroupName: gone }),
      }),
    ]);
    expect(after).toEqual(Object.fromEntries(Object.entries(before).filter(([id]) => !removed.includes(id))));
  });

  test("another order changes nothing", () => {
    expect(resourcesOf(groups.toReversed().join(","))).toEqual(before);
  });
});

test("deployments with names have stacks of their own", () => {
  const app = new App({ analyticsReporting: false });
  for (const name of ["", "payments"]) {
    addStacks(app, settingsOf({ ...KEY, logGroups: "/ecs/a", ...(name && { name, resourceTags: "CostCenter=1234" }) }));
  }
  const stacks = app.synth().stacks.map(({ stackName, tags }) => [stackName, tags]);
  expect(Object.fromEntries(stacks)).toEqual({
    "sidecarless-forwarder": {},
    "sidecarless-firelens": {},
    "sidecarless-comparison": {},
    "sidecarless-payments-forwarder": { CostCenter: "1234" },
    "sidecarless-payments-firelens": { CostCenter: "1234" },
    "sidecarless-payments-comparison": { CostCenter: "1234" },
  });
});

describe("existing things are named, and not looked up", () => {
  const KMS = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

  test("VPC, subnets, route tables and security groups", () => {
    const template = templateFor({
      vpcId: "vpc-00000001",
      subnetIds: "subnet-00000001,subnet-00000002",
      routeTableIds: "rtb-00000001",
      securityGroupIds: "sg-00000001",
      datadogEndpointService: "com.amazonaws.vpce.us-east-1.vpce-svc-0123",
    });
    template.allResourcesProperties("AWS::Lambda::Function", {
      VpcConfig: { SubnetIds: ["subnet-00000001", "subnet-00000002"], SecurityGroupIds: ["sg-00000001"] },
    });
    template.hasResourceProperties("AWS::EC2::VPCEndpoint", {
      VpcEndpointType: "Gateway",
      VpcId: "vpc-00000001",
      RouteTableIds: ["rtb-00000001"],
    });
    const { Properties } = Object.values(
      template.findResources("AWS::EC2::VPCEndpoint", {
        Properties: { ServiceName: "com.amazonaws.vpce.us-east-1.vpce-svc-0123" },
      }),
    )[0] as { Properties: Record<string, unknown> };
    expect(Properties).toMatchObject({ SubnetIds: ["subnet-00000001", "subnet-00000002"], VpcId: "vpc-00000001" });
  });

  test("endpoints in subnets and security groups of their own", () => {
    const template = templateFor({
      vpcId: "vpc-00000001",
      subnetIds: "subnet-00000001,subnet-00000002",
      endpoints: "apiKey",
      endpointSubnetIds: "subnet-00000002",
      endpointSecurityGroupIds: "sg-00000002",
    });
    template.resourceCountIs("AWS::EC2::VPCEndpoint", 1);
    template.hasResourceProperties("AWS::EC2::VPCEndpoint", {
      SubnetIds: ["subnet-00000002"],
      SecurityGroupIds: ["sg-00000002"],
    });
  });

  test("no endpoint is made with endpoints=none", () => {
    const network = { vpcId: "vpc-00000001", subnetIds: "subnet-00000001", endpoints: "none" };
    const service = { datadogEndpointService: "com.amazonaws.vpce.us-east-1.vpce-svc-0123" };
    templateFor({ ...network, ...service }).resourceCountIs("AWS::EC2::VPCEndpoint", 0);
  });

  test("roles", () => {
    const arn = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
    const template = templateFor({ forwarderRoleArn: arn("f"), replayerRoleArn: arn("r") });
    template.hasResourceProperties("AWS::Lambda::Function", { Role: arn("f") });
    template.hasResourceProperties("AWS::Lambda::Function", { Role: arn("r") });
    template.resourceCountIs("AWS::IAM::Policy", 0);
  });

  test("bucket, keys and boundary", () => {
    const template = templateFor({
      bucketName: "left-behind",
      bucketKmsKeyArn: KMS,
      environmentKmsKeyArn: KMS,
      logKmsKeyArn: KMS,
      permissionsBoundaryArn: "arn:aws:iam::111122223333:policy/boundary",
      rolePath: "/logging/",
    });
    template.resourceCountIs("AWS::S3::Bucket", 0);
    template.allResourcesProperties("AWS::Lambda::Function", {
      KmsKeyArn: KMS,
      Environment: { Variables: Match.objectLike({ DD_S3_BUCKET_NAME: "left-behind" }) },
    });
    template.allResourcesProperties("AWS::Logs::LogGroup", { KmsKeyId: KMS });
    template.hasResourceProperties("AWS::IAM::Role", {
      Path: "/logging/",
      PermissionsBoundary: "arn:aws:iam::111122223333:policy/boundary",
    });
  });
});

test("tuning goes to the functions under the names that they read", () => {
  templateFor({ compression: "gzip", compressionLevel: "9", apiKeyTtlSeconds: "60" }).allResourcesProperties(
    "AWS::Lambda::Function",
    {
      Environment: {
        Variables: Match.objectLike({
          DD_COMPRESSION: "gzip",
          DD_COMPRESSION_LEVEL: "9",
          SIDECARLESS_API_KEY_TTL_SECONDS: "60",
        }),
      },
    },
  );
});

test("silence is an alarm if the settings say after how long", () => {
  const isSilence = { AlarmDescription: Match.stringLikeRegexp("section silence of") };
  templateFor({}).resourcePropertiesCountIs("AWS::CloudWatch::Alarm", isSilence, 0);
  templateFor({ silenceMinutes: "60" }).resourcePropertiesCountIs("AWS::CloudWatch::Alarm", isSilence, 1);
  templateFor({ silenceMinutes: "60", withoutAlarms: "silence" }).resourcePropertiesCountIs(
    "AWS::CloudWatch::Alarm",
    isSilence,
    0,
  );
});

import { Stack, Validations } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { AwsSolutionsChecks } from "cdk-nag";
import { describe, expect, test } from "vitest";
import { Forwarder } from "../../infra/constructs/forwarder.ts";
import { addStacks } from "../../infra/stacks/all-stacks.ts";
import { SenderStack } from "../../infra/stacks/sender-stack.ts";
import { alarmsOf } from "../support/cloudwatch/deployed-alarms.ts";
import { rightsOf } from "../support/role-rights.ts";
import { appAsDeployed, forwarderStack, readable, settingsOf } from "../support/templates.ts";

const NAME = "sidecarless-sidecarless-forwarder";
const DESTINATION = `arn:aws:logs:eu-west-1:111122223333:destination:${NAME}`;
const SENDER = { env: { account: "444455556666", region: "eu-west-1" } };

function senderStack(settings: Readonly<Record<string, string>> = { logGroups: "/ecs/a,/ecs/b" }) {
  const app = appAsDeployed();
  const all = { ...settingsOf({ destinationArn: DESTINATION, ...settings }), destinationArn: DESTINATION };
  return { app, stack: new SenderStack(app, "sidecarless-sender", { settings: all, ...SENDER }) };
}

describe("the account that receives", () => {
  const template = Template.fromStack(
    forwarderStack({ apiKeySecret: "dd-key", via: "kinesis", organizationId: "o-a1b2c3d4e5" }),
  );
  const [destination] = Object.values(template.findResources("AWS::Logs::Destination"));

  test("has a destination that every account of the organisation may subscribe to, and no other", () => {
    expect(destination?.Properties).toMatchObject({ DestinationName: NAME });
    expect(readable(destination?.Properties.TargetArn)).toBe("<ForwarderKinesisStream.Arn>");
    expect(readable(destination?.Properties.RoleArn)).toBe("<ForwarderKinesisWriter.Arn>");
    const { Statement } = JSON.parse(readable(destination?.Properties.DestinationPolicy));
    expect(Statement).toEqual([
      {
        Effect: "Allow",
        Principal: "*",
        Action: ["logs:PutSubscriptionFilter", "logs:PutAccountPolicy"],
        Resource: `arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:destination:${NAME}`,
        Condition: { StringEquals: { "aws:PrincipalOrgID": ["o-a1b2c3d4e5"] } },
      },
    ]);
  });

  test("says its ARN, and makes it once the role may write", () => {
    expect(readable(template.findOutputs("DestinationArn").DestinationArn?.Value)).toContain(`:destination:${NAME}`);
    expect(destination?.DependsOn).toContainEqual(expect.stringMatching(/^ForwarderKinesisWriterDefaultPolicy/));
  });

  test("has none without an organisation", () => {
    const alone = Template.fromStack(forwarderStack({ apiKeySecret: "dd-key", via: "kinesis" }));
    alone.resourceCountIs("AWS::Logs::Destination", 0);
  });
});

describe("an account that sends", () => {
  const { stack } = senderStack();
  const template = Template.fromStack(stack);

  test("has filters on its log groups, and nothing of a forwarder", () => {
    const filters = Object.values(template.findResources("AWS::Logs::SubscriptionFilter"));
    expect(filters.map(({ Properties }) => [Properties.LogGroupName, Properties.FilterName])).toEqual([
      ["/ecs/a", NAME],
      ["/ecs/b", NAME],
    ]);
    for (const { Properties, DependsOn } of filters) {
      expect(Properties.DestinationArn).toBe(DESTINATION);
      expect(readable(Properties.RoleArn)).toBe("<SenderRole.Arn>");
      expect(DependsOn).toContainEqual(expect.stringMatching(/^SenderRoleDefaultPolicy/));
    }
    const types = Object.values(template.toJSON().Resources as Record<string, { Type: string }>).map(
      ({ Type }) => Type,
    );
    expect([...new Set(types)].toSorted()).toEqual([
      "AWS::CloudWatch::Alarm",
      "AWS::IAM::Policy",
      "AWS::IAM::Role",
      "AWS::Logs::SubscriptionFilter",
    ]);
  });

  test("lets CloudWatch Logs check that it may send, for this account alone", () => {
    expect(rightsOf(template, /SenderRole/)).toEqual([
      "logs:PutLogEvents on arn:aws:logs:eu-west-1:444455556666:log-group:*",
    ]);
    const [role = { Properties: {} }] = Object.values(template.findResources("AWS::IAM::Role"));
    const [statement] = role.Properties.AssumeRolePolicyDocument.Statement;
    expect(statement.Principal).toEqual({ Service: "logs.amazonaws.com" });
    expect(readable(statement.Condition.StringLike["aws:SourceArn"])).toBe("arn:aws:logs:eu-west-1:444455556666:*");
  });

  test("watches its own filters: the forwarder's account does not see them", () => {
    const alarms = alarmsOf(template);
    expect(Object.keys(alarms)).toEqual(["delivery-errors", "delivery-throttling"]);
    for (const alarm of Object.values(alarms)) expect(JSON.stringify(alarm)).toContain(`FilterName = '${NAME}'`);
    const without = Template.fromStack(senderStack({ logGroups: "/a", withoutAlarms: "delivery-throttling" }).stack);
    expect(Object.keys(alarmsOf(without))).toEqual(["delivery-errors"]);
  });

  test("may send all of its log groups", () => {
    const whole = Template.fromStack(senderStack({ wholeAccount: "true", exceptLogGroups: "/aws/vpc" }).stack);
    const [policy] = Object.values(whole.findResources("AWS::Logs::AccountPolicy"));
    expect(JSON.parse(readable(policy?.Properties.PolicyDocument))).toEqual({
      DestinationArn: DESTINATION,
      RoleArn: "<SenderRole.Arn>",
      FilterPattern: "",
      Distribution: "ByLogStream",
    });
    expect(policy?.Properties.SelectionCriteria).toContain("/aws/vpc");
  });

  test("says what it subscribes, or that it means to subscribe nothing", () => {
    expect(() => Template.fromStack(senderStack({}).stack)).toThrow("Nothing says what to subscribe");
    expect(() => Template.fromStack(senderStack({ logGroups: "none" }).stack)).not.toThrow();
  });

  test("has no finding of cdk-nag without a reason", () => {
    const { app } = senderStack();
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    expect(() => app.synth()).not.toThrow();
  });

  test("is the only stack of its deployment", () => {
    const app = appAsDeployed();
    addStacks(app, settingsOf({ destinationArn: DESTINATION, logGroups: "/ecs/a", name: "eu" }));
    expect(app.synth().stacks.map(({ stackName }) => stackName)).toEqual(["sidecarless-eu-sender"]);
  });

  test("may be any stack, with a service's own log group", () => {
    const app = appAsDeployed();
    const shop = new Stack(app, "Shop", SENDER);
    Forwarder.fromDestinationArn(shop, "Forwarder", DESTINATION).subscribe(new LogGroup(shop, "Group"));
    Template.fromStack(shop).hasResourceProperties("AWS::Logs::SubscriptionFilter", { DestinationArn: DESTINATION });
  });

  test("is in the destination's region", () => {
    const shop = new Stack(appAsDeployed(), "Shop", { env: { ...SENDER.env, region: "us-east-1" } });
    const sender = Forwarder.fromDestinationArn(shop, "Forwarder", DESTINATION);
    expect(() => sender.subscribe(new LogGroup(shop, "Group"))).toThrow("region only");
  });
});

describe("settings", () => {
  test.each([
    [{ apiKeySecret: "dd-key" }, "an account that only sends has no forwarder"],
    [{ via: "kinesis" }, "an account that only sends has no forwarder"],
    [{ organizationId: "o-a1b2c3d4e5" }, "an account that only sends has no forwarder"],
  ])("%j mean nothing where nothing is forwarded", (settings, problem) => {
    expect(() => settingsOf({ destinationArn: DESTINATION, logGroups: "/a", ...settings })).toThrow(problem);
  });

  test("of the stream mean nothing without one", () => {
    const KEY = { apiKeySecret: "dd-key", logGroups: "/a" };
    expect(() => settingsOf({ ...KEY, organizationId: "o-a1b2c3d4e5" })).toThrow("means nothing without via=kinesis");
    expect(() => settingsOf({ ...KEY, streamBatchSize: "5", keepStream: "true" })).not.toThrow();
  });
});

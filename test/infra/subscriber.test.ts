import { Duration, Stack, Validations } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { ManagedPolicy, Role } from "aws-cdk-lib/aws-iam";
import { FilterPattern, LogGroup } from "aws-cdk-lib/aws-logs";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { AwsSolutionsChecks } from "cdk-nag";
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../functions/settings/config.ts";
import { LOG_GROUP_RULE_FILE } from "../../functions/subscriber/environment.ts";
import { parseSubscriberSettings } from "../../functions/subscriber/settings.ts";
import { SenderAlarms } from "../../infra/constructs/alarms.ts";
import { Forwarder, type ForwarderProps } from "../../infra/constructs/forwarder.ts";
import { LogGroupSubscriber, type LogGroupSubscriberProps } from "../../infra/constructs/log-group-subscriber.ts";
import { linesOf, rightsOf } from "../support/role-rights.ts";
import { appAsDeployed, forwarderStack, readable, settingsOf } from "../support/templates.ts";

const HERE = { account: "111122223333", region: "eu-west-1" };
type Props = Partial<Omit<LogGroupSubscriberProps, "to">>;

function made(props: Props | ((stack: Stack) => Props) = {}, forwarderProps: Partial<ForwarderProps> = {}) {
  const stack = new Stack(appAsDeployed(), "logs", { env: HERE });
  const secret = Secret.fromSecretNameV2(stack, "Key", "dd-key");
  const forwarder = new Forwarder(stack, "Forwarder", { apiKey: { secret }, ...forwarderProps });
  const subscriber = new LogGroupSubscriber(stack, "Subscriber", {
    to: forwarder,
    include: ["/ecs/*"],
    ...(typeof props === "function" ? props(stack) : props),
  });
  return { stack, forwarder, subscriber, template: () => Template.fromStack(stack) };
}

interface Resource {
  readonly Type: string;
  readonly DependsOn?: readonly string[];
  readonly Properties: Readonly<Record<string, unknown>>;
}
const resourcesOf = (template: Template) => template.toJSON().Resources as Record<string, Resource>;
const idsOf = (template: Template, type: string) =>
  Object.entries(resourcesOf(template))
    .filter(([id, { Type }]) => Type === type && id.startsWith("Subscriber"))
    .map(([id]) => id);

function functionOf(template: Template): Resource {
  const [id = ""] = idsOf(template, "AWS::Lambda::Function");
  return resourcesOf(template)[id] as Resource;
}

/** The environment as the function would have it. */
function environmentOf(template: Template): Record<string, string> {
  const { Variables } = functionOf(template).Properties.Environment as { Variables: Record<string, unknown> };
  return Object.fromEntries(
    Object.entries(Variables).map(([name, value]) => [
      name,
      readable(value).replace(/^<ForwarderFunction\.Arn>$/, "arn:aws:lambda:eu-west-1:111122223333:function:forwarder"),
    ]),
  );
}

const RULE = { include: ["/ecs/*"] };

describe("the function", () => {
  test("understands the environment and the rule that it gets", () => {
    const { template } = made({ filterPattern: FilterPattern.literal("?ERROR"), dryRun: true });
    expect(parseSubscriberSettings(environmentOf(template()), JSON.stringify(RULE))).toEqual({
      wish: {
        rule: RULE,
        filter: {
          name: "sidecarless-logs@rule",
          destinationArn: "arn:aws:lambda:eu-west-1:111122223333:function:forwarder",
          pattern: "?ERROR",
        },
      },
      dryRun: true,
    });
    expect(parseSubscriberSettings({}, undefined)).toBeInstanceOf(ConfigError);
    expect(LOG_GROUP_RULE_FILE).toBe("log-groups.json");
  });

  test("puts filters on the stream, with its role, if the forwarder reads one", () => {
    const environment = environmentOf(made({}, { via: "kinesis" }).template());
    expect(environment).toMatchObject({
      SIDECARLESS_DESTINATION_ARN: "<ForwarderKinesisStream.Arn>",
      SIDECARLESS_DISTRIBUTION: "ByLogStream",
    });
    expect(environment.SIDECARLESS_DESTINATION_ROLE_ARN).toMatch(/^<ForwarderKinesis\w+\.Arn>$/);
  });

  test("runs on a schedule, and when CloudTrail tells of a new log group", () => {
    const { template } = made({ every: Duration.minutes(15) });
    const id = readable({ Ref: idsOf(template(), "AWS::Lambda::Function")[0] });
    template().hasResourceProperties("AWS::Events::Rule", {
      ScheduleExpression: "rate(15 minutes)",
      Targets: [Match.objectLike({ Arn: Match.objectLike({ "Fn::GetAtt": Match.anyValue() }) })],
    });
    template().hasResourceProperties("AWS::Events::Rule", {
      EventPattern: Match.objectLike({
        detail: Match.objectLike({
          eventName: ["CreateLogGroup", "PutSubscriptionFilter", "DeleteSubscriptionFilter"],
          // Or each of its own filters would have it run.
          userIdentity: {
            sessionContext: {
              sessionIssuer: {
                arn: [
                  { "anything-but": [{ "Fn::GetAtt": [Match.stringLikeRegexp("^SubscriberFunctionRole"), "Arn"] }] },
                  { exists: false },
                ],
              },
            },
          },
        }),
      }),
    });
    made({ includeTags: ["team"] })
      .template()
      .hasResourceProperties("AWS::Events::Rule", {
        EventPattern: { detail: { eventName: Match.arrayWith(["TagResource", "UntagResource"]) } },
      });
    expect(id).toBe("<SubscriberFunction>");
  });

  test("may do what it does, and no more", () => {
    const group = (name: string) => `arn:aws:logs:eu-west-1:111122223333:log-group:${name}`;
    const own = group("/sidecarless/logs/Subscriber/subscriber");
    const rights = rightsOf(made({ include: ["/ecs/*", "/rds/main"] }).template(), /^<SubscriberFunctionRole>$/);
    expect(rights).toEqual(
      [
        "logs:CreateLogStream on <SubscriberFunctionLogs.Arn>",
        "logs:PutLogEvents on <SubscriberFunctionLogs.Arn>",
        `logs:DescribeLogGroups on ${group("*")}`,
        `logs:DescribeSubscriptionFilters on ${group("*")}`,
        `logs:DeleteSubscriptionFilter on ${group("*")}`,
        `logs:PutSubscriptionFilter on ${group("/ecs/*")}`,
        `logs:PutSubscriptionFilter on ${group("/rds/main")}`,
        `logs:PutSubscriptionFilter on ${group("/rds/main:*")}`,
        `never logs:PutSubscriptionFilter on ${group("/sidecarless/*")}`,
        `logs:TagResource on ${own}`,
        `logs:UntagResource on ${own}`,
        `logs:ListTagsForResource on ${own}`,
        "lambda:InvokeFunction on <SubscriberFunction.Arn>",
      ].toSorted(),
    );
    const more = rightsOf(
      made({ excludeTags: ["logs=off"] }, { via: "kinesis" }).template(),
      /^<SubscriberFunctionRole>$/,
    );
    expect(more).toContain(`logs:ListTagsForResource on ${group("*")}`);
    expect(more.filter((right) => right.startsWith("iam:PassRole on <ForwarderKinesis"))).toHaveLength(1);
    expect(more.filter((right) => right.includes(`PutSubscriptionFilter on ${group("/ecs/*")}`))).toHaveLength(1);
  });

  test("names no log group in its policy where that would be too long", () => {
    const include = Array.from({ length: 21 }, (_, i) => `/ecs/service-${i}`);
    const rights = rightsOf(made({ include }).template(), /^<SubscriberFunctionRole>$/);
    expect(rights.filter((right) => right.startsWith("logs:PutSubscriptionFilter"))).toEqual([
      expect.stringMatching(/log-group:\*$/),
    ]);
  });

  test("takes a role that is there, and leaves it as it is; what that must allow can be asked", () => {
    const arn = "arn:aws:iam::111122223333:role/subscriber";
    const { stack, forwarder, template } = made((scope) => ({
      role: Role.fromRoleArn(scope, "Role", arn, { mutable: false }),
    }));
    const policies = Object.entries(template().findResources("AWS::IAM::Policy"));
    expect(policies.filter(([id, policy]) => /Subscriber|"subscriber"/.test(id + JSON.stringify(policy)))).toEqual([]);
    expect(functionOf(template()).Properties.Role).toBe(arn);
    const { Statement } = LogGroupSubscriber.rolePolicy(stack, { to: forwarder, include: ["/ecs/*"] }).toJSON();
    const action = (line: string) => line.split(" on ")[0] ?? "";
    const asked = (Statement as Parameters<typeof linesOf>[0][]).flatMap(linesOf).map(action);
    expect(new Set(asked)).toEqual(new Set(rightsOf(made().template(), /^<SubscriberFunctionRole>$/).map(action)));
  });

  test("is as an organisation wants its functions", () => {
    const { template } = made((scope) => ({
      functions: {
        rolePath: "/logging/",
        permissionsBoundary: ManagedPolicy.fromManagedPolicyName(scope, "Boundary", "boundary"),
      },
    }));
    template().hasResourceProperties("AWS::IAM::Role", { Path: "/logging/", PermissionsBoundary: Match.anyValue() });
  });
});

describe("the filters, as a resource of the stack", () => {
  test("are made after the permission, and are deleted after what could make new ones", () => {
    const template = made().template();
    const [filters = ""] = idsOf(template, "Custom::SidecarlessLogGroupFilters");
    const resources = resourcesOf(template);
    expect(resources[filters]?.DependsOn).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^ForwarderSubscriptionsPermission/),
        expect.stringMatching(/^SubscriberGoOn/),
      ]),
    );
    const rules = idsOf(template, "AWS::Events::Rule");
    expect(rules).toHaveLength(2);
    for (const rule of rules) expect(resources[rule]?.DependsOn).toContain(filters);
  });

  test("change with the rule, and only then", () => {
    const propertiesOf = (props: Props) => {
      const template = made(props).template();
      const [id = ""] = idsOf(template, "Custom::SidecarlessLogGroupFilters");
      return resourcesOf(template)[id]?.Properties;
    };
    const before = propertiesOf({});
    expect(propertiesOf({ every: Duration.minutes(5) })).toEqual(before);
    for (const props of [
      { include: ["/ecs/*", "/rds/*"] },
      { exclude: ["/ecs/a"] },
      { includeTags: ["team"] },
      { filterPattern: FilterPattern.literal("ERROR") },
      { dryRun: true },
    ]) {
      expect(propertiesOf(props)).not.toEqual(before);
    }
  });

  test("come after those that the deployment makes itself, and are looked at again when those change", () => {
    const withGroups = (...names: string[]) => {
      const { stack, forwarder, template } = made();
      for (const name of names) forwarder.subscribe(LogGroup.fromLogGroupName(stack, name.slice(1), name));
      const [id = ""] = idsOf(template(), "Custom::SidecarlessLogGroupFilters");
      return resourcesOf(template())[id];
    };
    expect(withGroups("/a", "/b")?.DependsOn).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^SidecarlessFilters.*a/),
        expect.stringMatching(/^SidecarlessFilters.*b/),
      ]),
    );
    expect(withGroups("/a", "/b")?.Properties).toEqual(withGroups("/b", "/a")?.Properties);
    expect(withGroups("/a", "/b")?.Properties).not.toEqual(withGroups("/a")?.Properties);
  });

  test("let no deletion wait for ever", () => {
    made().template().hasResourceProperties("Custom::SidecarlessLogGroupFilters", { ServiceTimeout: "3600" });
  });
});

describe("is refused", () => {
  test.each<[string, Props, string]>([
    ["own log groups", { include: ["/sidecarless/*"] }, "sidecarless's own functions"],
    ["no log groups", { include: [] }, "include is empty"],
    ["signs that mean nothing", { include: ["/ecs/[ab]"] }, "include, item 1, must be a log group's name"],
    ["too often", { every: Duration.minutes(1) }, "from 5 minutes to a day"],
    ["not whole minutes", { every: Duration.seconds(330) }, "whole minutes"],
  ])("%s", (_, props, message) => {
    expect(() => made(props)).toThrow(message);
  });

  test("names that only AWS knows", () => {
    const props = (stack: Stack) => ({ include: [new LogGroup(stack, "Group").logGroupName] });
    expect(() => made(props)).toThrow("must be known at synth");
  });

  test("a second rule for the same filters: they would take them away from each other", () => {
    const { stack, forwarder } = made();
    expect(() => new LogGroupSubscriber(stack, "Second", { to: forwarder, include: ["/rds/*"] })).toThrow(
      "put the globs of both into one",
    );
  });

  test("beside the whole account, whichever comes first: each line would come twice", () => {
    const { stack, forwarder } = made();
    forwarder.subscribeAccount({ exceptLogGroups: ["/aws/vpc", "/cloudtrail", "/containerinsights"] });
    expect(() => Template.fromStack(stack)).toThrow("each of their lines would come twice");
  });

  test("in the settings, too, with what to do", () => {
    const both = { apiKeySecret: "dd", wholeAccount: "true", includeLogGroups: "/ecs/*" };
    expect(() => settingsOf(both)).toThrow(
      "wholeAccount (-c, or context of cdk.json) takes every log group, and includeLogGroups (-c, or context of cdk.json) would deliver some a second time. Take one of them: includeLogGroups can be *.",
    );
    const own = { apiKeySecret: "dd", includeLogGroups: "/sidecarless/*" };
    expect(() => settingsOf(own)).toThrow("can only match log groups of sidecarless's own functions");
    expect(() => settingsOf({ apiKeySecret: "dd", logGroups: "/a", subscribeDryRun: "true" })).toThrow(
      "means nothing without includeLogGroups",
    );
    expect(() => settingsOf({ apiKeySecret: "dd", includeLogGroups: "/ecs/?" })).toThrow(
      "includeLogGroups, item 1, must be a log group's name, in which * stands for any text",
    );
  });
});

describe("with settings", () => {
  const SETTINGS = { apiKeySecret: "dd-key", reservedConcurrency: "unreserved", includeLogGroups: "/ecs/*" };

  test("there is one, and nothing else need be subscribed", () => {
    const template = Template.fromStack(
      forwarderStack({ ...SETTINGS, logGroups: "none", subscribeEveryMinutes: "30" }),
    );
    template.resourceCountIs("Custom::SidecarlessLogGroupFilters", 1);
    template.hasResourceProperties("AWS::Events::Rule", { ScheduleExpression: "rate(30 minutes)" });
    template.hasOutput("SubscriberName", {});
  });

  test("without a rule there is none", () => {
    const { includeLogGroups: _, ...others } = SETTINGS;
    const template = Template.fromStack(forwarderStack({ ...others, logGroups: "/ecs/a" }));
    template.resourceCountIs("Custom::SidecarlessLogGroupFilters", 0);
    expect(Object.keys(template.findOutputs("SubscriberName"))).toEqual([]);
  });

  test("cdk-nag finds nothing", () => {
    const stack = forwarderStack({
      ...SETTINGS,
      excludeLogGroupTags: "logs=off",
      includeLogGroups: "/ecs/*,/rds/main",
    });
    Validations.of(stack).addPlugins(new AwsSolutionsChecks(stack));
    expect(() => Template.fromStack(stack)).not.toThrow();
  });
});

test("an account that only sends can have one, with alarms of its own", () => {
  const stack = new Stack(appAsDeployed(), "sender", { env: HERE });
  const destination = "arn:aws:logs:eu-west-1:444455556666:destination:sidecarless-logs";
  const sender = Forwarder.fromDestinationArn(stack, "Sender", destination);
  const subscriber = new LogGroupSubscriber(stack, "Subscriber", { to: sender, include: ["/ecs/*"] });
  new SenderAlarms(stack, "Alarms", { sender, subscriber });
  const template = Template.fromStack(stack);
  expect(environmentOf(template)).toMatchObject({
    SIDECARLESS_FILTER_NAME: "sidecarless-logs@rule",
    SIDECARLESS_DESTINATION_ARN: destination,
    SIDECARLESS_DESTINATION_ROLE_ARN: "<SenderRole.Arn>",
  });
  expect(rightsOf(template, /^<SubscriberFunctionRole>$/)).toContain(`logs:PutSubscriptionFilter on ${destination}`);
  const names = Object.values(template.findResources("AWS::CloudWatch::Alarm")).map(({ Properties }) =>
    JSON.stringify(Properties),
  );
  for (const part of ["SubscriberUnmet", "sidecarless-logs@rule", "Invocations", "Errors"]) {
    expect(names.some((name) => name.includes(part))).toBe(true);
  }
});

import { type App, Stack } from "aws-cdk-lib";
import { Annotations, Match, Template } from "aws-cdk-lib/assertions";
import { CfnAccountPolicy, FilterPattern, LogGroup } from "aws-cdk-lib/aws-logs";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Forwarder } from "../../infra/constructs/forwarder.ts";
import { ComparisonStack } from "../../infra/stacks/comparison-stack.ts";
import { appAsDeployed, forwarderStack, readable } from "../support/templates.ts";

const ENV = { account: "111122223333", region: "eu-west-1" };
const OWN = ["/sidecarless/Logs/forwarder", "/sidecarless/Logs/replayer"];
const EXPENSIVE = ["/aws/vpc/flow-logs", "cloudtrail", "/aws/containerinsights/shop/performance"];

function forwarderIn(scope: Construct, id = "Forwarder"): Forwarder {
  const secret = Secret.fromSecretNameV2(scope, `${id}Key`, "dd-key");
  return new Forwarder(scope, id, { apiKey: { secret }, reservedConcurrency: 50 });
}

function setUp(app: App = appAsDeployed()) {
  const stack = new Stack(app, "Logs", { env: ENV });
  return { app, stack, forwarder: forwarderIn(stack) };
}

const named = (scope: Construct, name: string) =>
  LogGroup.fromLogGroupName(scope, `Group${name.replaceAll("/", ":")}`, name);

/** As in the template, without a synth, which is slow. */
function policyOf(stack: Stack) {
  const policies = stack.node.findAll().filter((node) => CfnAccountPolicy.isCfnAccountPolicy(node));
  expect(policies).toHaveLength(1);
  const [policy] = policies;
  const criteria = readable(stack.resolve(policy?.selectionCriteria));
  expect(criteria).toMatch(/^LogGroupName NOT IN \[.*\]$/);
  return { name: stack.resolve(policy?.policyName) as string, excluded: JSON.parse(criteria.slice(20)) as string[] };
}

test("takes every log group of the region, with the pattern", () => {
  const { stack, forwarder } = setUp();
  forwarder.subscribeAccount({ filterPattern: FilterPattern.literal("ERROR"), exceptLogGroups: EXPENSIVE });
  const template = Template.fromStack(stack);
  template.hasResource("AWS::Logs::AccountPolicy", {
    Properties: { PolicyType: "SUBSCRIPTION_FILTER_POLICY", Scope: "ALL" },
    DependsOn: [Match.stringLikeRegexp("Permission")],
  });
  const [policy] = Object.values(template.findResources("AWS::Logs::AccountPolicy"));
  expect(JSON.parse(readable(policy?.Properties.PolicyDocument))).toEqual({
    DestinationArn: "<ForwarderFunction.Arn>",
    FilterPattern: "ERROR",
    Distribution: "Random",
  });
});

describe("what is left out", () => {
  test("are the forwarder's own log groups and those named", () => {
    const { stack, forwarder } = setUp();
    forwarder.subscribeAccount({ except: [named(stack, "/ecs/noisy")], exceptLogGroups: ["/ecs/loud"] });
    expect(policyOf(stack).excluded).toEqual(["/ecs/loud", "/ecs/noisy", ...OWN]);
  });

  test("are those with a filter of their own, made before or after, or each line would come twice", () => {
    const { app, stack, forwarder } = setUp();
    forwarder.subscribe(named(stack, "/ecs/before"));
    forwarder.subscribeAccount();
    forwarder.subscribe(named(stack, "/ecs/after"));
    forwarder.subscribe(new LogGroup(stack, "Unnamed"), { id: "second" });
    forwarder.subscribe(new LogGroup(new Stack(app, "Shop", { env: ENV }), "Group", { logGroupName: "/ecs/shop" }));
    expect(policyOf(stack).excluded).toEqual(["/ecs/after", "/ecs/before", "/ecs/shop", ...OWN, "<Unnamed>"]);
  });

  test("is left out only once its own filter is there, in the same stack", () => {
    const { stack, forwarder } = setUp();
    forwarder.subscribe(named(stack, "/ecs/before"));
    forwarder.subscribeAccount();
    forwarder.subscribe(named(stack, "/ecs/after"));
    const [policy] = Object.values(Template.fromStack(stack).findResources("AWS::Logs::AccountPolicy"));
    for (const group of ["ecsbefore", "ecsafter"]) {
      expect(policy?.DependsOn).toContainEqual(expect.stringContaining(group));
    }
  });

  test("are the functions of other stacks that may be in the region: the comparison's recorder, a second forwarder", () => {
    const { app, stack, forwarder } = setUp();
    new ComparisonStack(app, "sidecarless-comparison", { apiKey: { secret: "dd-key" } });
    forwarderIn(new Stack(app, "Payments", { env: ENV }), "Second");
    forwarderIn(new Stack(app, "Abroad", { env: { ...ENV, region: "us-east-1" } }));
    forwarder.subscribeAccount();
    expect(policyOf(stack).excluded).toEqual([
      ...OWN,
      "/sidecarless/Payments/Second/forwarder",
      "/sidecarless/Payments/Second/replayer",
      "/sidecarless/sidecarless-comparison/forwarder",
      "/sidecarless/sidecarless-comparison/recorder",
      "/sidecarless/sidecarless-comparison/replayer",
    ]);
    // By name, so that no stack waits for another.
    expect(stack.dependencies).toEqual([]);
  });

  test("must have a name that is known: one of another stack that CloudFormation names is refused, before or after", () => {
    for (const accountFirst of [true, false]) {
      const { app, forwarder } = setUp();
      const group = new LogGroup(new Stack(app, "Shop", { env: ENV }), "Group");
      const subscribe = () => forwarder.subscribe(group);
      const subscribeAccount = () => forwarder.subscribeAccount();
      const [first, second] = accountFirst ? [subscribeAccount, subscribe] : [subscribe, subscribeAccount];
      first();
      expect(second).toThrow("The log group Shop/Group can't be left out");
    }
    const { app, forwarder } = setUp();
    const group = new LogGroup(new Stack(app, "Shop", { env: ENV }), "Group");
    expect(() => forwarder.subscribeAccount({ except: [group] })).toThrow("Shop/Group can't be left out");
  });

  test("has exact names: a pattern is refused", () => {
    const exceptLogGroups = ["/aws/containerinsights/*/performance"];
    expect(() => setUp().forwarder.subscribeAccount({ exceptLogGroups })).toThrow("exact names only");
  });

  test("has at most 25 KB", () => {
    const { stack, forwarder } = setUp();
    const exceptLogGroups = Array.from({ length: 300 }, (_, i) => `/aws/lambda/${String(i).padStart(100, "0")}`);
    forwarder.subscribeAccount({ exceptLogGroups });
    expect(() => Template.fromStack(stack)).toThrow("takes 25 KB of excluded names");
  });

  test("is a setting", () => {
    const settings = { apiKeySecret: "dd-key", wholeAccount: "true", exceptLogGroups: "/ecs/a,/ecs/b" };
    expect(policyOf(forwarderStack(settings)).excluded).toEqual(expect.arrayContaining(["/ecs/a", "/ecs/b"]));
  });
});

describe("the policy's name", () => {
  const nameFor = (...exceptLogGroups: string[]) => {
    const { stack, forwarder } = setUp();
    forwarder.subscribeAccount({ exceptLogGroups });
    return policyOf(stack).name;
  };

  test("is another one, so that CloudFormation replaces the policy, if and only if something else is left out", () => {
    const groups = fc.uniqueArray(fc.constantFrom("/ecs/a", "/ecs/b", "/ecs/c", "/ecs/d"));
    fc.assert(
      fc.property(groups, groups, (one, other) => {
        const same = JSON.stringify(one.toSorted()) === JSON.stringify(other.toSorted());
        expect(nameFor(...one) === nameFor(...other)).toBe(same);
      }),
      { numRuns: 30 },
    );
  });

  test("is among those that the alarms watch, as it is in the end", () => {
    const { stack, forwarder } = setUp();
    forwarder.subscribeAccount();
    const [, early] = forwarder.filterNames;
    forwarder.subscribe(named(stack, "/ecs/shop"));
    expect(forwarder.filterNames).toEqual(["sidecarless-Logs", policyOf(stack).name]);
    expect(policyOf(stack).name).toMatch(/^sidecarless-Logs#[0-9a-f]{8}$/);
    expect(early).not.toBe(policyOf(stack).name);
  });

  test("is short enough", () => {
    const stack = new Stack(appAsDeployed(), "Logs", { env: ENV });
    forwarderIn(stack, "long".repeat(100)).subscribeAccount();
    expect(policyOf(stack).name.length).toBeLessThanOrEqual(256);
  });
});

describe("AWS takes one such policy in an account and region", () => {
  const TWO = "AWS takes one account-level subscription policy in an account and region";

  test("so a second one is refused: of the same forwarder, of another, and of whoever made it", () => {
    const { app, stack, forwarder } = setUp();
    forwarder.subscribeAccount();
    for (const second of [
      forwarder,
      forwarderIn(stack, "Second"),
      forwarderIn(new Stack(app, "Other", { env: ENV })),
    ]) {
      expect(() => second.subscribeAccount()).toThrow(`${TWO}, and Logs/Forwarder/Subscriptions/AccountPolicy is one`);
    }
    const foreign = setUp();
    const properties = { policyName: "theirs", policyType: "SUBSCRIPTION_FILTER_POLICY", policyDocument: "{}" };
    new CfnAccountPolicy(foreign.stack, "Theirs", properties);
    expect(() => foreign.forwarder.subscribeAccount()).toThrow("Logs/Theirs is one");
  });

  test("but one in every region, and of each other type", () => {
    const { app, stack, forwarder } = setUp();
    const properties = { policyName: "other", policyType: "DATA_PROTECTION_POLICY", policyDocument: "{}" };
    new CfnAccountPolicy(stack, "Other", properties);
    forwarder.subscribeAccount();
    forwarderIn(new Stack(app, "Abroad", { env: { ...ENV, region: "us-east-1" } })).subscribeAccount();
  });

  test("and stacks whose account is not known are warned of", () => {
    const app = appAsDeployed();
    forwarderIn(new Stack(app, "One")).subscribeAccount();
    const two = new Stack(app, "Two");
    forwarderIn(two).subscribeAccount();
    Annotations.fromStack(two).hasWarning("/Two/Forwarder", Match.stringLikeRegexp(`${TWO}.*its deployment will fail`));
  });
});

describe("log groups that are often expensive", () => {
  const warned = (exceptLogGroups: readonly string[]) => {
    const { stack, forwarder } = setUp();
    forwarder.subscribeAccount({ exceptLogGroups });
    return Annotations.fromStack(stack)
      .findWarning("*", Match.stringLikeRegexp("exceptLogGroups"))
      .map(({ entry }) => String(entry.data))
      .join();
  };

  test.each([
    ["VPC flow logs", "/aws/vpc/flow-logs"],
    ["CloudTrail", "aws-cloudtrail-logs-111122223333-3f1"],
    ["Container Insights", "/aws/containerinsights/shop/performance"],
  ])("%s are named in a warning unless they seem to be left out", (what, name) => {
    expect(warned([])).toContain(what);
    expect(warned([name])).not.toContain(what);
  });

  test("are no warning once all are left out", () => {
    expect(warned(EXPENSIVE)).toBe("");
  });
});

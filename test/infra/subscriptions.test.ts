import { App, CfnParameter, NestedStack, Stack, type StackProps, Stage } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { CfnSubscriptionFilter, FilterPattern, type ILogGroup, LogGroup, LogGroupClass } from "aws-cdk-lib/aws-logs";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Forwarder, type IForwarder } from "../../infra/constructs/forwarder.ts";
import { appAsDeployed, forwarderStack } from "../support/templates.ts";

const ENV = { account: "111122223333", region: "eu-west-1" };
const ARN = "arn:aws:lambda:eu-west-1:111122223333:function:forwarder";

const stackIn = (scope: Construct, id = "Logs", props: StackProps = { env: ENV }) => new Stack(scope, id, props);
const imported = (scope: Construct): IForwarder => Forwarder.fromFunctionArn(scope, "Imported", ARN);

function forwarderIn(scope: Construct, id = "Forwarder"): Forwarder {
  const secret = Secret.fromSecretNameV2(scope, `${id}Key`, "dd-key");
  return new Forwarder(scope, id, { apiKey: { secret }, reservedConcurrency: 50 });
}

interface Filter {
  readonly logicalId: string;
  readonly name: string;
  readonly logGroup: unknown;
}

/** As in the template, without a synth, which is slow. */
const filtersOf = (scope: Construct): Filter[] =>
  scope.node
    .findAll()
    .filter((node) => CfnSubscriptionFilter.isCfnSubscriptionFilter(node))
    .map((filter) => ({
      logicalId: filter.stack.resolve(filter.logicalId),
      name: filter.filterName ?? "",
      logGroup: filter.stack.resolve(filter.logGroupName),
    }));

const namesOf = (scope: Construct) => filtersOf(scope).map(({ name }) => name);

describe("a filter's logical id and name are its own, whatever else is subscribed", () => {
  const groupName = fc.oneof(
    fc.stringMatching(/^[\w\-/.#]{1,20}$/),
    fc.constantFrom("constructor", "__proto__", "Resource", "Default"),
    // Names that differ only in what an id leaves out.
    fc
      .array(fc.constantFrom("/", "-", "_", ".", "#", "a", "A", "ecs", "--"), { minLength: 1, maxLength: 4 })
      .map((parts) => parts.join("")),
  );
  /** Two deployments, of which each has some of the log groups, in any order. */
  const deployments = (name: fc.Arbitrary<string>) =>
    fc
      .uniqueArray(name, { minLength: 1, maxLength: 12 })
      .chain((all) => fc.tuple(fc.shuffledSubarray(all), fc.shuffledSubarray(all)));

  function expectSame(before: Map<string, Filter>, after: Map<string, Filter>): void {
    for (const [group, { logicalId, name }] of before) {
      if (after.has(group)) expect(after.get(group)).toMatchObject({ logicalId, name });
    }
    for (const filters of [before, after]) {
      expect(new Set([...filters.values()].map(({ logicalId }) => logicalId)).size).toBe(filters.size);
    }
  }

  function deploy(groups: readonly string[], logGroup: (stack: Stack, name: string, i: number) => ILogGroup) {
    const stack = stackIn(new App());
    const forwarder = imported(stack);
    for (const [i, name] of groups.entries()) forwarder.subscribe(logGroup(stack, name, i));
    return new Map(filtersOf(stack).map((filter, i) => [groups[i] ?? "", filter]));
  }

  test("for log groups with a name: made here, imported by name or ARN, by constructs that are numbered", () => {
    const ways = [
      (stack: Stack, name: string, i: number) => LogGroup.fromLogGroupName(stack, `Group${i}`, name),
      (stack: Stack, name: string, i: number) =>
        LogGroup.fromLogGroupArn(stack, `Group${i}`, `arn:aws:logs:eu-west-1:111122223333:log-group:${name}:*`),
      (stack: Stack, name: string, i: number) => new LogGroup(stack, `Group${i}`, { logGroupName: name }),
    ] as const;
    const logGroup = (stack: Stack, name: string, i: number) => (ways[i % ways.length] ?? ways[0])(stack, name, i);
    fc.assert(
      fc.property(deployments(groupName), ([before, after]) =>
        expectSame(deploy(before, logGroup), deploy(after, logGroup)),
      ),
    );
  });

  test("for log groups that CloudFormation names", () => {
    const id = fc.stringMatching(/^[A-Za-z][\w-]{0,8}$/);
    const logGroup = (stack: Stack, name: string) => new LogGroup(stack, name);
    fc.assert(
      fc.property(deployments(id), ([before, after]) => expectSame(deploy(before, logGroup), deploy(after, logGroup))),
    );
  });

  test("where a name looks like another one's id, or like the path of a construct", () => {
    const stack = stackIn(new App());
    const forwarder = imported(stack);
    const lookalikes = ["/ecs/a", "--ecs--a", "Unnamed", "constructor"];
    for (const [i, name] of lookalikes.entries()) {
      forwarder.subscribe(LogGroup.fromLogGroupName(stack, `Group${i}`, name));
    }
    forwarder.subscribe(new LogGroup(stack, "Unnamed"));
    expect(new Set(filtersOf(stack).map(({ logicalId }) => logicalId)).size).toBe(5);
  });

  test("for log groups of the settings", () => {
    const filters = (logGroups: string) =>
      new Map(
        filtersOf(forwarderStack({ apiKeySecret: "dd-key", logGroups })).map((filter) => [
          String(filter.logGroup),
          filter,
        ]),
      );
    const before = filters("/ecs/alpha,/ecs/beta,/ecs/gamma");
    for (const after of ["/ecs/beta,/ecs/gamma", "/ecs/gamma,/ecs/delta,/ecs/beta"]) {
      expectSame(before, filters(after));
      expect([...filters(after).keys()]).toEqual(after.split(","));
    }
  });

  test("with a name that is known at the deployment only, or of a nested stack", () => {
    const deployed = (first: boolean) => {
      const stack = stackIn(new App());
      const forwarder = imported(stack);
      if (first) forwarder.subscribe(new LogGroup(stack, "First"));
      const nested = new NestedStack(stack, "Nested");
      forwarder.subscribe(new LogGroup(nested, "Group"));
      const { valueAsString } = new CfnParameter(stack, "Name");
      forwarder.subscribe(LogGroup.fromLogGroupName(stack, "ByParameter", valueAsString));
      return new Map(filtersOf(stack).map((filter) => [JSON.stringify(filter.logGroup), filter]));
    };
    expect(deployed(true).size).toBe(3);
    expectSame(deployed(true), deployed(false));
  });
});

describe("the name of a filter", () => {
  test("carries the forwarder's stack: two stages of one account may subscribe one log group", () => {
    const app = appAsDeployed();
    const names = ["Blue", "Green"].flatMap((id) => {
      const stack = stackIn(new Stage(app, id, { env: ENV }), "Logs");
      const forwarder = forwarderIn(stack);
      forwarder.subscribe(LogGroup.fromLogGroupName(stack, "Group", "/ecs/shop"));
      expect(forwarder.filterName).toBe(`sidecarless-${stack.stackName}`);
      return namesOf(stack);
    });
    expect(names).toEqual(["sidecarless-Blue-Logs", "sidecarless-Green-Logs"]);
  });

  test("carries the path of a forwarder that is not simply called Forwarder, whether there is another or not", () => {
    const stack = stackIn(appAsDeployed());
    const group = LogGroup.fromLogGroupName(stack, "Group", "/ecs/shop");
    const eu = forwarderIn(stack, "Eu");
    eu.subscribe(group);
    forwarderIn(stack).subscribe(group);
    forwarderIn(new NestedStack(stack, "Nested")).subscribe(group);
    expect(namesOf(stack)).toEqual(["sidecarless-Logs/Eu", "sidecarless-Logs", "sidecarless-Logs/Nested/Forwarder"]);
  });

  test("has only characters, and as many, as CloudWatch Logs takes", () => {
    const stack = stackIn(appAsDeployed());
    const id = `a:*'ü ${"long".repeat(100)}`;
    const forwarder = forwarderIn(stack, id);
    expect(forwarder.filterName).toMatch(/^sidecarless-[\w./-]{1,200}$/);
    expect(forwarder.filterName).not.toBe(forwarderIn(stack, `${id}er`).filterName);
  });

  test("has the id of a second pattern on the same log group", () => {
    const stack = stackIn(appAsDeployed());
    const forwarder = forwarderIn(stack);
    const group = new LogGroup(stack, "Group");
    forwarder.subscribe(group, { filterPattern: FilterPattern.literal("ERROR") });
    forwarder.subscribe(group, { filterPattern: FilterPattern.literal("WARN"), id: "warnings" });
    expect(namesOf(stack)).toEqual(["sidecarless-Logs", "sidecarless-Logs#warnings"]);
    expect(forwarder.filterNames).toEqual(["sidecarless-Logs", "sidecarless-Logs#warnings"]);
    const template = Template.fromStack(stack);
    for (const pattern of ["ERROR", "WARN"]) {
      template.hasResourceProperties("AWS::Logs::SubscriptionFilter", { FilterPattern: pattern });
    }
    expect(() => forwarder.subscribe(group, { id: "a:b" })).toThrow("letters, digits");
  });
});

describe("a log group is refused at synth", () => {
  const stack = stackIn(appAsDeployed());
  const forwarder = forwarderIn(stack);

  test.each([
    ["another region", "arn:aws:logs:us-east-1:111122223333:log-group:/ecs/shop:*"],
    ["another account", "arn:aws:logs:eu-west-1:999999999999:log-group:/ecs/shop:*"],
  ])("if its ARN says that it is of %s", (what, arn) => {
    const group = LogGroup.fromLogGroupArn(stack, what, arn);
    expect(() => forwarder.subscribe(group)).toThrow(/\/ecs\/shop.*within one account and region only/);
  });

  test("if it is in a stack of another region, whatever its own is", () => {
    const abroad = stackIn(stack.node.root as App, "Abroad", { env: { ...ENV, region: "us-east-1" } });
    const arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/ecs/shop:*";
    for (const group of [new LogGroup(abroad, "Group"), LogGroup.fromLogGroupArn(abroad, "ByArn", arn)]) {
      expect(() => forwarder.subscribe(group)).toThrow("within one account and region only");
    }
  });

  test.each([LogGroupClass.INFREQUENT_ACCESS, "DELIVERY" as LogGroupClass])("if its class is %s", (logGroupClass) => {
    const group = new LogGroup(stack, logGroupClass, { logGroupClass });
    expect(() => forwarder.subscribe(group)).toThrow(`its class is ${logGroupClass}`);
    // By its name, too.
    const sameGroup = LogGroup.fromLogGroupName(stack, `${logGroupClass}Again`, group.logGroupName);
    expect(() => forwarder.subscribe(sameGroup)).toThrow(`its class is ${logGroupClass}`);
  });

  test("if it is of a function of sidecarless: deliveries would never end", () => {
    const others = forwarderIn(stackIn(stack.node.root as App, "Others"));
    const byName = (id: string, name: string) => LogGroup.fromLogGroupName(stack, id, name);
    for (const group of [
      forwarder.function.logGroup,
      forwarder.replayer.logGroup,
      others.function.logGroup,
      byName("Own", forwarder.function.logGroup.logGroupName),
      byName("OfAnotherApp", "/sidecarless/elsewhere/forwarder"),
    ]) {
      expect(() => forwarder.subscribe(group)).toThrow("log group of sidecarless itself");
    }
  });

  test("if it is subscribed already, be it from another stack", () => {
    forwarder.subscribe(LogGroup.fromLogGroupName(stack, "Once", "/ecs/once"));
    const elsewhere = stackIn(stack.node.root as App, "Elsewhere");
    for (const group of [
      LogGroup.fromLogGroupName(stack, "Twice", "/ecs/once"),
      LogGroup.fromLogGroupName(elsewhere, "Thrice", "/ecs/once"),
    ]) {
      expect(() => forwarder.subscribe(group)).toThrow(/\/ecs\/once.*already, as Logs\/Once\. For a second/);
    }
  });

  test("if it is in another stage", () => {
    const group = new LogGroup(stackIn(new Stage(stack.node.root, "Prod", { env: ENV })), "Group");
    expect(() => forwarder.subscribe(group)).toThrow("fromFunctionArn");
  });
});

describe("many log groups", () => {
  test("share one permission", () => {
    const stack = stackIn(appAsDeployed());
    const forwarder = forwarderIn(stack);
    for (let i = 0; i < 300; i++) forwarder.subscribe(LogGroup.fromLogGroupName(stack, `Group${i}`, `/ecs/${i}`));
    const template = Template.fromStack(stack);
    template.resourceCountIs("AWS::Logs::SubscriptionFilter", 300);
    template.resourcePropertiesCountIs("AWS::Lambda::Permission", { Principal: "logs.amazonaws.com" }, 1);
    template.hasResourceProperties("AWS::Lambda::Permission", {
      Principal: "logs.amazonaws.com",
      SourceAccount: "111122223333",
      SourceArn: "arn:aws:logs:eu-west-1:111122223333:log-group:*",
    });
  });

  test("are too many for one stack, which says what to do", () => {
    const stack = stackIn(appAsDeployed());
    const forwarder = forwarderIn(stack);
    for (let i = 0; i < 500; i++) forwarder.subscribe(LogGroup.fromLogGroupName(stack, `Group${i}`, `/ecs/${i}`));
    expect(() => Template.fromStack(stack)).toThrow(/500 are subscription filters.*spread the log groups/);
  });
});

test("the permission is there without any subscription, for other apps", () => {
  const stack = stackIn(appAsDeployed());
  forwarderIn(stack);
  Template.fromStack(stack).hasResourceProperties("AWS::Lambda::Permission", { Principal: "logs.amazonaws.com" });
});

test("every filter waits for the permission, or CloudWatch Logs would refuse it", () => {
  const stack = forwarderStack({ apiKeySecret: "dd-key", logGroups: "/ecs/a,/ecs/b" });
  const filters = Object.values(Template.fromStack(stack).findResources("AWS::Logs::SubscriptionFilter"));
  expect(filters).toHaveLength(2);
  for (const { DependsOn } of filters) expect(DependsOn).toEqual([expect.stringMatching(/Permission/)]);
});

describe("a forwarder of another app", () => {
  test("needs no more than its function's ARN", () => {
    const stack = stackIn(appAsDeployed());
    imported(stack).subscribe(new LogGroup(stack, "Group"), { filterPattern: FilterPattern.allTerms("ERROR") });
    const template = Template.fromStack(stack);
    template.hasResourceProperties("AWS::Logs::SubscriptionFilter", {
      DestinationArn: ARN,
      FilterName: "sidecarless-forwarder",
      FilterPattern: '"ERROR"',
    });
    template.resourceCountIs("AWS::Lambda::Permission", 0);
  });

  test("may have an ARN that is known at the deployment only; then the filter has a name of this stack", () => {
    const stack = stackIn(appAsDeployed());
    const { valueAsString } = new CfnParameter(stack, "Arn");
    Forwarder.fromFunctionArn(stack, "Forwarder", valueAsString).subscribe(new LogGroup(stack, "Group"));
    Template.fromStack(stack).hasResourceProperties("AWS::Logs::SubscriptionFilter", {
      DestinationArn: { Ref: "Arn" },
      FilterName: "sidecarless-Logs",
    });
  });

  test("may be given the name that its alarms watch", () => {
    const stack = stackIn(appAsDeployed());
    const filterName = "sidecarless-sidecarless-forwarder";
    Forwarder.fromFunctionArn(stack, "Other", ARN, { filterName }).subscribe(new LogGroup(stack, "Group"));
    expect(namesOf(stack)).toEqual([filterName]);
  });

  test.each(["forwarder", `${ARN}:live`, "arn:aws:s3:::bucket"])("is not found by %s", (arn) => {
    const stack = stackIn(new App());
    expect(() => Forwarder.fromFunctionArn(stack, "Other", arn)).toThrow("is not the ARN of a function");
  });

  test.each(["a:b", "", new CfnParameter(new Stack(), "Name").valueAsString])(
    "takes no filter name %j",
    (filterName) => {
      const stack = stackIn(new App());
      expect(() => Forwarder.fromFunctionArn(stack, "Other", ARN, { filterName })).toThrow("filterName must be");
    },
  );

  test("takes log groups of its own account and region only", () => {
    const stack = stackIn(appAsDeployed(), "Logs", { env: { ...ENV, region: "us-east-1" } });
    expect(() => imported(stack).subscribe(new LogGroup(stack, "Group"))).toThrow("within one account and region only");
  });
});

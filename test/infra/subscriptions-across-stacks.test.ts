import { type App, NestedStack, Stack, type StackProps } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Vpc } from "aws-cdk-lib/aws-ec2";
import { Cluster, ContainerImage, FargateService, FargateTaskDefinition } from "aws-cdk-lib/aws-ecs";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { describe, expect, test } from "vitest";
import { EcsLogging, type LogPath } from "../../infra/constructs/ecs-logging.ts";
import { Forwarder } from "../../infra/constructs/forwarder.ts";
import { appAsDeployed, readable } from "../support/templates.ts";

const ENV = { account: "111122223333", region: "eu-west-1" };

function forwarderIn(scope: Stack): Forwarder {
  const secret = Secret.fromSecretNameV2(scope, "Key", "dd-key");
  return new Forwarder(scope, "Forwarder", { apiKey: { secret }, reservedConcurrency: 50 });
}

type Path = LogPath["path"];

/** Cluster and forwarder in a stack that many services share, and a service in a stack of its own. */
function platformAndService(path: Path, app: App = appAsDeployed(), props: StackProps = { env: ENV }) {
  const platform = new Stack(app, "Platform", props);
  const cluster = new Cluster(platform, "Cluster", { vpc: new Vpc(platform, "Vpc", { natGateways: 0 }) });
  const forwarder = forwarderIn(platform);

  const shop = new Stack(app, "Shop", props);
  const taskDefinition = new FargateTaskDefinition(shop, "Task");
  const paths: Record<Path, LogPath> = {
    development: { path: "development" },
    lambda: { path: "lambda", forwarder },
    firelens: { path: "firelens", apiKey: { secret: Secret.fromSecretNameV2(shop, "Key", "dd-key") } },
  };
  const logging = new EcsLogging(shop, "Logging", { taskDefinition, service: "shop", env: "prod", to: paths[path] });
  taskDefinition.addContainer("app", { image: ContainerImage.fromRegistry("shop:1"), logging: logging.logDriver });
  new FargateService(shop, "Service", { cluster, taskDefinition });
  return { platform: Template.fromStack(platform), shop: Template.fromStack(shop), stacks: { platform, shop } };
}

/** Export name → what it is of. */
const exportsOf = (template: Template): Record<string, string> =>
  Object.fromEntries(
    Object.values(template.findOutputs("*"))
      .filter(({ Export }) => Export)
      .map(({ Export, Value }) => [readable(Export.Name), readable(Value)]),
  );
const importsOf = (template: Template) =>
  [...JSON.stringify(template).matchAll(/"Fn::ImportValue":"([^"]+)"/g)].map(([, name]) => name);

const functionExports = (template: Template) =>
  Object.entries(exportsOf(template)).filter(([, value]) => value === "<ForwarderFunction.Arn>");

describe("a service in another stack than cluster and forwarder", () => {
  const { platform, shop, stacks } = platformAndService("lambda");

  test("has the filter in its own stack, and needs the platform only, for the function's ARN", () => {
    shop.resourceCountIs("AWS::Logs::SubscriptionFilter", 1);
    platform.resourceCountIs("AWS::Logs::SubscriptionFilter", 0);
    const [filter] = Object.values(shop.findResources("AWS::Logs::SubscriptionFilter"));
    const [[name] = []] = functionExports(platform);
    expect(filter?.Properties).toMatchObject({
      DestinationArn: { "Fn::ImportValue": name },
      FilterName: "sidecarless-Platform",
      LogGroupName: { Ref: expect.stringMatching(/LogGroup/) },
    });
    expect(stacks.shop.dependencies).toEqual([stacks.platform]);
  });

  test("exports nothing, so that the platform never waits for it", () => {
    expect(exportsOf(shop)).toEqual({});
    expect(importsOf(platform)).toEqual([]);
  });

  test("can take another path: what the platform exported for it stays until it is deployed, too", () => {
    for (const path of ["firelens", "development"] as const) {
      const later = platformAndService(path);
      expect(importsOf(later.shop)).not.toContain(functionExports(platform)[0]?.[0]);
      expect(functionExports(later.platform)).toEqual(functionExports(platform));
    }
    expect(functionExports(platform)).toHaveLength(1);
  });

  test("works without account and region, too", () => {
    const agnostic = platformAndService("lambda", appAsDeployed(), {});
    agnostic.shop.resourceCountIs("AWS::Logs::SubscriptionFilter", 1);
  });
});

test("a stack with cluster and service, and the forwarder in another: only the forwarder's exports anything", () => {
  const app = appAsDeployed();
  const logs = new Stack(app, "Logs", { env: ENV });
  const shop = new Stack(app, "Shop", { env: ENV });
  forwarderIn(logs).subscribe(new LogGroup(shop, "Group"));
  expect(exportsOf(Template.fromStack(shop))).toEqual({});
  expect(importsOf(Template.fromStack(logs))).toEqual([]);
});

describe("nested stacks", () => {
  test("a log group in one has its filter there, which waits for the permission outside", () => {
    const stack = new Stack(appAsDeployed(), "Outer", { env: ENV });
    const nested = new NestedStack(stack, "Nested");
    forwarderIn(stack).subscribe(new LogGroup(nested, "Group"));
    Template.fromStack(nested).resourceCountIs("AWS::Logs::SubscriptionFilter", 1);
    const outer = Template.fromStack(stack);
    outer.resourceCountIs("AWS::Logs::SubscriptionFilter", 0);
    const [resource] = Object.values(outer.findResources("AWS::CloudFormation::Stack"));
    expect(resource?.DependsOn).toEqual([expect.stringMatching(/Permission/)]);
  });

  test("a forwarder in one serves log groups outside, and of other stacks", () => {
    const app = appAsDeployed();
    const stack = new Stack(app, "Outer", { env: ENV });
    const forwarder = forwarderIn(new NestedStack(stack, "Nested"));
    forwarder.subscribe(new LogGroup(stack, "Group"));
    const other = new Stack(app, "Other", { env: ENV });
    forwarder.subscribe(new LogGroup(other, "Group"));
    const [filter] = Object.values(Template.fromStack(stack).findResources("AWS::Logs::SubscriptionFilter"));
    expect(filter?.DependsOn).toEqual([expect.stringMatching(/Nested/)]);
    const [abroad] = Object.values(Template.fromStack(other).findResources("AWS::Logs::SubscriptionFilter"));
    const exported = Object.keys(exportsOf(Template.fromStack(stack)));
    expect(exported).toEqual([abroad?.Properties.DestinationArn["Fn::ImportValue"]]);
  });
});

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Match, Template } from "aws-cdk-lib/assertions";
import { afterAll, describe, expect, test } from "vitest";
import { readStackOutputs } from "../../compare/aws/stack-outputs.ts";
import { readMarker } from "../../functions/recorder/marker.ts";
import { LOAD_ENV, LOAD_SCRIPT } from "../../infra/parts/comparison-load.ts";
import { ComparisonStack } from "../../infra/stacks/comparison-stack.ts";
import { appAsDeployed, readable } from "../support/templates.ts";

const folder = mkdtempSync(path.join(tmpdir(), "outputs-"));
afterAll(() => rmSync(folder, { recursive: true }));
/** As `cdk deploy --outputs-file` writes it. */
function outputsFile(outputs: Readonly<Record<string, string>>): string {
  const file = path.join(folder, "outputs.json");
  writeFileSync(file, JSON.stringify({ mine: outputs }));
  return file;
}

const stack = new ComparisonStack(appAsDeployed(), "sidecarless-comparison", { apiKey: { secret: "dd-key" } });
const template = Template.fromStack(stack);

type Container = Record<string, unknown> & {
  Name: string;
  Environment?: { Name: string; Value: string }[];
  LogConfiguration?: { LogDriver: string; Options: Record<string, unknown> };
};
const tasks = Object.values(template.findResources("AWS::ECS::TaskDefinition")).map(({ Properties }) => Properties);
const appOf = (task: { ContainerDefinitions: Container[] }) =>
  task.ContainerDefinitions.find(({ Name }) => Name === "app");

describe("the two services", () => {
  test("differ only in where their logs go", () => {
    const [one, other] = tasks.map((task) => {
      const {
        LogConfiguration: _logs,
        DockerLabels: _labels,
        Environment = [],
        ...app
      } = appOf(task) ?? ({} as Container);
      const load = Environment.filter(({ Name }) => Name !== LOAD_ENV.run);
      return { app, load, cpu: task.Cpu, memory: task.Memory, platform: task.RuntimePlatform };
    });
    expect(tasks).toHaveLength(2);
    expect(one).toEqual(other);
    const drivers = tasks.map((task) => appOf(task)?.LogConfiguration?.LogDriver);
    expect(new Set(drivers)).toEqual(new Set(["awsfirelens", "awslogs"]));
  });

  test("run nothing until a comparison asks for them, without NAT", () => {
    template.allResourcesProperties("AWS::ECS::Service", { DesiredCount: 0 });
    template.resourceCountIs("AWS::EC2::NatGateway", 0);
  });

  test("are measured container by container", () => {
    template.hasResourceProperties("AWS::ECS::Cluster", {
      ClusterSettings: [{ Name: "containerInsights", Value: "enhanced" }],
    });
  });
});

test("both paths send to the recorder's URL over TLS, and the recorder takes only the key they have", () => {
  const [url] = Object.keys(template.findResources("AWS::Lambda::Url"));
  const functions = Object.values(template.findResources("AWS::Lambda::Function")).map(({ Properties }) => Properties);
  const forwarder = functions.find(({ Environment }) => Environment.Variables.DD_URL);
  const routed = tasks.map(appOf).find((app) => app?.LogConfiguration?.LogDriver === "awsfirelens");
  const { Host, TLS } = routed?.LogConfiguration?.Options ?? {};
  expect(JSON.stringify(forwarder?.Environment.Variables.DD_URL)).toContain(url);
  expect(Host).toEqual(forwarder?.Environment.Variables.DD_URL);
  expect(TLS).toBe("on");
  expect(functions.map(({ Environment }) => readable(Environment.Variables.DD_API_KEY_SECRET_ARN))).toEqual(
    functions.map(() => "dd-key"),
  );
  template.hasResourceProperties("AWS::Lambda::Url", { AuthType: "NONE" });
});

test("only the Lambda path's log group is subscribed", () => {
  template.resourceCountIs("AWS::Logs::SubscriptionFilter", 1);
  template.hasResourceProperties("AWS::Logs::LogGroup", {
    LogGroupName: "/ecs/sidecarless-comparison/sidecarless-comparison-lambda",
  });
  template.hasResourceProperties("AWS::Logs::SubscriptionFilter", {
    LogGroupName: { Ref: Match.stringLikeRegexp("LambdaLogging") },
  });
});

const LOAD = {
  [LOAD_ENV.linesPerSecond]: "500",
  [LOAD_ENV.lineBytes]: "200",
  [LOAD_ENV.seconds]: "1",
  [LOAD_ENV.seed]: "7",
  [LOAD_ENV.run]: "0a1b2c3d-lambda",
  [LOAD_ENV.idleSeconds]: "0.05",
};
/** What the generator writes until it ends by itself. */
const linesOf = (environment: Readonly<Record<string, string>> = {}) =>
  execFileSync(process.execPath, ["-e", LOAD_SCRIPT], { env: { ...LOAD, ...environment }, encoding: "utf8" })
    .trimEnd()
    .split("\n");

describe("the generator", () => {
  const lines = linesOf();
  const markers = lines.map((line) => readMarker(line));
  const textOf = (line: string) => line.replace(/"?run"?[=:]"?[\w-]+/, "").replace(/\d{13}/, "");

  test("writes every line once, in order, dated when it was due", () => {
    expect(markers.map((marker) => marker?.seq)).toEqual(Array.from({ length: 500 }, (_, i) => i));
    expect(new Set(markers.map((marker, i) => (marker?.dueMs ?? 0) - 2 * i)).size).toBe(1);
    expect(new Set(markers.map((marker) => marker?.run))).toEqual(new Set(["0a1b2c3d-lambda"]));
  });

  test("writes JSON and plain text, some of it beyond ASCII, of the size asked for on average", () => {
    const json = lines.filter((line) => line.startsWith("{"));
    expect(json.length).toBeGreaterThan(200);
    expect(json.length).toBeLessThan(400);
    for (const line of json) expect(() => JSON.parse(line)).not.toThrow();
    // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
    expect(lines.some((line) => /[^\x00-\x7f]/.test(line))).toBe(true);
    const average = lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0) / lines.length;
    expect(Math.abs(average - 200)).toBeLessThan(15);
  });

  test("writes the same text for the same seed, whatever the run is called, and another for another", () => {
    expect(linesOf({ [LOAD_ENV.run]: "0a1b2c3d-firelens" }).map(textOf)).toEqual(lines.map(textOf));
    expect(linesOf({ [LOAD_ENV.seed]: "8" }).map(textOf)).not.toEqual(lines.map(textOf));
  });

  test("is ASCII, of which CloudFormation keeps all, and within a task definition's 64 KiB", () => {
    expect(LOAD_SCRIPT).toMatch(/^[\x20-\x7e\n]+$/);
    expect(LOAD_SCRIPT.length).toBeLessThan(16_384);
  });
});

describe("what a run is told", () => {
  test("names all that it reads and overrides, and a run may override every part of the load", () => {
    for (const task of tasks) {
      const names = (appOf(task)?.Environment ?? []).map(({ Name }) => Name);
      const { idleSeconds: _, ...fromTheStack } = LOAD_ENV;
      expect(names.toSorted()).toEqual(Object.values(fromTheStack).toSorted());
    }
    // Names of outputs and variables that `compare aws` knows, which imports nothing of infra.
    const outputs = Object.entries(template.findOutputs("*")).map(([name, { Value }]) => [name, readable(Value)]);
    const file = outputsFile(Object.fromEntries(outputs));
    expect(readStackOutputs(file, "mine")).toMatchObject({ firelensProfile: "asDocumented", intake: "recorder" });
  });

  test("has the families of its tasks as names of services at Datadog", () => {
    expect(tasks.map(({ Family }) => Family).toSorted()).toEqual([
      "sidecarless-comparison-firelens",
      "sidecarless-comparison-lambda",
    ]);
  });
});

test("costs next to nothing between runs: nothing that is charged by the hour", () => {
  const byTheHour = [
    "AWS::EC2::NatGateway",
    "AWS::EC2::EIP",
    "AWS::EC2::Instance",
    "AWS::EC2::VPCEndpoint",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::KMS::Key",
    "AWS::SecretsManager::Secret",
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::ApplicationAutoScaling::ScalableTarget",
  ];
  for (const type of byTheHour) template.resourceCountIs(type, 0);
  for (const { Properties } of Object.values(template.findResources("AWS::Lambda::Function"))) {
    expect(Properties).not.toHaveProperty("ProvisionedConcurrencyConfig");
  }
  // Nor what grows by itself: every log group forgets.
  for (const { Properties } of Object.values(template.findResources("AWS::Logs::LogGroup"))) {
    expect(Properties.RetentionInDays).toBeLessThanOrEqual(14);
  }
});

test("with Datadog as intake both paths send there, and the outputs say so", () => {
  const toDatadog = new ComparisonStack(appAsDeployed(), "to-datadog", {
    apiKey: { secret: "dd-key" },
    intake: "datadog",
    site: "datadoghq.eu",
    profile: "hardened",
  });
  const other = Template.fromStack(toDatadog);
  other.hasResourceProperties("AWS::Lambda::Function", {
    Environment: { Variables: { DD_SITE: "datadoghq.eu", DD_URL: Match.absent() } },
  });
  other.hasResourceProperties("AWS::ECS::TaskDefinition", {
    ContainerDefinitions: Match.arrayWith([
      Match.objectLike({ LogConfiguration: { Options: Match.objectLike({ Host: "http-intake.logs.datadoghq.eu" }) } }),
    ]),
  });
  other.hasOutput("Intake", { Value: "datadog" });
  other.hasOutput("FirelensProfile", { Value: "hardened" });
});

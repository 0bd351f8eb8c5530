import { execFileSync, spawn } from "node:child_process";
import { on } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { gzipSync } from "node:zlib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { afterAll, describe, expect, test } from "vitest";
import { readStackOutputs } from "../../compare/aws/stack-outputs.ts";
import { readMarker } from "../../functions/recorder/marker.ts";
import { LOAD_ENV, LOAD_SCRIPT } from "../../infra/parts/comparison-load.ts";
import { ComparisonStack } from "../../infra/stacks/comparison-stack.ts";
import { postLogs } from "../support/http-request.ts";
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
const isRecorder = ({ Name }: Container) => Name === "recorder";
const tasks = Object.values(template.findResources("AWS::ECS::TaskDefinition")).map(({ Properties }) => Properties);
/** Of the two services. */
const loads = tasks.filter(({ ContainerDefinitions }) => !ContainerDefinitions.some(isRecorder));
const appOf = (task: { ContainerDefinitions: Container[] }) =>
  task.ContainerDefinitions.find(({ Name }) => Name === "app");

describe("the two services", () => {
  test("differ only in where their logs go", () => {
    const [one, other] = loads.map((task) => {
      const {
        LogConfiguration: _logs,
        DockerLabels: _labels,
        Environment = [],
        ...app
      } = appOf(task) ?? ({} as Container);
      const load = Environment.filter(({ Name }) => Name !== LOAD_ENV.run);
      return { app, load, cpu: task.Cpu, memory: task.Memory, platform: task.RuntimePlatform };
    });
    expect(loads).toHaveLength(2);
    expect(one).toEqual(other);
    const drivers = loads.map((task) => appOf(task)?.LogConfiguration?.LogDriver);
    expect(new Set(drivers)).toEqual(new Set(["awsfirelens", "awslogs"]));
  });

  test("run nothing until a comparison asks for them, without NAT", () => {
    const counts = Object.entries(template.findResources("AWS::ECS::Service")).map(([id, { Properties }]) => [
      readable({ Ref: id }),
      Properties.DesiredCount,
    ]);
    expect(Object.fromEntries(counts)).toEqual({
      "<LambdaService>": 0,
      "<FirelensService>": 0,
      "<RecorderService>": 1,
    });
    template.resourceCountIs("AWS::EC2::NatGateway", 0);
  });

  test("are measured container by container", () => {
    template.hasResourceProperties("AWS::ECS::Cluster", {
      ClusterSettings: [{ Name: "containerInsights", Value: "enhanced" }],
    });
  });
});

describe("both paths send to the recorder, inside the VPC", () => {
  const functions = Object.values(template.findResources("AWS::Lambda::Function")).map(({ Properties }) => Properties);
  const recorder = tasks.flatMap(({ ContainerDefinitions }) => ContainerDefinitions).find(isRecorder) as Container;

  test("at the balancer's name and the same port, by the stack's random key", () => {
    const forwarder = functions.find(({ Environment }) => Environment.Variables.DD_URL);
    const { DD_URL, DD_PORT, DD_NO_SSL } = forwarder?.Environment.Variables ?? {};
    const log = loads.map(appOf).find((app) => app?.LogConfiguration?.LogDriver === "awsfirelens")?.LogConfiguration;
    expect(log?.Options).toMatchObject({ Host: DD_URL, port: DD_PORT, TLS: "off" });
    expect(readable(DD_URL)).toBe("<RecorderBalancer.DNSName>");
    expect({ DD_PORT, DD_NO_SSL }).toEqual({ DD_PORT: "8080", DD_NO_SSL: "true" });

    const keys = functions.map(({ Environment }) => readable(Environment.Variables.DD_API_KEY_SECRET_ARN));
    const { SecretOptions } = log as unknown as { SecretOptions: unknown };
    expect(new Set(keys)).toEqual(new Set(["<RecorderKey>"]));
    expect(SecretOptions).toEqual([{ Name: "apikey", ValueFrom: { Ref: expect.stringMatching(/^RecorderKey/) } }]);
    expect(recorder.Secrets).toEqual([
      { Name: "DD_API_KEY", ValueFrom: { Ref: expect.stringMatching(/^RecorderKey/) } },
    ]);
    template.hasResource("AWS::SecretsManager::Secret", {
      DeletionPolicy: "Delete",
      Properties: { GenerateSecretString: { ExcludePunctuation: true, PasswordLength: 32 } },
    });
  });

  test("and nothing has a door to the internet", () => {
    template.resourceCountIs("AWS::Lambda::Url", 0);
    template.hasResourceProperties("AWS::ElasticLoadBalancingV2::LoadBalancer", {
      Type: "network",
      Scheme: "internal",
    });
    const groups = Object.values(template.findResources("AWS::EC2::SecurityGroup"));
    for (const { Properties } of groups) expect(Properties).not.toHaveProperty("SecurityGroupIngress");
    const rules = Object.values(template.findResources("AWS::EC2::SecurityGroupIngress"));
    const doors = rules.map(({ Properties }) => {
      const { GroupId, SourceSecurityGroupId, FromPort } = Properties;
      return `${readable(SourceSecurityGroupId)} → ${readable(GroupId)}:${FromPort}`.replaceAll(".GroupId", "");
    });
    expect(doors.toSorted()).toEqual([
      "<RecorderDoor> → <RecorderTask>:8080",
      "<RecorderFunctions> → <RecorderDoor>:8080",
      "<RecorderFunctions> → <RecorderEndpoints>:443",
      // The endpoints' private names hold for them, too.
      "<RecorderTask> → <RecorderEndpoints>:443",
      "<Tasks> → <RecorderDoor>:8080",
      "<Tasks> → <RecorderEndpoints>:443",
    ]);
  });

  test("which asks the recorder for a connection to see whether it is there: no request that would be counted", () => {
    template.hasResourceProperties("AWS::ElasticLoadBalancingV2::TargetGroup", {
      Protocol: "TCP",
      HealthCheckProtocol: "TCP",
      Port: 8_080,
    });
  });

  test("in one zone: no line is paid for between zones", () => {
    const zones = Object.values(template.findResources("AWS::EC2::Subnet")).map(({ Properties }) =>
      JSON.stringify(Properties.AvailabilityZone),
    );
    expect(new Set(zones).size).toBe(1);
  });

  test("one recorder, never two, whose records go to the log group that the outputs name, for three days", () => {
    template.hasResourceProperties("AWS::ECS::Service", {
      DesiredCount: 1,
      DeploymentConfiguration: { MinimumHealthyPercent: 0, MaximumPercent: 100 },
    });
    const [name, group] = Object.entries(template.findResources("AWS::Logs::LogGroup")).find(([id]) =>
      id.startsWith("RecorderLogs"),
    ) ?? ["", undefined];
    expect(group).toMatchObject({
      DeletionPolicy: "Delete",
      Properties: { LogGroupName: "/sidecarless/sidecarless-comparison/recorder", RetentionInDays: 3 },
    });
    template.hasOutput("RecorderLogGroup", { Value: { Ref: name } });
    expect(recorder.LogConfiguration).toMatchObject({
      LogDriver: "awslogs",
      Options: { "awslogs-group": { Ref: name }, mode: "non-blocking" },
    });
  });

  test("with its program in the command: ASCII, of which CloudFormation keeps all, and far below 64 KiB a task", () => {
    const [program, ...args] = recorder.Command as string[];
    const bundle = readFileSync(new URL("../../dist/recorder/index.mjs", import.meta.url), "utf8");
    expect([program, ...args]).toContain(bundle);
    expect(bundle).toMatch(/^[\x20-\x7e\n]+$/);
    for (const task of tasks) expect(JSON.stringify(task).length).toBeLessThan(40_000);
  });
});

test("the recorder's command takes compressed JSON with the key, and logs a line of it", async () => {
  const recorder = tasks.flatMap(({ ContainerDefinitions }) => ContainerDefinitions).find(isRecorder) as Container;
  const [, ...args] = (recorder.Command as string[]).map((arg) => (arg === "8080" ? "0" : arg));
  const child = spawn(process.execPath, args, { env: { DD_API_KEY: "key" }, stdio: ["ignore", "pipe", "inherit"] });
  try {
    const lines = on(createInterface(child.stdout), "line");
    const nextLine = async () => String((await lines.next()).value);
    const port = /:(\d+)\/api/.exec(await nextLine())?.[1];
    const post = (key: string) =>
      postLogs(`http://127.0.0.1:${port}`, undefined, {
        headers: { "dd-api-key": key, "content-encoding": "gzip" },
        body: gzipSync(JSON.stringify(Array(1_001).fill({ id: "a", message: "text" }))),
      });
    expect((await post("other")).status).toBe(403);
    expect((await post("key")).status).toBe(202);
    const line = await nextLine();
    expect(JSON.parse(line)).toMatchObject({ number: 1, arrival: { contentEncoding: "gzip" } });
    expect(line).not.toContain("text");
  } finally {
    child.kill("SIGKILL");
  }
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
    for (const task of loads) {
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
    expect(loads.map(({ Family }) => Family).toSorted()).toEqual([
      "sidecarless-comparison-firelens",
      "sidecarless-comparison-lambda",
    ]);
  });
});

/** What has a price by the hour, whether or not anything runs. */
function byTheHour(of: Template): Record<string, number> {
  const types = [
    "AWS::EC2::NatGateway",
    "AWS::EC2::EIP",
    "AWS::EC2::Instance",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::KMS::Key",
    "AWS::SecretsManager::Secret",
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::ApplicationAutoScaling::ScalableTarget",
  ];
  const counts = types.map((type): [string, number] => [type, Object.keys(of.findResources(type)).length]);
  const endpoints = Object.values(of.findResources("AWS::EC2::VPCEndpoint")).filter(
    ({ Properties }) => Properties.VpcEndpointType === "Interface",
  );
  const tasks = Object.values(of.findResources("AWS::ECS::Service")).map(({ Properties }) => Properties.DesiredCount);
  const all = [...counts, ["interface endpoints", endpoints.length], ["tasks", tasks.reduce((a, b) => a + b, 0)]];
  return Object.fromEntries(all.filter(([, count]) => count !== 0));
}

const toDatadog = Template.fromStack(
  new ComparisonStack(appAsDeployed(), "to-datadog", {
    apiKey: { secret: "dd-key" },
    intake: "datadog",
    site: "datadoghq.eu",
    profile: "hardened",
  }),
);

describe("what it costs between runs", () => {
  test("is the recorder, and no more than docs/comparison-aws.md has prices for", () => {
    expect(byTheHour(template)).toEqual({
      "AWS::ElasticLoadBalancingV2::LoadBalancer": 1,
      "AWS::SecretsManager::Secret": 1,
      "interface endpoints": 2,
      tasks: 1,
    });
  });

  test("is next to nothing with Datadog as intake", () => {
    expect(byTheHour(toDatadog)).toEqual({});
  });

  test("grows by nothing: every log group forgets", () => {
    for (const { Properties } of Object.values(template.findResources("AWS::Logs::LogGroup"))) {
      expect(Properties.RetentionInDays).toBeLessThanOrEqual(14);
    }
  });
});

describe("with Datadog as intake", () => {
  test("both paths send there with the key that is given, and the outputs say so", () => {
    toDatadog.hasResourceProperties("AWS::Lambda::Function", {
      Environment: {
        Variables: { DD_SITE: "datadoghq.eu", DD_API_KEY_SECRET_ARN: "dd-key", DD_URL: Match.absent() },
      },
    });
    toDatadog.hasResourceProperties("AWS::ECS::TaskDefinition", {
      ContainerDefinitions: Match.arrayWith([
        Match.objectLike({
          LogConfiguration: { Options: Match.objectLike({ Host: "http-intake.logs.datadoghq.eu" }) },
        }),
      ]),
    });
    toDatadog.hasOutput("FirelensProfile", { Value: "hardened" });
    const outputs = Object.entries(toDatadog.findOutputs("*")).map(([name, { Value }]) => [name, readable(Value)]);
    const read = readStackOutputs(outputsFile(Object.fromEntries(outputs)), "mine");
    expect(read).toMatchObject({ intake: "datadog", firelensProfile: "hardened" });
    expect(read.recorder).toBeUndefined();
  });

  test("there is no recorder and no door, and the functions are outside the VPC", () => {
    expect(JSON.stringify(toDatadog.toJSON())).not.toMatch(/recorder/i);
    toDatadog.resourceCountIs("AWS::ElasticLoadBalancingV2::LoadBalancer", 0);
    toDatadog.resourceCountIs("AWS::EC2::SecurityGroupIngress", 0);
    for (const { Properties } of Object.values(toDatadog.findResources("AWS::EC2::SecurityGroup"))) {
      expect(Properties).not.toHaveProperty("SecurityGroupIngress");
    }
    for (const { Properties } of Object.values(toDatadog.findResources("AWS::Lambda::Function"))) {
      expect(Properties).not.toHaveProperty("VpcConfig");
    }
  });
});

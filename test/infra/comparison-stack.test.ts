import { execFileSync } from "node:child_process";
import { Match, Template } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { LOAD_ENV, LOAD_SCRIPT } from "../../infra/comparison-load.ts";
import { ComparisonStack } from "../../infra/comparison-stack.ts";
import { appAsDeployed, readable } from "../support/templates.ts";

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
  template.hasResourceProperties("AWS::Logs::LogGroup", { LogGroupName: "/ecs/sidecarless-comparison-lambda" });
  template.hasResourceProperties("AWS::Logs::SubscriptionFilter", {
    LogGroupName: { Ref: Match.stringLikeRegexp("LambdaLogging") },
  });
});

test("the generator writes every line once, in order, of the size asked for, dated when it was due", () => {
  const env = {
    [LOAD_ENV.linesPerSecond]: "500",
    [LOAD_ENV.lineBytes]: "200",
    [LOAD_ENV.seconds]: "1",
    [LOAD_ENV.run]: "test",
  };
  // It idles when it is done, as a service's task must; here that is the end.
  const script = LOAD_SCRIPT.replace("setInterval(() => {}, 3600000);", "");
  const output = execFileSync(process.execPath, ["-e", script], { env, encoding: "utf8" });
  const written = output.trimEnd().split("\n");
  const lines = written.map((line) => JSON.parse(line));
  expect(lines.map(({ seq }) => seq)).toEqual(Array.from({ length: 500 }, (_, i) => i));
  expect(new Set(written.map((line) => line.length))).toEqual(new Set([200]));
  expect(new Set(lines.map(({ dueMs }, i) => dueMs - 2 * i))).toEqual(new Set([lines[0].dueMs]));
});

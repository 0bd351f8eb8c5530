import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import {
  Compatibility,
  ContainerImage,
  Secret as EcsSecret,
  FargateTaskDefinition,
  LogDriver,
  TaskDefinition,
} from "aws-cdk-lib/aws-ecs";
import { Key } from "aws-cdk-lib/aws-kms";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { StringParameter } from "aws-cdk-lib/aws-ssm";
import { describe, expect, test } from "vitest";
import { FirelensToDatadog, type FirelensToDatadogProps } from "../../infra/constructs/firelens.ts";
import { containersOf } from "../support/containers.ts";
import { allowedActions, appAsDeployed, readable } from "../support/templates.ts";

const ENV = { account: "111122223333", region: "ap-northeast-1" };
const KEY_ARN = "arn:aws:secretsmanager:ap-northeast-1:111122223333:secret:datadog-AbCdEf";
const image = ContainerImage.fromRegistry("example/app:1");

interface Options {
  readonly task?: (stack: Stack) => TaskDefinition;
  readonly containers?: readonly string[];
  readonly props?: (stack: Stack) => Partial<FirelensToDatadogProps>;
}

/** A task with the named containers, all through FireLens. */
function routed({ task, containers = ["app"], props }: Options = {}) {
  const stack = new Stack(appAsDeployed(), "Stack", { env: ENV });
  const taskDefinition = task?.(stack) ?? new FargateTaskDefinition(stack, "Task", { family: "shop" });
  const firelens = new FirelensToDatadog(stack, "Firelens", {
    taskDefinition,
    apiKey: { secret: Secret.fromSecretCompleteArn(stack, "Key", KEY_ARN) },
    service: "shop",
    ...props?.(stack),
  });
  for (const name of containers) taskDefinition.addContainer(name, { image, logging: firelens.logDriver, cpu: 10 });
  return { stack, taskDefinition, firelens };
}

const optionsOf = (stack: Stack, name = "app") => containersOf(stack)[name]?.LogConfiguration.Options;
const rights = (stack: Stack) => allowedActions(Template.fromStack(stack), /ExecutionRole/);

describe("the reference task definition of gaze-heatmap", () => {
  const stack = new Stack(appAsDeployed(), "GazeHeatmap", { env: ENV });
  const taskDefinition = new FargateTaskDefinition(stack, "Task", {
    family: "gaze-heatmap",
    cpu: 256,
    memoryLimitMiB: 512,
  });
  const secret = (name: string) =>
    Secret.fromSecretCompleteArn(
      stack,
      name,
      `arn:aws:secretsmanager:ap-northeast-1:111122223333:secret:${name}-AbCdEf`,
    );
  const firelens = new FirelensToDatadog(stack, "Firelens", {
    taskDefinition,
    profile: "asDocumented",
    apiKey: { secret: secret("datadog") },
    service: "gazeheatmap",
    source: "gazeheatmap",
    tags: ["Env:development"],
  });
  taskDefinition.addContainer("gaze-heatmap", {
    image,
    logging: firelens.logDriver,
    secrets: { SERVICE_ACCOUNT_KEY: EcsSecret.fromSecretsManager(secret("service-account")) },
  });
  const template = Template.fromStack(stack);
  const containers = containersOf(stack);
  const app = containers["gaze-heatmap"];
  const router = containers.logrouter;

  test("is a Fargate task with 256 and 512 in awsvpc", () => {
    template.hasResourceProperties("AWS::ECS::TaskDefinition", {
      Family: "gaze-heatmap",
      RequiresCompatibilities: ["FARGATE"],
      Cpu: "256",
      Memory: "512",
      NetworkMode: "awsvpc",
    });
  });

  test("has the app and the router, nothing else", () => {
    expect(Object.keys(containers).toSorted()).toEqual(["gaze-heatmap", "logrouter"]);
  });

  test("has the documented options on the app container, and no others", () => {
    expect(app?.LogConfiguration).toEqual({
      LogDriver: "awsfirelens",
      Options: {
        Name: "datadog",
        Host: "http-intake.logs.datadoghq.com",
        TLS: "on",
        dd_service: "gazeheatmap",
        dd_source: "gazeheatmap",
        dd_tags: "Env:development",
        provider: "ecs",
      },
      SecretOptions: [
        { Name: "apikey", ValueFrom: "arn:aws:secretsmanager:ap-northeast-1:111122223333:secret:datadog-AbCdEf" },
      ],
    });
  });

  test("has the application's secret where ECS reads it", () => {
    expect(app?.Secrets).toEqual([
      {
        Name: "SERVICE_ACCOUNT_KEY",
        ValueFrom: "arn:aws:secretsmanager:ap-northeast-1:111122223333:secret:service-account-AbCdEf",
      },
    ]);
  });

  test("has an essential router with ECS's metadata on, and its own logs by awslogs", () => {
    expect(router).toEqual({
      Name: "logrouter",
      Essential: true,
      Image: "public.ecr.aws/aws-observability/aws-for-fluent-bit:stable",
      FirelensConfiguration: { Type: "fluentbit", Options: { "enable-ecs-log-metadata": "true" } },
      LogConfiguration: {
        LogDriver: "awslogs",
        Options: {
          "awslogs-group": "/aws/ecs/gaze-heatmap",
          "awslogs-create-group": "true",
          "awslogs-region": "ap-northeast-1",
          "awslogs-stream-prefix": "firelens",
        },
      },
    });
  });

  test("lets ECS read the two secrets and write the router's log, nothing else", () => {
    const group = "arn:aws:logs:ap-northeast-1:111122223333:log-group:/aws/ecs/gaze-heatmap";
    const written = [group, `${group}:*`];
    const appSecret = "arn:aws:secretsmanager:ap-northeast-1:111122223333:secret:service-account-AbCdEf";
    expect(allowedActions(template, /ExecutionRole/)).toEqual({
      "logs:CreateLogGroup": written,
      "logs:CreateLogStream": written,
      "logs:PutLogEvents": written,
      "secretsmanager:GetSecretValue": [KEY_ARN, appSecret],
      // CDK's own for the application's secret.
      "secretsmanager:DescribeSecret": [appSecret],
    });
  });

  test("gives the task itself no rights: Fluent Bit needs none for Datadog", () => {
    expect(allowedActions(template, /^TaskTaskRole/)).toEqual({});
  });
});

describe("every container", () => {
  test("gets the options and the key, once for each", () => {
    const { stack } = routed({ containers: ["app", "worker"] });
    const { app, worker } = containersOf(stack);
    expect(app?.LogConfiguration.Options).toMatchObject({ Name: "datadog", dd_service: "shop", provider: "ecs" });
    expect(worker?.LogConfiguration).toEqual(app?.LogConfiguration);
  });

  test("added after without the driver stops synth, with its name", () => {
    const { stack, taskDefinition } = routed();
    taskDefinition.addContainer("forgotten", { image, logging: LogDriver.awsLogs({ streamPrefix: "x" }) });
    expect(() => Template.fromStack(stack)).toThrow(/Container "forgotten" does not log through Stack\/Firelens/);
  });

  test("added before stops synth, too", () => {
    const task = (stack: Stack) => {
      const taskDefinition = new FargateTaskDefinition(stack, "Task");
      taskDefinition.addContainer("early", { image });
      return taskDefinition;
    };
    expect(() => Template.fromStack(routed({ task }).stack)).toThrow(/Container "early"/);
  });

  test("may log elsewhere if it is named", () => {
    const { stack, taskDefinition } = routed({ props: () => ({ exceptContainers: ["agent"] }) });
    taskDefinition.addContainer("agent", { image });
    expect(containersOf(stack).agent).not.toHaveProperty("LogConfiguration");
  });

  test("of another task is none of its business", () => {
    const { stack } = routed();
    new FargateTaskDefinition(stack, "OtherTask").addContainer("other", { image });
    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  test("comes before the router when a load balancer asks for the task's container", () => {
    expect(routed().taskDefinition.defaultContainer?.containerName).toBe("app");
  });
});

describe("hardened", () => {
  const { stack } = routed({ props: () => ({ tags: ["env:prod", "team:a"] }) });
  const { app, logrouter } = containersOf(stack);

  test("is the default, and adds compression, retries, a time limit, and a bound on the disk", () => {
    expect(optionsOf(stack)).toEqual({
      Name: "datadog",
      Host: "http-intake.logs.datadoghq.com",
      TLS: "on",
      dd_service: "shop",
      dd_source: "ecs",
      dd_tags: "env:prod,team:a",
      provider: "ecs",
      dd_message_key: "log",
      compress: "gzip",
      retry_limit: "6",
      "net.io_timeout": "10s",
      "storage.total_limit_size": "1024M",
    });
  });

  test("pins the image", () => {
    expect(logrouter?.Image).toMatch(/:3\.\d+\.\d+$/);
  });

  test("writes the [SERVICE] section, then runs the image's own command", () => {
    const [shell = "", flag = "", script = ""] = logrouter?.Command ?? [];
    const file = join(mkdtempSync(join(tmpdir(), "firelens-")), "service.conf");
    const here = script.replaceAll("/fluent-bit/service.conf", file).replace("/entrypoint.sh", `cat ${file}`);
    const written = execFileSync(shell, [flag, here], { encoding: "utf8" });
    expect(written.split("\n").map((line) => line.trim())).toEqual([
      "[SERVICE]",
      "Flush 1",
      "Grace 30",
      "HTTP_Server On",
      "HTTP_Listen 127.0.0.1",
      "HTTP_Port 2020",
      "storage.path /fluent-bit/buffer",
      "storage.type filesystem",
      "storage.inherit on",
      "storage.max_chunks_up 32",
      "",
    ]);
    expect(script).toMatch(/&& exec \/entrypoint\.sh$/);
  });

  test("has ECS include that file, of the one type that Fargate takes", () => {
    expect(logrouter?.FirelensConfiguration).toEqual({
      Type: "fluentbit",
      Options: {
        "enable-ecs-log-metadata": "true",
        "config-file-type": "file",
        "config-file-value": "/fluent-bit/service.conf",
      },
    });
  });

  test("leaves more time to stop than Grace takes", () => {
    expect(logrouter?.StopTimeout).toBe(40);
  });

  test("reserves twice the memory that waiting logs may take", () => {
    expect(logrouter?.MemoryReservation).toBe(128);
    const large = containersOf(routed({ props: () => ({ memBufLimitMib: 200 }) }).stack).logrouter;
    expect(large?.MemoryReservation).toBe(400);
    expect(String(large?.Command)).toContain("storage.max_chunks_up 100");
  });

  test("keeps to memory where the disk is not to be used", () => {
    const memoryOnly = routed({ props: () => ({ diskBufferMib: 0 }) }).stack;
    expect(String(containersOf(memoryOnly).logrouter?.Command)).not.toContain("storage.");
    expect(optionsOf(memoryOnly)).not.toHaveProperty("storage.total_limit_size");
  });

  test("checks that the router answers, not that the intake does", () => {
    expect(logrouter?.HealthCheck).toMatchObject({
      Command: ["CMD-SHELL", "curl -f http://127.0.0.1:2020/api/v1/uptime || exit 1"],
    });
  });

  test("starts the app after the router is healthy, so that it stops before it", () => {
    expect(app?.DependsOn).toEqual([{ ContainerName: "logrouter", Condition: "HEALTHY" }]);
  });

  test("keeps the router's own log for a while, and never lets the router wait for it", () => {
    Template.fromStack(stack).hasResourceProperties("AWS::Logs::LogGroup", { RetentionInDays: 14 });
    expect(logrouter?.LogConfiguration).toMatchObject({ LogDriver: "awslogs", Options: { mode: "non-blocking" } });
  });

  test("lets ECS read the key and write the router's log, nothing else", () => {
    expect(rights(stack)).toEqual({
      "logs:CreateLogStream": ["<FirelensRouterLogs.Arn>"],
      "logs:PutLogEvents": ["<FirelensRouterLogs.Arn>"],
      "secretsmanager:GetSecretValue": [KEY_ARN],
    });
  });
});

describe("the API key", () => {
  const apiKeyOf = (stack: Stack) => readable(containersOf(stack).app?.LogConfiguration.SecretOptions[0]?.ValueFrom);

  test("may be a field of a secret that is JSON", () => {
    const { stack } = routed({ props: () => ({ apiKeyField: "apiKey" }) });
    expect(apiKeyOf(stack)).toBe(`${KEY_ARN}:apiKey::`);
    expect(rights(stack)["secretsmanager:GetSecretValue"]).toEqual([KEY_ARN]);
  });

  test("may be a secret known by name", () => {
    const { stack } = routed({
      props: (scope) => ({ apiKey: { secret: Secret.fromSecretNameV2(scope, "ByName", "dd-key") } }),
    });
    expect(apiKeyOf(stack)).toMatch(/:ap-northeast-1:111122223333:secret:dd-key$/);
    expect(rights(stack)["secretsmanager:GetSecretValue"]).toEqual([expect.stringMatching(/:secret:dd-key-\?{6}$/)]);
  });

  test("may be a SecureString parameter", () => {
    const { stack } = routed({
      props: (scope) => ({
        apiKey: {
          parameter: StringParameter.fromSecureStringParameterAttributes(scope, "P", { parameterName: "/dd/key" }),
        },
      }),
    });
    expect(apiKeyOf(stack)).toMatch(/:ssm:ap-northeast-1:111122223333:parameter\/dd\/key$/);
    expect(rights(stack)).toMatchObject({ "ssm:GetParameters": [expect.stringMatching(/:parameter\/dd\/key$/)] });
    expect(Object.keys(rights(stack)).filter((action) => /^(ssm|secretsmanager):/.test(action))).toEqual([
      "ssm:GetParameters",
    ]);
  });

  test("is decrypted with a key of its own if it has one", () => {
    const { stack } = routed({
      props: (scope) => ({ apiKey: { secret: new Secret(scope, "Own", { encryptionKey: new Key(scope, "Kms") }) } }),
    });
    expect(rights(stack)["kms:Decrypt"]).toEqual(["<Kms.Arn>"]);
  });

  test("is decrypted as a parameter, too", () => {
    const { stack } = routed({
      props: (scope) => {
        const attributes = { parameterName: "/dd/key", encryptionKey: new Key(scope, "Kms") };
        return { apiKey: { parameter: StringParameter.fromSecureStringParameterAttributes(scope, "P", attributes) } };
      },
    });
    expect(rights(stack)["kms:Decrypt"]).toEqual(["<Kms.Arn>"]);
  });

  test("has no field as a parameter", () => {
    const props = (scope: Stack) => ({
      apiKey: { parameter: StringParameter.fromStringParameterName(scope, "P", "/dd/key") },
      apiKeyField: "apiKey",
    });
    expect(() => routed({ props })).toThrow("a parameter has no fields");
  });

  test.each(["apikey", "ApiKey", "api_key"])("is refused among the options, as %s", (name) => {
    expect(() => routed({ props: () => ({ options: { [name]: "secret" } }) })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("secret") }),
    );
  });
});

describe("other settings", () => {
  test("name another site, or a stand-in for the intake", () => {
    const site = routed({ props: () => ({ intake: { site: "datadoghq.eu" } }) });
    expect(optionsOf(site.stack)).toMatchObject({ Host: "http-intake.logs.datadoghq.eu", TLS: "on" });
    const intake = { host: "recorder.internal", port: 8080, tls: false };
    const standIn = routed({ props: () => ({ intake }) });
    expect(optionsOf(standIn.stack)).toMatchObject({ Host: "recorder.internal", port: "8080", TLS: "off" });
  });

  test("add options, or replace those of the profile", () => {
    const options = { retry_limit: "no_limits", proxy: "http://proxy:3128" };
    expect(optionsOf(routed({ props: () => ({ options }) }).stack)).toMatchObject(options);
  });

  test.each(["asDocumented", "hardened"] as const)("work on EC2, where each container has a size, %s", (profile) => {
    const task = (stack: Stack) => new TaskDefinition(stack, "Task", { compatibility: Compatibility.EC2 });
    const { stack, taskDefinition, firelens } = routed({ task, containers: [], props: () => ({ profile }) });
    taskDefinition.addContainer("app", { image, memoryLimitMiB: 64, logging: firelens.logDriver });
    expect(containersOf(stack).logrouter?.MemoryReservation).toBeGreaterThanOrEqual(50);
    expect(optionsOf(stack)).toMatchObject({ Name: "datadog" });
  });
});

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RemovalPolicy, Stack } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import {
  Compatibility,
  ContainerImage,
  Secret as EcsSecret,
  FargateTaskDefinition,
  LogDriver,
  TaskDefinition,
} from "aws-cdk-lib/aws-ecs";
import { Key } from "aws-cdk-lib/aws-kms";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { StringParameter } from "aws-cdk-lib/aws-ssm";
import { describe, expect, test } from "vitest";
import { FirelensToDatadog, type FirelensToDatadogProps } from "../../infra/constructs/firelens.ts";
import { existingApiKey } from "../../infra/parts/api-key-source.ts";
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

/** The router's command: what writes its files, and what then runs. */
function commandOf(stack: Stack): { readonly writing: string; readonly script: string } {
  const command = containersOf(stack).logrouter?.Command ?? [];
  expect(command.slice(0, 2)).toEqual(["/bin/sh", "-c"]);
  const [writing = "", script = ""] = String(command[2]).split(/ && (?=trap )/);
  return { writing, script };
}

/** What the router's command writes to a file. */
function configOf(stack: Stack, file = "service.conf"): string[] {
  const folder = mkdtempSync(join(tmpdir(), "firelens-"));
  execFileSync("/bin/sh", ["-c", commandOf(stack).writing.replaceAll("> /fluent-bit/", `> ${folder}/`)]);
  const lines = readFileSync(join(folder, file), "utf8").trimEnd().split("\n");
  rmSync(folder, { recursive: true });
  return lines;
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

  test("has a configuration of its own: settings, and filters that join the pieces of long lines", () => {
    expect(configOf(stack)).toEqual([
      "[SERVICE]",
      "    Flush 1",
      "    Grace 30",
      "    HTTP_Server On",
      "    HTTP_Listen 127.0.0.1",
      "    HTTP_Port 2020",
      "    storage.path /fluent-bit/buffer",
      "    storage.type filesystem",
      "    storage.inherit on",
      "    storage.max_chunks_up 32",
      "[FILTER]",
      "    name modify",
      "    match *",
      "    condition key_value_matches partial_ordinal ^[0-9]*[05]0$",
      "    set partial_last true",
      "[FILTER]",
      "    name multiline",
      "    match *",
      "    mode partial_message",
      "    multiline.key_content log",
      "    flush_ms 2000",
    ]);
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

  test("checks that the router answers, not that the intake does, as soon as ECS can", () => {
    expect(logrouter?.HealthCheck).toMatchObject({
      Command: ["CMD-SHELL", "curl -f http://127.0.0.1:2020/api/v1/uptime || exit 1"],
      Interval: 5,
    });
  });

  test("starts the app after the router is healthy, or right behind it, and always stops it before", () => {
    expect(app?.DependsOn).toEqual([{ ContainerName: "logrouter", Condition: "HEALTHY" }]);
    const atOnce = containersOf(routed({ props: () => ({ waitForRouter: false }) }).stack).app;
    expect(atOnce?.DependsOn).toEqual([{ ContainerName: "logrouter", Condition: "START" }]);
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

describe("the router's process", () => {
  /** The command with another program in Fluent Bit's place, without the wait. It is told to stop when it is running. */
  async function run(program: string) {
    const { script } = commandOf(routed().stack);
    const command = script.replace("/entrypoint.sh", `sh -c '${program}'`).replace("sleep 4", "echo waited");
    const child = spawn("/bin/sh", ["-c", command], { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      output += text;
      if (text.includes("running")) child.kill("SIGTERM");
    });
    const [code] = await once(child, "close");
    return { code, output };
  }

  test("is told to stop after the wait for pieces, takes its time, and its exit code is the container's", async () => {
    const program = 'trap "echo stopping; exit 7" TERM; echo running; for i in 1 2 3 4 5 6 7 8 9; do sleep 0.2; done';
    expect(await run(program)).toEqual({ code: 7, output: "running\nwaited\nstopping\n" });
  });

  test("that ends by itself ends the container, with its exit code", async () => {
    expect(await run("exit 3")).toEqual({ code: 3, output: "" });
  });
});

describe("filters and parsers of one's own", () => {
  const written = (props: Partial<FirelensToDatadogProps>, file?: string) =>
    configOf(routed({ props: () => props }).stack, file);

  test("come in their order, after the pieces are joined, with options that are given several times", () => {
    const filters = [
      { name: "grep", exclude: ["log ^GET /health", 'log it\'s "fine" $HOME \\d'] },
      { name: "record_modifier", match: "app-firelens-*", remove_key: "container_id" },
      { name: "throttle", match_regex: "^app", rate: 1000, print_status: false },
    ];
    const lines = written({ filters });
    expect(lines.slice(lines.indexOf("    flush_ms 2000") + 1)).toEqual([
      "[FILTER]",
      "    name grep",
      "    match *",
      "    exclude log ^GET /health",
      '    exclude log it\'s "fine" $HOME \\d',
      "[FILTER]",
      "    name record_modifier",
      "    match app-firelens-*",
      "    remove_key container_id",
      "[FILTER]",
      "    name throttle",
      "    match_regex ^app",
      "    rate 1000",
      "    print_status false",
    ]);
  });

  test("parsers are in a file of their own, which the settings name", () => {
    const props = {
      filters: [{ name: "parser", key_name: "log", parser: "access", reserve_data: true }],
      parsers: [{ name: "access", format: "regex", regex: "^(?<ip>\\S+) '(?<path>[^']+)'" }],
      multilineParsers: [
        {
          name: "trace",
          flush_timeout: 500,
          rules: [
            { state: "start_state", regex: '/^"?\\d+/', next_state: "cont" },
            { state: "cont", regex: "/^\\s/", next_state: "cont" },
          ],
        },
      ],
    } as const;
    expect(written(props)).toContain("    Parsers_File /fluent-bit/own-parsers.conf");
    expect(written(props, "own-parsers.conf")).toEqual([
      "[PARSER]",
      "    name access",
      "    format regex",
      "    regex ^(?<ip>\\S+) '(?<path>[^']+)'",
      "[MULTILINE_PARSER]",
      "    name trace",
      "    type regex",
      "    flush_timeout 500",
      '    rule "start_state" "/^\\"?\\d+/" "cont"',
      '    rule "cont" "/^\\s/" "cont"',
    ]);
    expect(written({})).not.toContain("    Parsers_File /fluent-bit/own-parsers.conf");
  });

  test("are refused all at once, each with what is wrong", () => {
    const props = {
      filters: [
        { name: "grep", exclude: "log a\n[OUTPUT]" },
        { name: "", regex: "log größe" },
        { name: "modify", "add x\n[OUTPUT]\n": "y" },
        { name: "parser", parser: "json" },
      ],
      parsers: [
        { name: "access", format: "regex" },
        { name: "access", format: "json" },
      ],
      multilineParsers: [
        { name: "trace", rules: [{ state: "first", regex: "x", next_state: "none" }] },
        { name: "no rules", rules: [] },
      ],
    } as const;
    const refused = () => routed({ props: () => props });
    for (const problem of [
      "Stack/Firelens: filters[0]: exclude holds a line end",
      "filters[1]: name is empty",
      "filters[1]: regex holds characters beyond printable ASCII",
      "is no name of an option",
      'filters[3] names the parser "json", which is not among parsers',
      "parsers[0] has the format regex and no regex",
      'parsers has "access" twice',
      "multilineParsers[0]: its first rule must have the state start_state",
      'multilineParsers[0] goes to the state "none", which has no rule',
      "multilineParsers[1]: its first rule must have the state start_state",
    ]) {
      expect(refused).toThrow(problem);
    }
  });

  test("need the profile hardened, the only one with a configuration of its own", () => {
    const props = () => ({ profile: "asDocumented", filters: [{ name: "grep", regex: "log a" }] }) as const;
    expect(() => routed({ props })).toThrow("filters and parsers need the profile hardened");
  });
});

describe("the router's own log", () => {
  const groups = (stack: Stack) => Object.values(Template.fromStack(stack).findResources("AWS::Logs::LogGroup"));
  const routerLogs = {
    logGroupName: "/router",
    retention: RetentionDays.ONE_YEAR,
    removalPolicy: RemovalPolicy.RETAIN,
  };

  test.each(["asDocumented", "hardened"] as const)("goes where it is told, %s", (profile) => {
    const { stack } = routed({ props: () => ({ profile, routerLogs }) });
    expect(groups(stack)).toMatchObject([
      { Properties: { LogGroupName: "/router", RetentionInDays: 365 }, DeletionPolicy: "Retain" },
    ]);
    expect(readable(containersOf(stack).logrouter?.LogConfiguration.Options["awslogs-group"])).toBe(
      "<FirelensRouterLogs>",
    );
    expect(rights(stack)).not.toHaveProperty("logs:CreateLogGroup");
  });

  test("may go to a group that exists, and may be encrypted", () => {
    const existing = routed({
      props: (scope) => ({ routerLogs: { logGroup: LogGroup.fromLogGroupName(scope, "Mine", "/mine") } }),
    });
    expect(groups(existing.stack)).toEqual([]);
    expect(containersOf(existing.stack).logrouter?.LogConfiguration.Options["awslogs-group"]).toBe("/mine");
    const encrypted = routed({ props: (scope) => ({ routerLogs: { encryptionKey: new Key(scope, "Kms") } }) });
    expect(groups(encrypted.stack).map(({ Properties }) => readable(Properties.KmsKeyId))).toEqual(["<Kms.Arn>"]);
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

  const named = (name: string) =>
    routed({ props: (scope) => ({ apiKey: { secret: Secret.fromSecretNameV2(scope, "ByName", name) } }) });

  test.each(["dd-apikey", "team/datadog-AbCdEf"])(
    "is refused with a name whose end ECS takes for Secrets Manager's: %s",
    (name) => {
      expect(() => named(name)).toThrow(
        `Stack/Firelens: The secret's name "${name}" ends in a hyphen and six characters.`,
      );
      expect(() => named(name)).toThrow("Give the secret's complete ARN");
    },
  );

  test.each(["dd-key", "datadog-api-key", "datadogapikey", "dd-api_ky"])("is not refused with another: %s", (name) => {
    expect(() => named(name)).not.toThrow();
  });

  test("may have such a name if the ARN is complete", () => {
    const arn = `${KEY_ARN.replace("datadog-AbCdEf", "dd-apikey")}-AbCdEf`;
    const { stack } = routed({
      props: (scope) => ({ apiKey: { secret: Secret.fromSecretCompleteArn(scope, "Complete", arn) } }),
    });
    expect(apiKeyOf(stack)).toBe(arn);
  });

  test("may be another account's, by an ARN without its end, encrypted with that account's key", () => {
    const arn = "arn:aws:secretsmanager:ap-northeast-1:999988887777:secret:shared/datadog";
    const kmsKeyArn = "arn:aws:kms:ap-northeast-1:999988887777:key/0a1b2c3d-0000-1111-2222-333344445555";
    const { stack } = routed({
      props: (scope) => ({ apiKey: existingApiKey(scope, "Theirs", { secret: arn, field: "dd.key", kmsKeyArn }) }),
    });
    expect(apiKeyOf(stack)).toBe(`${arn}:dd.key::`);
    expect(rights(stack)).toMatchObject({
      "secretsmanager:GetSecretValue": [`${arn}-??????`],
      "kms:Decrypt": [kmsKeyArn],
    });
    // And nothing else that is encrypted with it.
    Template.fromStack(stack).hasResourceProperties("AWS::IAM::Policy", {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: "kms:Decrypt",
            Condition: {
              StringEquals: {
                "kms:ViaService": { "Fn::Join": ["", Match.arrayWith(["secretsmanager.ap-northeast-1."])] },
              },
              StringLike: { "kms:EncryptionContext:SecretARN": `${arn}-??????` },
            },
          }),
        ]),
      },
    });
  });

  test("may have its field named on either side", () => {
    const props = (scope: Stack) => ({
      apiKey: { secret: Secret.fromSecretCompleteArn(scope, "Json", KEY_ARN), field: "dd" },
    });
    expect(apiKeyOf(routed({ props }).stack)).toBe(`${KEY_ARN}:dd::`);
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

import { RemovalPolicy, Stack } from "aws-cdk-lib";
import { Annotations, Match, Template } from "aws-cdk-lib/assertions";
import { AwsLogDriverMode, ContainerImage, FargateTaskDefinition } from "aws-cdk-lib/aws-ecs";
import { Key } from "aws-cdk-lib/aws-kms";
import {
  FilterPattern,
  type IFilterPattern,
  type ILogGroup,
  LogGroup,
  LogGroupClass,
  RetentionDays,
} from "aws-cdk-lib/aws-logs";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { describe, expect, test } from "vitest";
import { identify } from "../../functions/forwarder/stages/identify.ts";
import { EcsLogging, type EcsLoggingProps, type LogPath } from "../../infra/constructs/ecs-logging.ts";
import { Forwarder } from "../../infra/constructs/forwarder.ts";
import { containersOf } from "../support/containers.ts";
import { allowedActions, appAsDeployed, readable } from "../support/templates.ts";

interface Subscription {
  readonly logGroup: ILogGroup;
  readonly filterPattern?: IFilterPattern;
}

/** A task of two containers with logging as given; what was subscribed. */
function taskWith(
  path: LogPath["path"],
  props: Partial<EcsLoggingProps> | ((stack: Stack) => Partial<EcsLoggingProps>) = {},
  filterPattern?: IFilterPattern,
) {
  const stack = new Stack(appAsDeployed(), "Stack", { env: { account: "111122223333", region: "eu-west-1" } });
  const taskDefinition = new FargateTaskDefinition(stack, "Task", { family: "shop" });
  const subscriptions: Subscription[] = [];
  const forwarder = {
    subscriptionTarget: () => ({ destinationArn: "arn:aws:lambda:eu-west-1:111122223333:function:forwarder" }),
    subscribe: (logGroup: ILogGroup, options: object = {}) => void subscriptions.push({ logGroup, ...options }),
  };
  const paths: Record<LogPath["path"], LogPath> = {
    development: { path: "development" },
    lambda: { path: "lambda", forwarder, filterPattern },
    firelens: { path: "firelens", apiKey: { secret: Secret.fromSecretNameV2(stack, "Key", "dd-key") } },
  };
  const to = paths[path];
  const given = typeof props === "function" ? props(stack) : props;
  const logging = new EcsLogging(stack, "Logging", { taskDefinition, to, service: "shop", env: "prod", ...given });
  for (const name of ["app", "worker"]) {
    taskDefinition.addContainer(name, {
      image: ContainerImage.fromRegistry("example/app:1"),
      logging: logging.logDriver,
      dockerLabels: { own: "kept" },
    });
  }
  const template = Template.fromStack(stack);
  return { stack, template, logging, subscriptions, containers: Object.values(containersOf(stack)) };
}

const names = (containers: readonly { Name: string }[]) => containers.map(({ Name }) => Name).toSorted();
const TAGGED = { version: "1.2.3", source: "nodejs", tags: ["team:a", "tier:b"] };

describe.each(["development", "lambda"] as const)("%s", (path) => {
  const { template, logging, containers } = taskWith(path, TAGGED);

  test("has no sidecar", () => {
    expect(names(containers)).toEqual(["app", "worker"]);
    expect(logging.firelens).toBeUndefined();
  });

  test("logs to /ecs/<env>/<service> with the service as prefix, for each container", () => {
    template.hasResourceProperties("AWS::Logs::LogGroup", { LogGroupName: "/ecs/prod/shop", RetentionInDays: 14 });
    for (const { LogConfiguration } of containers) {
      expect(LogConfiguration.LogDriver).toBe("awslogs");
      expect(readable(LogConfiguration.Options["awslogs-group"])).toBe("<LoggingLogGroup>");
      expect(LogConfiguration.Options).toMatchObject({
        "awslogs-stream-prefix": "shop",
        "awslogs-region": "eu-west-1",
      });
    }
  });

  test("says what to do under pressure, instead of leaving it to ECS's default", () => {
    for (const { LogConfiguration } of containers) {
      expect(LogConfiguration.Options).toMatchObject({ mode: "non-blocking", "max-buffer-size": "26214400b" });
    }
  });

  test("labels each container with env, service, version, source and tags, beside its own labels", () => {
    for (const { DockerLabels } of containers) {
      expect(DockerLabels).toEqual({
        own: "kept",
        "com.datadoghq.tags.env": "prod",
        "com.datadoghq.tags.service": "shop",
        "com.datadoghq.tags.version": "1.2.3",
        "com.datadoghq.ad.logs": '[{"source":"nodejs","service":"shop","tags":["team:a","tier:b"]}]',
      });
    }
  });

  test("lets ECS write to that group, nothing else", () => {
    expect(allowedActions(template, /ExecutionRole/)).toEqual({
      "logs:CreateLogStream": ["<LoggingLogGroup.Arn>"],
      "logs:PutLogEvents": ["<LoggingLogGroup.Arn>"],
    });
  });

  test("can stop rather than lose lines, which takes no buffer", () => {
    const blocking = taskWith(path, { mode: AwsLogDriverMode.BLOCKING });
    for (const { LogConfiguration } of blocking.containers) {
      expect(LogConfiguration.Options).toMatchObject({ mode: "blocking" });
      expect(LogConfiguration.Options).not.toHaveProperty("max-buffer-size");
    }
  });

  test.each([
    ["multilinePattern", "awslogs-multiline-pattern", "^\\S"],
    ["datetimeFormat", "awslogs-datetime-format", "%Y-%m-%d %H:%M:%S"],
  ])("joins lines by its %s", (name, option, value) => {
    const { containers } = taskWith(path, { [name]: value });
    for (const { LogConfiguration } of containers) expect(LogConfiguration.Options[option]).toBe(value);
  });
});

const PATHS = ["development", "lambda", "firelens"] as const;

describe("the service's log group", () => {
  const groupOf = (...args: Parameters<typeof taskWith>) => {
    const groups = Object.entries(taskWith(...args).template.findResources("AWS::Logs::LogGroup"));
    return groups.filter(([id]) => id.startsWith("LoggingLogGroup"));
  };

  test("is the same resource on every path: none of them takes it away, or finds its name taken", () => {
    const groups = PATHS.map((path) => groupOf(path));
    expect(groups[0]).toHaveLength(1);
    expect(groups[1]).toEqual(groups[0]);
    expect(groups[2]).toEqual(groups[0]);
  });

  test("outlives the stack, but not a first deployment that fails", () => {
    const [group] = groupOf("lambda");
    expect(group?.[1]).toMatchObject({ DeletionPolicy: "RetainExceptOnCreate", UpdateReplacePolicy: "Retain" });
  });

  test("has a name of which the forwarder reads the service", () => {
    const { template } = taskWith("lambda");
    const [group] = Object.values(template.findResources("AWS::Logs::LogGroup"));
    const logStream = "shop/app/0123456789abcdef0123456789abcdef";
    const origin = identify({ logGroup: group?.Properties.LogGroupName, logStream });
    expect(origin).toMatchObject({ source: "ecs", service: "shop" });
  });

  test("may have another name, retention, removal policy, key and class", () => {
    const settings = (stack: Stack) => ({
      logGroupName: "/ecs/shop",
      retention: RetentionDays.ONE_DAY,
      removalPolicy: RemovalPolicy.DESTROY,
      encryptionKey: new Key(stack, "Key2"),
      logGroupClass: LogGroupClass.INFREQUENT_ACCESS,
    });
    const { template } = taskWith("development", settings);
    template.hasResource("AWS::Logs::LogGroup", {
      Properties: {
        LogGroupName: "/ecs/shop",
        RetentionInDays: 1,
        LogGroupClass: "INFREQUENT_ACCESS",
        KmsKeyId: { "Fn::GetAtt": [Match.stringLikeRegexp("^Key2"), "Arn"] },
      },
      DeletionPolicy: "Delete",
    });
    // Without it CloudWatch Logs refuses the key.
    template.hasResourceProperties("AWS::KMS::Key", {
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: Match.arrayWith(["kms:Decrypt*"]),
            Principal: { Service: { "Fn::Join": ["", ["logs.eu-west-1.", { Ref: "AWS::URLSuffix" }]] } },
          }),
        ]),
      },
    });
  });

  test.each(PATHS)("may be an existing one, on %s", (path) => {
    const existing = (stack: Stack) => ({ logGroup: LogGroup.fromLogGroupName(stack, "Mine", "/mine") });
    const { template, logging, containers, subscriptions } = taskWith(path, existing);
    expect(logging.logGroup.logGroupName).toBe("/mine");
    expect(template.findResources("AWS::Logs::LogGroup", { Properties: { LogGroupName: Match.anyValue() } })).toEqual(
      {},
    );
    if (path === "firelens") return;
    for (const { LogConfiguration } of containers) expect(LogConfiguration.Options["awslogs-group"]).toBe("/mine");
    expect(subscriptions).toHaveLength(path === "lambda" ? 1 : 0);
  });

  test("that exists is not described, too", () => {
    const both = (stack: Stack) => ({
      logGroup: LogGroup.fromLogGroupName(stack, "Mine", "/mine"),
      retention: RetentionDays.ONE_DAY,
    });
    expect(() => taskWith("lambda", both)).toThrow("Stack/Logging: logGroup is a group as it is; leave out retention");
  });

  test("can't have a name that CloudWatch Logs refuses", () => {
    expect(() => taskWith("lambda", { service: "my shop" })).toThrow(
      "\"/ecs/prod/my shop\" can't be a log group's name",
    );
  });

  test("can't have the name of another service's, but be the same group", () => {
    const { stack, logging } = taskWith("development");
    const taskDefinition = new FargateTaskDefinition(stack, "Task2");
    const props = { taskDefinition, to: { path: "development" }, service: "shop", env: "prod" } as const;
    expect(() => new EcsLogging(stack, "Second", props)).toThrow(
      "Stack/Second and Stack/Logging would both make the log group /ecs/prod/shop.",
    );
    const third = new EcsLogging(stack, "Third", { ...props, logGroup: logging.logGroup });
    expect(third.logGroup).toBe(logging.logGroup);
  });
});

describe("of lines that belong together", () => {
  test.each(PATHS)("a pattern and a format exclude each other, on %s", (path) => {
    const both = { multilinePattern: "^\\S", datetimeFormat: "%Y" };
    expect(() => taskWith(path, both)).toThrow("Stack/Logging: multilinePattern and datetimeFormat exclude each other");
  });

  test("a pattern that Go does not know is refused: ECS would start no task", () => {
    expect(() => taskWith("lambda", { multilinePattern: "^(?!\\s)" })).toThrow(
      'multilinePattern "^(?!\\s)" looks ahead or behind',
    );
  });

  test("the sidecar's path knows neither, and says what to do", () => {
    const { stack } = taskWith("firelens", { multilinePattern: "^\\S" });
    Annotations.fromStack(stack).hasWarning(
      "/Stack/Logging",
      Match.stringLikeRegexp("unless `filters` has a multiline"),
    );
    const without = taskWith("firelens").stack;
    Annotations.fromStack(without).hasNoWarning("*", Match.anyValue());
  });
});

test("development sends nothing", () => {
  const { subscriptions, template } = taskWith("development");
  expect(subscriptions).toEqual([]);
  template.resourceCountIs("AWS::Logs::SubscriptionFilter", 0);
});

describe("lambda", () => {
  test("subscribes the forwarder to the group, with the filter", () => {
    const filterPattern = FilterPattern.literal("ERROR");
    const { subscriptions, logging } = taskWith("lambda", {}, filterPattern);
    expect(subscriptions).toEqual([{ logGroup: logging.logGroup, filterPattern }]);
  });

  test("takes the Forwarder as it is", () => {
    const stack = new Stack(appAsDeployed(), "Stack");
    const forwarder = new Forwarder(stack, "Forwarder", {
      apiKey: { secret: Secret.fromSecretNameV2(stack, "Key", "dd-key") },
    });
    const taskDefinition = new FargateTaskDefinition(stack, "Task");
    const to: LogPath = { path: "lambda", forwarder };
    const { logDriver } = new EcsLogging(stack, "Logging", { taskDefinition, to, service: "shop", env: "prod" });
    taskDefinition.addContainer("app", { image: ContainerImage.fromRegistry("example/app:1"), logging: logDriver });
    Template.fromStack(stack).hasResourceProperties("AWS::Logs::SubscriptionFilter", { FilterPattern: "" });
  });
});

describe("firelens", () => {
  const { containers, template } = taskWith("firelens", TAGGED);

  test("adds the router, through which every container logs", () => {
    expect(names(containers)).toEqual(["app", "logrouter", "worker"]);
    for (const { Name, LogConfiguration } of containers) {
      expect(LogConfiguration.LogDriver).toBe(Name === "logrouter" ? "awslogs" : "awsfirelens");
    }
  });

  test("has the same service, source and tags as the other path", () => {
    const app = containers.find(({ Name }) => Name === "app");
    expect(app?.LogConfiguration.Options).toMatchObject({
      dd_service: "shop",
      dd_source: "nodejs",
      dd_tags: "env:prod,version:1.2.3,team:a,tier:b",
    });
  });

  test("writes nothing to the service's log group", () => {
    expect(JSON.stringify(containers)).not.toContain("LoggingLogGroup");
    expect(allowedActions(template, /ExecutionRole/)).toMatchObject({
      "logs:PutLogEvents": ["<LoggingFirelensRouterLogs.Arn>"],
    });
  });

  test("keeps and encrypts the router's own log as the service's", () => {
    const { template } = taskWith("firelens", (stack) => ({
      retention: RetentionDays.ONE_YEAR,
      encryptionKey: new Key(stack, "Kms"),
    }));
    const groups = Object.values(template.findResources("AWS::Logs::LogGroup"));
    expect(groups).toHaveLength(2);
    for (const { Properties } of groups) {
      expect(Properties).toMatchObject({ RetentionInDays: 365 });
      expect(readable(Properties.KmsKeyId)).toBe("<Kms.Arn>");
    }
  });

  test("may read the key from a field of a secret", () => {
    const to = (stack: Stack): LogPath => ({
      path: "firelens",
      apiKey: { secret: Secret.fromSecretNameV2(stack, "Json", "dd"), field: "apiKey" },
    });
    const { containers } = taskWith("firelens", (stack) => ({ to: to(stack) }));
    const app = containers.find(({ Name }) => Name === "app");
    expect(readable(app?.LogConfiguration.SecretOptions[0]?.ValueFrom)).toMatch(/:secret:dd:apiKey::$/);
  });
});

test.each(["development", "lambda", "firelens"] as const)("a tag with a comma is refused, on %s", (path) => {
  expect(() => taskWith(path, { tags: ["team:a,b"] })).toThrow('The tag "team:a,b" holds a comma');
});

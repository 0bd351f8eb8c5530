import { Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { AwsLogDriverMode, ContainerImage, FargateTaskDefinition } from "aws-cdk-lib/aws-ecs";
import { FilterPattern, type IFilterPattern, type ILogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { describe, expect, test } from "vitest";
import { EcsLogging, type EcsLoggingProps, type LogPath } from "../../infra/constructs/ecs-logging.ts";
import { Forwarder } from "../../infra/constructs/forwarder.ts";
import { containersOf } from "../support/containers.ts";
import { allowedActions, appAsDeployed, readable } from "../support/templates.ts";

interface Subscription {
  readonly logGroup: ILogGroup;
  readonly filterPattern?: IFilterPattern;
}

/** A task of two containers with logging as given; what was subscribed. */
function taskWith(path: LogPath["path"], props: Partial<EcsLoggingProps> = {}, filterPattern?: IFilterPattern) {
  const stack = new Stack(appAsDeployed(), "Stack", { env: { account: "111122223333", region: "eu-west-1" } });
  const taskDefinition = new FargateTaskDefinition(stack, "Task", { family: "shop" });
  const subscriptions: Subscription[] = [];
  const forwarder = {
    subscribe: (logGroup: ILogGroup, options: object = {}) => void subscriptions.push({ logGroup, ...options }),
  };
  const paths: Record<LogPath["path"], LogPath> = {
    development: { path: "development" },
    lambda: { path: "lambda", forwarder, filterPattern },
    firelens: { path: "firelens", apiKey: { secret: Secret.fromSecretNameV2(stack, "Key", "dd-key") } },
  };
  const to = paths[path];
  const logging = new EcsLogging(stack, "Logging", { taskDefinition, to, service: "shop", env: "prod", ...props });
  for (const name of ["app", "worker"]) {
    taskDefinition.addContainer(name, {
      image: ContainerImage.fromRegistry("example/app:1"),
      logging: logging.logDriver,
      dockerLabels: { own: "kept" },
    });
  }
  const template = Template.fromStack(stack);
  return { template, logging, subscriptions, containers: Object.values(containersOf(stack)) };
}

const names = (containers: readonly { Name: string }[]) => containers.map(({ Name }) => Name).toSorted();
const TAGGED = { version: "1.2.3", source: "nodejs", tags: ["team:a", "tier:b"] };

describe.each(["development", "lambda"] as const)("%s", (path) => {
  const { template, logging, containers } = taskWith(path, TAGGED);

  test("has no sidecar", () => {
    expect(names(containers)).toEqual(["app", "worker"]);
    expect(logging.firelens).toBeUndefined();
  });

  test("logs to /ecs/<service> with the service as prefix, for each container", () => {
    template.hasResourceProperties("AWS::Logs::LogGroup", { LogGroupName: "/ecs/shop", RetentionInDays: 14 });
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

  test("keeps the group as long as it is told", () => {
    taskWith(path, { retention: RetentionDays.ONE_DAY }).template.hasResourceProperties("AWS::Logs::LogGroup", {
      RetentionInDays: 1,
    });
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
  const { containers, logging, template } = taskWith("firelens", TAGGED);

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

  test("makes no log group for the service", () => {
    expect(logging.logGroup).toBeUndefined();
    const groups = Object.values(template.findResources("AWS::Logs::LogGroup"));
    expect(groups.map(({ Properties }) => Properties.LogGroupName)).toEqual([undefined]);
  });
});

test.each(["development", "lambda", "firelens"] as const)("a tag with a comma is refused, on %s", (path) => {
  expect(() => taskWith(path, { tags: ["team:a,b"] })).toThrow('The tag "team:a,b" holds a comma');
});

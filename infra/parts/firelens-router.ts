import { ArnFormat, Duration, RemovalPolicy, Stack, Token } from "aws-cdk-lib";
import {
  AwsLogDriverMode,
  ContainerImage,
  FirelensConfigFileType,
  type FirelensLogRouter,
  type FirelensLogRouterDefinitionOptions,
  FirelensLogRouterType,
  LogDriver,
  type TaskDefinition,
} from "aws-cdk-lib/aws-ecs";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";
import { chosenLogGroup, type LogGroupChoice } from "./chosen-log-group.ts";
import { DOCUMENTED_IMAGE, type FirelensProfile, GRACE_SECONDS, HARDENED_IMAGE, HEALTH_COMMAND } from "./fluent-bit.ts";
import { type FluentBitSections, sectionProblems } from "./fluent-bit-sections.ts";
import { routerCommand } from "./router-config.ts";

export interface LogRouterProps extends FluentBitSections {
  readonly taskDefinition: TaskDefinition;
  readonly profile: FirelensProfile;
  readonly routerName: string;
  readonly routerImage?: ContainerImage;
  readonly memBufLimitMib: number;
  readonly diskBufferMib: number;
  readonly routerLogs?: LogGroupChoice;
}

const STREAM_PREFIX = "firelens";

/** Adds the Fluent Bit container. Its own logs go to CloudWatch: without them nobody learns why nothing arrives. */
export function addLogRouter(scope: Construct, props: LogRouterProps): FirelensLogRouter {
  const { taskDefinition, routerName } = props;
  const problems = problemsIn(props);
  if (problems.length > 0) throw new Error(`${scope.node.path}: ${problems.join(" ")}`);
  const profile = props.profile === "hardened" ? hardened(scope, props) : asDocumented(scope, props);
  const router = taskDefinition.addFirelensLogRouter(routerName, { essential: true, ...profile });
  // CDK takes the first essential container for the one that load balancers send requests to.
  if (taskDefinition.defaultContainer === router) taskDefinition.defaultContainer = undefined;
  return router;
}

function problemsIn(props: LogRouterProps): string[] {
  const { profile, filters = [], parsers = [], multilineParsers = [] } = props;
  const isPlain = filters.length + parsers.length + multilineParsers.length === 0;
  if (profile === "asDocumented" && !isPlain) {
    return ["filters and parsers need the profile hardened: asDocumented gives Fluent Bit no configuration of ours."];
  }
  return sectionProblems(props);
}

function asDocumented(scope: Construct, props: LogRouterProps): FirelensLogRouterDefinitionOptions {
  const { taskDefinition, routerImage, routerLogs } = props;
  return {
    image: routerImage ?? ContainerImage.fromRegistry(DOCUMENTED_IMAGE),
    firelensConfig: { type: FirelensLogRouterType.FLUENTBIT, options: { enableECSLogMetadata: true } },
    logging: routerLogs
      ? ownLogs(scope, routerLogs)
      : createdByDriver(taskDefinition, `/aws/ecs/${taskDefinition.family}`),
    // ECS on EC2 takes no container without a size; AWS's examples have this one.
    ...(taskDefinition.isEc2Compatible && { memoryReservationMiB: 50 }),
  };
}

function hardened(scope: Construct, props: LogRouterProps): FirelensLogRouterDefinitionOptions {
  const { memBufLimitMib, routerImage, routerLogs = {} } = props;
  const { command, configFile } = routerCommand(props);
  return {
    image: routerImage ?? ContainerImage.fromRegistry(HARDENED_IMAGE),
    command,
    firelensConfig: {
      type: FirelensLogRouterType.FLUENTBIT,
      options: {
        enableECSLogMetadata: true,
        configFileType: FirelensConfigFileType.FILE,
        configFileValue: configFile,
      },
    },
    // ECS sets Mem_Buf_Limit to half of this. No hard limit: to be killed for memory takes the task down.
    memoryReservationMiB: 2 * memBufLimitMib,
    // Above Grace and what the command waits before, or SIGKILL comes first.
    stopTimeout: Duration.seconds(GRACE_SECONDS + 10),
    healthCheck: {
      command: HEALTH_COMMAND,
      // The first check comes after one interval, and ECS has no shorter one for the start; 5 s is its least.
      // https://github.com/aws/containers-roadmap/issues/2473 (2026-11)
      interval: Duration.seconds(5),
      timeout: Duration.seconds(5),
      // Half a minute: ECS replaces the task then.
      retries: 6,
      startPeriod: Duration.seconds(15),
    },
    logging: ownLogs(scope, routerLogs),
  };
}

function ownLogs(scope: Construct, routerLogs: LogGroupChoice): LogDriver {
  const defaults = { retention: RetentionDays.TWO_WEEKS, removalPolicy: RemovalPolicy.DESTROY };
  return LogDriver.awsLogs({
    streamPrefix: STREAM_PREFIX,
    logGroup: chosenLogGroup(scope, "RouterLogs", routerLogs, defaults),
    // The router must never wait for a place to complain.
    mode: AwsLogDriverMode.NON_BLOCKING,
  });
}

/** awslogs as documented, with `awslogs-create-group`, which CDK's own driver lacks, and the right that it takes. */
function createdByDriver(taskDefinition: TaskDefinition, group: string): LogDriver {
  const stack = Stack.of(taskDefinition);
  const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
  const arn = stack.formatArn({ service: "logs", resource: "log-group", resourceName: group, arnFormat });
  taskDefinition.addToExecutionRolePolicy(
    new PolicyStatement({
      actions: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
      // The group, and its streams.
      resources: [arn, `${arn}:*`],
    }),
  );
  const known = (value: string, name: string) => (Token.isUnresolved(value) ? `<AWS::${name}>` : value);
  const [partition, region, account] = [
    known(stack.partition, "Partition"),
    known(stack.region, "Region"),
    known(stack.account, "AccountId"),
  ];
  acknowledge(taskDefinition.obtainExecutionRole(), {
    id: `AwsSolutions::AwsSolutions-IAM5[Resource::arn:${partition}:logs:${region}:${account}:log-group:${group}:*]`,
    reason: "Streams of the one group; ECS names them by task.",
  });
  const options = {
    "awslogs-group": group,
    "awslogs-create-group": "true",
    "awslogs-region": stack.region,
    "awslogs-stream-prefix": STREAM_PREFIX,
  };
  return { bind: () => ({ logDriver: "awslogs", options }) };
}

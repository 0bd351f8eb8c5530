import { Aspects, RemovalPolicy, Size } from "aws-cdk-lib";
import { AwsLogDriverMode, LogDriver, type TaskDefinition } from "aws-cdk-lib/aws-ecs";
import { type IFilterPattern, type ILogGroup, LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { FirelensToDatadog, type FirelensToDatadogProps } from "./firelens.ts";

/** What attaches log groups: a `Forwarder`, or anything alike. */
export interface LogSubscriber {
  subscribe(logGroup: ILogGroup, options?: { readonly filterPattern?: IFilterPattern }): void;
}

/** The way a task's logs take. */
export type LogPath =
  /** CloudWatch Logs only: `aws logs tail /ecs/<service> --follow` shows them, and nothing is sent to Datadog. */
  | { readonly path: "development" }
  /** CloudWatch Logs, then the forwarder. */
  | { readonly path: "lambda"; readonly forwarder: LogSubscriber; readonly filterPattern?: IFilterPattern }
  /** A Fluent Bit sidecar. */
  | ({ readonly path: "firelens" } & Omit<FirelensToDatadogProps, "taskDefinition" | "service" | "source" | "tags">);

export interface EcsLoggingProps {
  readonly taskDefinition: TaskDefinition;
  readonly to: LogPath;
  readonly service: string;
  readonly env: string;
  readonly version?: string;
  /** @default "ecs": Datadog's ECS Explorer links logs of that source to their tasks */
  readonly source?: string;
  /** `key:value`, besides env, service and version. No commas: they part the tags. */
  readonly tags?: readonly string[];
  /** Of the service's log group. @default two weeks: Datadog and the archive have the logs for longer */
  readonly retention?: RetentionDays;
  /**
   * What the container does when CloudWatch Logs is slow or out of reach: go on and lose lines once the buffer is full,
   * or stop at its next line until there is room.
   * @default NON_BLOCKING: the service matters more than its logs
   */
  readonly mode?: AwsLogDriverMode;
}

/**
 * At 1 MB/s of logs, enough for CloudWatch Logs to be out of reach for 25 s. ECS's default is 10 MB. Memory of the host,
 * for each container.
 */
const MAX_BUFFER = Size.mebibytes(25);

/**
 * Logs of a task, by a path that may differ per environment, with the same service, source and tags on each.
 *
 *     const to = isDevelopment ? { path: "development" } : { path: "lambda", forwarder };
 *     const logging = new EcsLogging(this, "Logging", { taskDefinition, to, service: "shop", env: "prod" });
 *     taskDefinition.addContainer("app", { image, logging: logging.logDriver });
 */
export class EcsLogging extends Construct {
  /** For every container of the task. */
  readonly logDriver: LogDriver;
  /** `/ecs/<service>`; none with a sidecar. */
  readonly logGroup?: LogGroup;
  readonly firelens?: FirelensToDatadog;

  /** @throws if a tag holds a comma. */
  constructor(scope: Construct, id: string, props: EcsLoggingProps) {
    super(scope, id);
    const { to, taskDefinition, service, source = "ecs" } = props;
    const tags = tagsOf(props);
    if (to.path === "firelens") {
      const { path, ...sidecar } = to;
      this.firelens = new FirelensToDatadog(this, "Firelens", { ...sidecar, taskDefinition, service, source, tags });
      this.logDriver = this.firelens.logDriver;
      return;
    }
    this.logGroup = new LogGroup(this, "LogGroup", {
      logGroupName: `/ecs/${service}`,
      retention: props.retention ?? RetentionDays.TWO_WEEKS,
      // The name is fixed: a group left behind would stop the next deployment.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.logDriver = labelled(labelsOf(props), cloudWatchDriver(this.logGroup, props));
    if (to.path === "lambda") to.forwarder.subscribe(this.logGroup, { filterPattern: to.filterPattern });
  }
}

function cloudWatchDriver(logGroup: ILogGroup, { service, mode }: EcsLoggingProps): LogDriver {
  return LogDriver.awsLogs({
    logGroup,
    // ECS names streams prefix/container/task: the forwarder reads all three.
    streamPrefix: service,
    mode: mode ?? AwsLogDriverMode.NON_BLOCKING,
    // Only non-blocking has a buffer.
    ...(mode !== AwsLogDriverMode.BLOCKING && { maxBufferSize: MAX_BUFFER }),
  });
}

function tagsOf({ env, version, tags = [] }: EcsLoggingProps): string[] {
  const comma = tags.find((tag) => tag.includes(","));
  if (comma !== undefined)
    throw new Error(`The tag "${comma}" holds a comma, which parts tags. Give each its own entry.`);
  return [`env:${env}`, ...(version === undefined ? [] : [`version:${version}`]), ...tags];
}

/**
 * What the forwarder finds in the task definition, in the words that Datadog's agent reads, too.
 * https://docs.datadoghq.com/getting_started/tagging/unified_service_tagging/ ·
 * https://docs.datadoghq.com/containers/docker/log/ (2026-11)
 */
function labelsOf({ env, service, version, source = "ecs", tags = [] }: EcsLoggingProps): Record<string, string> {
  return {
    "com.datadoghq.tags.env": env,
    "com.datadoghq.tags.service": service,
    ...(version !== undefined && { "com.datadoghq.tags.version": version }),
    "com.datadoghq.ad.logs": JSON.stringify([{ source, service, ...(tags.length > 0 && { tags }) }]),
  };
}

/** A driver that leaves labels on the containers it is given to, so that none can go without. */
function labelled(labels: Readonly<Record<string, string>>, driver: LogDriver): LogDriver {
  return {
    bind: (scope, container) => {
      // While it is bound the container is still being made, and would drop them.
      Aspects.of(container).add({
        visit: (node) => {
          if (node !== container) return;
          for (const [name, value] of Object.entries(labels)) container.addDockerLabel(name, value);
        },
      });
      return driver.bind(scope, container);
    },
  };
}

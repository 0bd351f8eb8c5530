import { Annotations, Aspects, Size } from "aws-cdk-lib";
import { AwsLogDriverMode, LogDriver, type TaskDefinition } from "aws-cdk-lib/aws-ecs";
import type { IFilterPattern, ILogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { type MultilineProps, multilineOptions } from "../parts/awslogs-multiline.ts";
import type { LogGroupChoice } from "../parts/chosen-log-group.ts";
import { serviceLogGroup } from "../parts/service-log-group.ts";
import { FirelensToDatadog, type FirelensToDatadogProps } from "./firelens.ts";
import type { IForwarder } from "./forwarder.ts";

/** The way a task's logs take. */
export type LogPath =
  /** CloudWatch Logs only: `aws logs tail /ecs/<env>/<service> --follow` shows them, and nothing is sent to Datadog. */
  | { readonly path: "development" }
  /** CloudWatch Logs, then the forwarder. */
  | { readonly path: "lambda"; readonly forwarder: IForwarder; readonly filterPattern?: IFilterPattern }
  /** A Fluent Bit sidecar. */
  | ({ readonly path: "firelens" } & Omit<FirelensToDatadogProps, "taskDefinition" | "service" | "source" | "tags">);

/**
 * The service's log group is made, or given, on every path, and never leaves the stack when the path changes: with a
 * sidecar it keeps what it has. By default it is `/ecs/<env>/<service>`, kept for two weeks (Datadog and the archive have
 * the logs for longer), and stays when the stack is deleted.
 */
export interface EcsLoggingProps extends LogGroupChoice, MultilineProps {
  readonly taskDefinition: TaskDefinition;
  readonly to: LogPath;
  readonly service: string;
  readonly env: string;
  readonly version?: string;
  /** @default "ecs": Datadog's ECS Explorer links logs of that source to their tasks */
  readonly source?: string;
  /** `key:value`, besides env, service and version. No commas: they part the tags. */
  readonly tags?: readonly string[];
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
  /** The service's. With a sidecar nothing is written to it. */
  readonly logGroup: ILogGroup;
  readonly firelens?: FirelensToDatadog;

  /** @throws if a tag holds a comma, a log group's name can't be one, or a multiline pattern is none. */
  constructor(scope: Construct, id: string, props: EcsLoggingProps) {
    super(scope, id);
    const { to, taskDefinition, service, source = "ecs" } = props;
    const tags = tagsOf(props);
    const multiline = multilineOptions(this, props);
    this.logGroup = serviceLogGroup(this, "LogGroup", props);
    if (to.path === "firelens") {
      if (Object.keys(multiline).length > 0) Annotations.of(this).addWarningV2("sidecarless:multiline", ONE_BY_ONE);
      const { path, ...sidecar } = to;
      const settings = { routerLogs: routerLogsOf(props), ...sidecar, taskDefinition, service, source, tags };
      this.firelens = new FirelensToDatadog(this, "Firelens", settings);
      this.logDriver = this.firelens.logDriver;
      return;
    }
    this.logDriver = labelled(labelsOf(props), cloudWatchDriver(this.logGroup, props, multiline));
    if (to.path === "lambda") to.forwarder.subscribe(this.logGroup, { filterPattern: to.filterPattern });
  }
}

const ONE_BY_ONE =
  "multilinePattern and datetimeFormat are for the awslogs driver. With a sidecar each line is an entry of its own, unless `filters` has a multiline filter with one of `multilineParsers`.";

/** What is said of the service's group holds for the router's, too. */
function routerLogsOf({ retention, encryptionKey }: EcsLoggingProps): LogGroupChoice | undefined {
  return retention === undefined && encryptionKey === undefined ? undefined : { retention, encryptionKey };
}

function cloudWatchDriver(
  logGroup: ILogGroup,
  { service, mode }: EcsLoggingProps,
  multiline: MultilineProps,
): LogDriver {
  return LogDriver.awsLogs({
    logGroup,
    ...multiline,
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

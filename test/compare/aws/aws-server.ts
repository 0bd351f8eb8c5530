import http from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import type { StoredEvent } from "../../../compare/aws/log-events.ts";

type Fields = Readonly<Record<string, unknown>>;

export interface TaskRecord {
  readonly taskArn: string;
  readonly family: string;
  /** Of the overridden container. */
  readonly environment: Readonly<Record<string, string>>;
  lastStatus: string;
  stoppedReason?: string;
  exitCode?: number;
  /** How often it may be looked at before it is found to have ended. */
  looksLeft?: number;
}

export interface AwsServer {
  readonly endpoint: string;
  /** Name → service; its task definition by ARN. */
  readonly services: Map<string, Fields>;
  readonly definitions: Map<string, Fields>;
  readonly tasks: TaskRecord[];
  readonly logGroups: Map<string, StoredEvent[]>;
  /** `metricKey` → what each minute has; Unix times, ms. */
  readonly metrics: Map<string, { readonly atMs: number; readonly value: number }[]>;
  /** By name of the operation: refused, throttled so often, never answered. */
  readonly denied: Set<string>;
  readonly throttled: Map<string, number>;
  readonly silent: Set<string>;
  /** Why RunTask starts nothing. */
  runTaskFailure?: { readonly reason: string; readonly detail?: string };
  /** Told of each task that starts. */
  onTask?: (task: TaskRecord) => void;
  readonly operations: string[];
  readonly stop: () => Promise<void>;
}

export const CLUSTER = "comparison";
const CLUSTER_ARN = `arn:aws:ecs:eu-west-1:123456789012:cluster/${CLUSTER}`;
/** Small, so that there are pages. */
const EVENTS_A_PAGE = 7;
const METRICS_A_PAGE = 4;

export const metricKey = (namespace: string, metric: string, dimensions: Readonly<Record<string, string>>) =>
  [
    namespace,
    metric,
    ...Object.entries(dimensions)
      .map(([name, value]) => `${name}=${value}`)
      .toSorted(),
  ].join(" ");

class Refusal extends Error {
  readonly type: string;
  constructor(type: string, message = type) {
    super(message);
    this.type = type;
  }
}

function require(holds: unknown, what: string): asserts holds {
  if (!holds) throw new Refusal("ValidationException", what);
}

/**
 * The operations of ECS, CloudWatch Logs and CloudWatch that a run needs, in JSON, strict about what they are sent.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html ·
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html ·
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 */
export async function startAws(): Promise<AwsServer> {
  const server = http.createServer(async (request, response) => {
    const input = (await json(request)) as Fields;
    const operation = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
    aws.operations.push(operation);
    if (aws.silent.has(operation)) return;
    const [status, body] = answer(request, operation, input);
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
  });
  const answer = (request: http.IncomingMessage, operation: string, input: Fields): [number, unknown] => {
    try {
      require(request.method === "POST", "POST only");
      require(/^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\//.test(request.headers.authorization ?? ""), "not signed");
      const throttles = aws.throttled.get(operation) ?? 0;
      aws.throttled.set(operation, Math.max(0, throttles - 1));
      if (throttles > 0) throw new Refusal("ThrottlingException", "Rate exceeded");
      if (aws.denied.has(operation)) {
        throw new Refusal("AccessDeniedException", `User: me is not authorized to perform: service:${operation}`);
      }
      const handle = OPERATIONS[operation];
      require(handle, `no operation ${operation}`);
      return [200, handle(aws, input)];
    } catch (error) {
      if (error instanceof Refusal) return [400, { __type: error.type, message: error.message }];
      throw error;
    }
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const aws: AwsServer = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    services: new Map(),
    definitions: new Map(),
    tasks: [],
    logGroups: new Map(),
    metrics: new Map(),
    denied: new Set(),
    throttled: new Map(),
    silent: new Set(),
    operations: [],
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return aws;
}

const OPERATIONS: Readonly<Record<string, (aws: AwsServer, input: Fields) => unknown>> = {
  DescribeServices: describeServices,
  DescribeTaskDefinition: describeTaskDefinition,
  RunTask: runTask,
  DescribeTasks: describeTasks,
  StopTask: stopTask,
  FilterLogEvents: filterLogEvents,
  GetMetricData: getMetricData,
};

const known = (cluster: unknown) => {
  if (cluster !== CLUSTER && cluster !== CLUSTER_ARN)
    throw new Refusal("ClusterNotFoundException", "Cluster not found.");
};

function describeServices(aws: AwsServer, { cluster, services }: Fields) {
  known(cluster);
  require(Array.isArray(services) && services.length <= 10, "1 to 10 services");
  const there = (services as string[]).filter((name) => aws.services.has(name));
  return {
    services: there.map((name) => ({ serviceName: name, clusterArn: CLUSTER_ARN, ...aws.services.get(name) })),
    failures: services.filter((name) => !aws.services.has(name)).map((arn) => ({ arn, reason: "MISSING" })),
  };
}

function describeTaskDefinition(aws: AwsServer, { taskDefinition }: Fields) {
  const definition = aws.definitions.get(String(taskDefinition));
  if (!definition) throw new Refusal("ClientException", "Unable to describe task definition.");
  return { taskDefinition: definition };
}

interface Override {
  readonly name: string;
  readonly environment: readonly { readonly name: string; readonly value: string }[];
}

function runTask(aws: AwsServer, input: Fields) {
  known(input.cluster);
  const definition = aws.definitions.get(String(input.taskDefinition));
  require(definition, "TaskDefinition not found.");
  require(input.count === 1 && /^[\x21-\x7e]{1,64}$/.test(String(input.clientToken)), "count and client token");
  require((input.launchType === undefined) !== (input.capacityProviderStrategy === undefined), "one way to launch");
  require(input.networkConfiguration, "Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  const { containerOverrides } = input.overrides as { readonly containerOverrides: readonly [Override] };
  const [{ name, environment }] = containerOverrides;
  const containers = definition.containerDefinitions as readonly { readonly name: string }[];
  require(containers.some(
    (container) => container.name === name,
  ), `Override for container named ${name} is not a container`);
  require(environment.every(({ value }) => typeof value === "string"), "values of the environment are strings");
  if (aws.runTaskFailure) return { tasks: [], failures: [{ arn: CLUSTER_ARN, ...aws.runTaskFailure }] };
  const id = (aws.tasks.length + 1).toString(16).padStart(32, "0");
  const task: TaskRecord = {
    taskArn: `${CLUSTER_ARN.replace(":cluster/", ":task/")}/${id}`,
    family: String(definition.family),
    environment: Object.fromEntries(environment.map((variable) => [variable.name, variable.value])),
    lastStatus: "PROVISIONING",
  };
  aws.tasks.push(task);
  // What it writes comes later.
  const createdAt = Date.now() / 1_000;
  aws.onTask?.(task);
  return {
    tasks: [{ taskArn: task.taskArn, lastStatus: task.lastStatus, createdAt }],
    failures: [],
  };
}

/** A task gets on by one state each time somebody looks. */
const NEXT: Readonly<Record<string, string>> = { PROVISIONING: "PENDING", PENDING: "RUNNING" };

function describeTasks(aws: AwsServer, { cluster, tasks }: Fields) {
  known(cluster);
  require(Array.isArray(tasks) && tasks.length <= 100, "1 to 100 tasks");
  const found = aws.tasks.filter(({ taskArn }) => tasks.includes(taskArn));
  // In an order of its own.
  const described = found.toReversed().map(({ taskArn, lastStatus, stoppedReason, exitCode }) => ({
    taskArn,
    lastStatus,
    ...(stoppedReason !== undefined && { stoppedReason }),
    containers: [{ name: "app", ...(exitCode !== undefined && { exitCode }) }],
  }));
  for (const task of found) {
    if (task.looksLeft !== undefined) task.looksLeft -= 1;
    task.lastStatus = task.looksLeft === 0 ? "STOPPED" : (NEXT[task.lastStatus] ?? task.lastStatus);
  }
  return { tasks: described, failures: [] };
}

function stopTask(aws: AwsServer, { cluster, task, reason }: Fields) {
  known(cluster);
  require(typeof reason === "string" && reason.length <= 1_024, "a reason");
  const found = aws.tasks.find(({ taskArn }) => taskArn === task);
  if (!found) throw new Refusal("InvalidParameterException", "The referenced task was not found.");
  found.lastStatus = "STOPPED";
  return { task: { taskArn: found.taskArn } };
}

function filterLogEvents(aws: AwsServer, { logGroupName, startTime, nextToken }: Fields) {
  const events = aws.logGroups.get(String(logGroupName));
  if (!events) throw new Refusal("ResourceNotFoundException", "The specified log group does not exist.");
  require(Number.isInteger(startTime) && (startTime as number) > 1_000_000_000_000, "startTime is in milliseconds");
  const wanted = events.filter(({ timestamp }) => timestamp >= (startTime as number));
  // The first page has no events: it still has a token if there are some.
  const from = nextToken === undefined ? 0 : Number(nextToken);
  const page = nextToken === undefined ? [] : wanted.slice(from, from + EVENTS_A_PAGE);
  const next = from + page.length;
  return {
    events: page.map(({ stream, ...event }, i) => ({ ...event, logStreamName: stream, eventId: String(from + i) })),
    ...(next < wanted.length && { nextToken: String(next) }),
  };
}

interface MetricDataQuery {
  readonly Id: string;
  readonly MetricStat: {
    readonly Metric: {
      readonly Namespace: string;
      readonly MetricName: string;
      readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
    };
    readonly Period: number;
    readonly Stat: string;
  };
}

function getMetricData(aws: AwsServer, { StartTime, EndTime, MetricDataQueries, NextToken }: Fields) {
  const queries = MetricDataQueries as readonly MetricDataQuery[];
  const [start, end] = [Number(StartTime) * 1_000, Number(EndTime) * 1_000];
  require(start < end && start % 60_000 === 0, "times of whole minutes, the start before the end");
  require(queries.every(({ Id, MetricStat }) => /^[a-z]\w*$/.test(Id) && MetricStat.Period === 60), "ids and periods");
  const from = Number(NextToken ?? 0);
  const page = queries.slice(from, from + METRICS_A_PAGE);
  return {
    MetricDataResults: page.map(({ Id, MetricStat: { Metric } }) => {
      const dimensions = Object.fromEntries(Metric.Dimensions.map(({ Name, Value }) => [Name, Value]));
      const points = aws.metrics.get(metricKey(Metric.Namespace, Metric.MetricName, dimensions)) ?? [];
      const inRange = points.filter(({ atMs }) => atMs >= start && atMs < end);
      return {
        Id,
        StatusCode: "Complete",
        Timestamps: inRange.map(({ atMs }) => atMs / 1_000),
        Values: inRange.map(({ value }) => value),
      };
    }),
    ...(from + page.length < queries.length && { NextToken: String(from + page.length) }),
  };
}

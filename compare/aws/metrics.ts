import { type CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import { asked } from "../../tools/aws-call.ts";
import type { Load } from "./options.ts";

export interface MetricQuery {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: "Sum" | "Average" | "Maximum";
}

/** Values of each minute that has one, by the name of the query; empty: CloudWatch has none (yet). */
export type MetricValues<Name extends string> = Readonly<Record<Name, readonly number[]>>;

/** ECS and CloudWatch Logs publish one value a minute. */
const PERIOD_S = 60;

/** How many minutes a run has values of at least, once all of them show. */
export const fullMinutes = ({ seconds }: Load): number => Math.max(1, Math.floor(seconds / PERIOD_S));

/** No value for any query: what is returned when the metrics could not be read. */
export const noMetrics = <Name extends string>(queries: Readonly<Record<Name, MetricQuery>>): MetricValues<Name> =>
  emptyValues(Object.keys(queries) as Name[]);

const emptyValues = <Name extends string>(names: readonly Name[]) =>
  Object.fromEntries(names.map((name): [Name, number[]] => [name, []])) as Record<Name, number[]>;

/**
 * Values of whole minutes, from the one in which the run began: the minutes at its ends count in full.
 * @throws AwsCallError
 */
export async function readMetrics<Name extends string>(
  cloudwatch: CloudWatchClient,
  queries: Readonly<Record<Name, MetricQuery>>,
  fromMs: number,
  toMs: number,
  abortSignal?: AbortSignal,
): Promise<MetricValues<Name>> {
  const values = emptyValues(Object.keys(queries) as Name[]);
  const period = PERIOD_S * 1_000;
  const range = {
    StartTime: new Date(Math.floor(fromMs / period) * period),
    EndTime: new Date(Math.ceil(toMs / period) * period),
  };
  const MetricDataQueries = Object.entries<MetricQuery>(queries).map(toApi);
  let NextToken: string | undefined;
  do {
    const command = new GetMetricDataCommand({ ...range, MetricDataQueries, NextToken });
    const page = await asked("cloudwatch:GetMetricData", cloudwatch.send(command, { abortSignal }));
    // A series may come in several pages.
    for (const { Id, Values = [] } of page.MetricDataResults ?? []) values[Id as Name]?.push(...Values);
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return values;
}

function toApi([name, { namespace, metric, dimensions, statistic }]: [string, MetricQuery]): MetricDataQuery {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const Metric = { Namespace: namespace, MetricName: metric, Dimensions };
  return { Id: name, MetricStat: { Metric, Period: PERIOD_S, Stat: statistic } };
}

export interface MetricSources {
  readonly appLogGroup: string;
  readonly forwarderName: string;
  readonly cluster: string;
  readonly lambdaTask: TaskSource;
  readonly firelensTask: TaskSource & { readonly sidecar: string };
}

interface TaskSource {
  readonly family: string;
  readonly taskId: string;
}

/**
 * What a run asks for. A sidecar's own share is only in Container Insights with enhanced observability.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-enhanced-observability-metrics-ECS.html (2026-11)
 */
export function metricQueries(sources: MetricSources) {
  const { appLogGroup, forwarderName, cluster, lambdaTask, firelensTask } = sources;
  const logs = (metric: string): MetricQuery => ({
    namespace: "AWS/Logs",
    metric,
    dimensions: { LogGroupName: appLogGroup },
    statistic: "Sum",
  });
  const lambda = (metric: string): MetricQuery => ({
    namespace: "AWS/Lambda",
    metric,
    dimensions: { FunctionName: forwarderName },
    statistic: "Sum",
  });
  const insights = (
    metric: string,
    { family, taskId, sidecar }: TaskSource & { readonly sidecar?: string },
    statistic: MetricQuery["statistic"],
  ): MetricQuery => ({
    namespace: "ECS/ContainerInsights",
    metric,
    dimensions: {
      ClusterName: cluster,
      TaskDefinitionFamily: family,
      TaskId: taskId,
      ...(sidecar !== undefined && { ContainerName: sidecar }),
    },
    statistic,
  });
  const { family, taskId } = firelensTask;
  return {
    ingestedBytes: logs("IncomingBytes"),
    ingestedEvents: logs("IncomingLogEvents"),
    invocations: lambda("Invocations"),
    errors: lambda("Errors"),
    throttles: lambda("Throttles"),
    durationMs: lambda("Duration"),
    sidecarCpuUnits: insights("ContainerCpuUtilized", firelensTask, "Average"),
    sidecarMemoryMb: insights("ContainerMemoryUtilized", firelensTask, "Maximum"),
    firelensTaskCpuUnits: insights("CpuUtilized", { family, taskId }, "Average"),
    firelensTaskMemoryMb: insights("MemoryUtilized", { family, taskId }, "Maximum"),
    lambdaTaskCpuUnits: insights("CpuUtilized", lambdaTask, "Average"),
    lambdaTaskMemoryMb: insights("MemoryUtilized", lambdaTask, "Maximum"),
  };
}

export type RunMetrics = MetricValues<keyof ReturnType<typeof metricQueries>>;

export const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

/** Of averages a minute in CPU units, of which a core has 1,024; undefined if there are none. */
export const cpuSecondsOf = (units: readonly number[]) =>
  units.length === 0 ? undefined : (sumOf(units) / 1_024) * PERIOD_S;

export const peakOf = (values: readonly number[]) => (values.length === 0 ? undefined : Math.max(...values));

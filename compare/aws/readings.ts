import { setTimeout } from "node:timers/promises";
import type { Trouble } from "../../functions/recorder/arrival-lines.ts";
import type { Arrival } from "../../functions/recorder/record.ts";
import { AwsCallError } from "../../tools/aws-call.ts";
import { readArrivals } from "./arrivals.ts";
import type { Clients } from "./clients.ts";
import { type IngestedLine, readIngested } from "./ingested.ts";
import { type Accounts, type Invocation, readAccounts, readInvocations } from "./invocations.ts";
import { readLogEvents } from "./log-events.ts";
import {
  fullMinutes,
  type MetricSources,
  metricQueries,
  noMetrics,
  type RunMetrics,
  readMetrics,
  sumOf,
} from "./metrics.ts";
import { type Load, lineCount } from "./options.ts";

/** All that AWS tells of a run. */
export interface Readings {
  readonly arrivals: readonly Arrival[];
  readonly brokenRecords: number;
  /** When the recorder did not keep up. */
  readonly troubles: readonly Trouble[];
  readonly ingested: ReadonlyMap<number, IngestedLine>;
  readonly invocations: readonly Invocation[];
  readonly accounts: Accounts;
  /** Empty if they could not be read. */
  readonly metrics: RunMetrics;
  readonly metricsProblem?: string;
}

export interface ReadingSources extends MetricSources {
  readonly recorderLogGroup: string;
  readonly forwarderLogGroup: string;
  /** Of the Lambda path. */
  readonly run: string;
  /** Nothing before it belongs to the run; Unix time, ms. */
  readonly fromMs: number;
}

/** @throws AwsCallError */
export async function readAll(clients: Clients, sources: ReadingSources, signal: AbortSignal): Promise<Readings> {
  const { fromMs, run } = sources;
  const events = (logGroup: string) => readLogEvents(clients.logs, logGroup, fromMs, signal);
  const [recorder, forwarder, app, metrics] = await Promise.all([
    events(sources.recorderLogGroup),
    events(sources.forwarderLogGroup),
    events(sources.appLogGroup),
    metricsOrProblem(clients, sources, signal),
  ]);
  const { arrivals, broken, troubles } = readArrivals(recorder);
  return {
    arrivals,
    brokenRecords: broken,
    troubles,
    ingested: readIngested(app, run),
    invocations: readInvocations(forwarder),
    accounts: readAccounts(forwarder),
    ...metrics,
  };
}

/** Latency and loss are worth having without them: what refuses them is told, and does not end it. */
async function metricsOrProblem(
  { cloudwatch }: Clients,
  sources: ReadingSources,
  signal: AbortSignal,
): Promise<Pick<Readings, "metrics" | "metricsProblem">> {
  const queries = metricQueries(sources);
  try {
    return { metrics: await readMetrics(cloudwatch, queries, sources.fromMs, Date.now(), signal) };
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error;
    return { metrics: noMetrics(queries), metricsProblem: error.message };
  }
}

/** Whether nothing is missing that could still show up. @param runs those of all paths */
export function isWhole(readings: Readings, runs: readonly string[], load: Load): boolean {
  const { arrivals, ingested, metrics, metricsProblem } = readings;
  const count = lineCount(load);
  const seen = new Map(runs.map((run) => [run, new Set<number>()]));
  for (const { entries } of arrivals) {
    for (const { marker } of entries) if (marker) seen.get(marker.run)?.add(marker.seq);
  }
  return (
    [...seen.values()].every(({ size }) => size >= count) &&
    ingested.size >= count &&
    (metricsProblem !== undefined ||
      (sumOf(metrics.ingestedEvents) >= count && metrics.sidecarCpuUnits.length >= fullMinutes(load)))
  );
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Reads until there is nothing more to wait for, or the time is over: CloudWatch shows log events seconds, and metrics
 * minutes after they were written.
 */
export async function readUntil<T>(
  read: () => Promise<T>,
  whole: (readings: T) => boolean,
  lateMs: number,
  signal: AbortSignal,
): Promise<T> {
  const deadline = Date.now() + lateMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
    const readings = await read();
    const leftMs = deadline - Date.now();
    if (whole(readings) || leftMs <= 0) return readings;
    await setTimeout(Math.min(pauseMs, leftMs), undefined, { signal });
  }
}

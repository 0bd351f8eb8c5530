import { EVENT_OVERHEAD_BYTES } from "../../tools/cloudwatch.ts";
import { firelensInfo } from "../firelens/firelens-info.ts";
import type { LambdaUsage, PathInfo, PathSamples, Phase } from "../result.ts";
import type { IngestedLine } from "./ingested.ts";
import { cpuSecondsOf, peakOf, type RunMetrics, sumOf } from "./metrics.ts";
import { type Load, lineCount } from "./options.ts";
import type { Readings } from "./readings.ts";
import { arrivalsOf, FIRELENS_STAGES, LAMBDA_STAGES, lambdaStages, sidecarStages } from "./samples.ts";
import type { StackOutputs } from "./stack-outputs.ts";
import { voidReasons } from "./void.ts";

export const LAMBDA_PATH: PathInfo = {
  id: "lambda",
  kind: "lambda",
  title: "Lambda",
  basis: "measured",
  stages: LAMBDA_STAGES,
};

/** As in a local run, but for the stages that can be told apart. */
export const firelensPath = (profile: StackOutputs["firelensProfile"]): PathInfo => ({
  ...firelensInfo(profile === "hardened" ? profile : "as-documented", "measured"),
  stages: FIRELENS_STAGES,
});

export interface PhaseInput {
  readonly load: Load;
  readonly readings: Readings;
  /** Names of the runs: what the markers of their lines say. */
  readonly runs: { readonly lambda: string; readonly firelens: string };
  readonly firelens: PathInfo;
  /** When the tasks ran, in case that no line tells; Unix time, ms. */
  readonly fromMs: number;
}

/** When each line is due, from the start: as the generator has it. */
export const dueTimes = (load: Load): number[] =>
  Array.from({ length: lineCount(load) }, (_, seq) => Math.round((seq * 1_000) / load.linesPerSecond));

/** The run as one phase of a result. */
export function phaseOf({ load, readings, runs, firelens, fromMs }: PhaseInput): Phase {
  const dueMs = dueTimes(load);
  const viaLambda = arrivalsOf(runs.lambda, readings.arrivals, dueMs);
  const viaFirelens = arrivalsOf(runs.firelens, readings.arrivals, dueMs);
  const { ingested, invocations, metrics } = readings;
  const lineBytes = textBytes(ingested, load, dueMs.length);
  const starts = [...startsOf(viaLambda.lines, dueMs), ...startsOf(viaFirelens.lines, dueMs)];
  const usageOfLambda = lambdaUsage(readings, dueMs.length, viaLambda.lines);
  const sidecarCpu = cpuSecondsOf(metrics.sidecarCpuUnits);
  const sidecarMemory = peakOf(metrics.sidecarMemoryMb);
  const lambda: PathSamples = {
    ...withoutLines(viaLambda),
    stagesMs: lambdaStages(dueMs.length, viaLambda.lines, ingested, invocations),
    usage: {
      ...viaLambda.usage,
      lineBytes,
      ...(usageOfLambda && { lambda: usageOfLambda, peakMemoryMb: peakMemory(readings) }),
    },
    notes: lambdaNotes(readings, dueMs.length),
  };
  const throughFirelens: PathSamples = {
    ...withoutLines(viaFirelens),
    stagesMs: sidecarStages(dueMs, viaFirelens.arrivedMs),
    usage: {
      ...viaFirelens.usage,
      lineBytes,
      ...(sidecarCpu !== undefined && { cpuSeconds: sidecarCpu }),
      ...(sidecarMemory !== undefined && { peakMemoryMb: sidecarMemory }),
    },
    notes: taskNotes(metrics.firelensTaskCpuUnits, metrics.firelensTaskMemoryMb),
  };
  const why = voidReasons({
    troubles: readings.troubles,
    paths: [
      { title: LAMBDA_PATH.title, lines: viaLambda.lines },
      { title: firelens.title, lines: viaFirelens.lines },
    ],
  });
  return {
    id: "steady",
    title: "Steady load",
    startMs: starts.length > 0 ? Math.min(...starts) : fromMs,
    loadMs: load.seconds * 1_000,
    linesPerSecond: load.linesPerSecond,
    ...(why.length > 0 && { void: why }),
    dueMs,
    paths: { [LAMBDA_PATH.id]: lambda, [firelens.id]: throughFirelens },
  };
}

const withoutLines = ({ lines: _lines, ...samples }: ReturnType<typeof arrivalsOf>) => samples;

/** When a path's task began, as its first line that arrived has it; none if nothing arrived. */
function startsOf(lines: ReturnType<typeof arrivalsOf>["lines"], dueMs: readonly number[]): number[] {
  const [first] = lines;
  return first ? [first[1].dueMs - (dueMs[first[0]] ?? 0)] : [];
}

/** Both tasks write the same lines; those that CloudWatch Logs has stand for the others. */
function textBytes(ingested: ReadonlyMap<number, IngestedLine>, { lineBytes }: Load, count: number): number {
  if (ingested.size === 0) return lineBytes * count;
  return Math.round((bytesOf(ingested) / ingested.size) * count);
}

const bytesOf = (ingested: ReadonlyMap<number, IngestedLine>) =>
  sumOf([...ingested.values()].map(({ bytes }) => bytes));

const peakMemory = ({ invocations }: Readings) => peakOf(invocations.map(({ maxMemoryMb }) => maxMemoryMb)) ?? 0;

function lambdaUsage(
  readings: Readings,
  count: number,
  arrived: ReturnType<typeof arrivalsOf>["lines"],
): LambdaUsage | undefined {
  const { invocations, accounts, ingested } = readings;
  const [first] = invocations;
  if (!first) return undefined;
  const missing = [...ingested.keys()].filter((seq) => !arrived.has(seq)).length;
  return {
    memoryMb: first.memoryMb,
    invocations: invocations.length,
    coldStarts: invocations.filter(({ initMs }) => initMs !== undefined).length,
    billedMs: billed(readings).value,
    ingestedBytes: ingestedBytes(readings, count).value,
    storedLines: accounts.stored,
    // What was stored and is not missing came by a replay: nothing else sends it.
    replayedLines: Math.max(0, accounts.stored - missing),
  };
}

/**
 * Lambda's own reports are exact. Where it is told not to log them, its metric of the durations is, but for the part of a
 * millisecond by which each is rounded up, half a one on average; it has no init. It comes late: it is taken if it is of
 * as many invocations as were found.
 */
function billed({ invocations, metrics }: Readings) {
  const told = sumOf(invocations.map(({ billedMs }) => billedMs));
  if (invocations.every(({ toldBy }) => toldBy === "lambda")) return { value: told, from: "Lambda's reports" };
  const complete = sumOf(metrics.invocations) === invocations.length && metrics.durationMs.length > 0;
  if (!complete) {
    return { value: told, from: "the forwarder's own lines: Lambda bills a few milliseconds more for each invocation" };
  }
  const initMs = sumOf(invocations.map((invocation) => invocation.initMs ?? 0));
  const value = Math.round(sumOf(metrics.durationMs) + invocations.length / 2 + initMs);
  return { value, from: "Lambda's metric Duration, and init from the forwarder's own lines" };
}

/** The metric counts minute by minute and comes late: it is taken if it has all of the run. */
function ingestedBytes({ metrics, ingested }: Readings, count: number) {
  const fromMetric = sumOf(metrics.ingestedEvents) >= count;
  const fromEvents = bytesOf(ingested) + EVENT_OVERHEAD_BYTES * ingested.size;
  return { value: fromMetric ? sumOf(metrics.ingestedBytes) : fromEvents, fromMetric };
}

function lambdaNotes(readings: Readings, count: number): string[] {
  const { metrics, ingested, accounts, invocations } = readings;
  const { fromMetric } = ingestedBytes(readings, count);
  const missing = count - ingested.size;
  return [
    `bytes ingested: ${fromMetric ? "the metric IncomingBytes" : "text of the log events and 26 bytes each; the metric was not complete"}`,
    ...(invocations.length > 0 ? [`billed time: ${billed(readings).from}`] : []),
    "driver wait and ingestion: from CloudWatch's ingestion time; the rest: from the invocation that ran on arrival",
    ...(missing > 0 ? [`${missing} lines are not in CloudWatch Logs: the driver lost them, or the task ended`] : []),
    ...(accounts.stored > 0 ? [`${accounts.stored} lines went to the bucket for what can't be delivered`] : []),
    ...(sumOf(metrics.throttles) > 0 ? [`${sumOf(metrics.throttles)} invocations were throttled`] : []),
    ...taskNotes(metrics.lambdaTaskCpuUnits, metrics.lambdaTaskMemoryMb),
  ];
}

/** The whole task, generator included: the difference between the paths is what the sidecar adds. */
function taskNotes(cpuUnits: RunMetrics["lambdaTaskCpuUnits"], memoryMb: RunMetrics["lambdaTaskMemoryMb"]): string[] {
  const [cpuSeconds, peakMb] = [cpuSecondsOf(cpuUnits), peakOf(memoryMb)];
  if (cpuSeconds === undefined || peakMb === undefined) return ["Container Insights has nothing on the task (yet)"];
  return [`the whole task took ${cpuSeconds.toFixed(1)} CPU seconds and ${peakMb.toFixed(0)} MB at most`];
}

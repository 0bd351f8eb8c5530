import type { PathSamples, Phase, Warning } from "../result.ts";
import { fullMinutes, sumOf } from "./metrics.ts";
import { LAMBDA_PATH, type PhaseInput } from "./phase.ts";

/** A percentile of 99 wants ten samples above it. */
const FEW_SAMPLES = 1_000;
/** What time synchronization within AWS leaves is far less. */
const SKEW_MS = 5;

/** What makes a reader doubt the figures. @param endedEarly how a task ended during the load, if one did */
export function warningsOf(phase: Phase, input: PhaseInput, endedEarly: readonly string[]): Warning[] {
  const paths = [LAMBDA_PATH.id, input.firelens.id];
  return [
    ...endedEarly.map((how) =>
      incomplete(phase, `A task ended during the load: ${how}. Its last lines are not there.`),
    ),
    ...paths.flatMap((path) => {
      const samples = phase.paths[path] as PathSamples;
      return [...fewSamples(samples), ...clockSkew(phase, samples)].map((warning) => ({
        ...warning,
        phase: phase.id,
        path,
      }));
    }),
    ...missingRecords(phase, input).map((warning) => ({ ...warning, path: LAMBDA_PATH.id })),
    ...brokenRecords(phase, input),
    ...missingMetrics(phase, input),
  ];
}

const incomplete = (phase: Phase, message: string): Warning => ({ kind: "run-incomplete", phase: phase.id, message });

function fewSamples({ arrivedMs }: PathSamples): Warning[] {
  const count = arrivedMs.filter((arrived) => arrived !== null).length;
  if (count >= FEW_SAMPLES) return [];
  const message = `Only ${count} lines arrived: too few for p99. Run longer, with --seconds or --rate.`;
  return [{ kind: "few-samples", message }];
}

/** Times are taken by the task, by CloudWatch Logs and by Lambda: what seems to come before its cause tells the skew. */
function clockSkew({ dueMs }: Phase, { arrivedMs, stagesMs }: PathSamples): Warning[] {
  const latencies = arrivedMs.flatMap((arrived, seq) => (arrived === null ? [] : [arrived - (dueMs[seq] ?? 0)]));
  const driver = (stagesMs.driver ?? []).filter((ms) => ms !== null);
  const least = minimum([...latencies, ...driver]);
  if (least >= -SKEW_MS) return [];
  const message = `Clocks differ by ${Math.round(-least)} ms at least: lines seem to arrive before they were written. Latencies are off by about that.`;
  return [{ kind: "clock-skew", message }];
}

/** The forwarder's accounts and Lambda's metrics tell of more than the logs that were read. */
function missingRecords(phase: Phase, { readings, runs }: PhaseInput): Warning[] {
  const { accounts, invocations, metrics, arrivals } = readings;
  const again = "Run it again with a longer --late-seconds.";
  const found = arrivals.flatMap(({ entries }) => entries).filter(({ marker }) => marker?.run === runs.lambda).length;
  const [invoked, errors] = [sumOf(metrics.invocations), sumOf(metrics.errors)];
  const messages = [
    accounts.delivered > found &&
      `The forwarder delivered ${accounts.delivered} lines, the recorder's log has ${found}: records are missing, and lines seem lost that are not. ${again}`,
    invoked > invocations.length &&
      `Lambda counts ${invoked} invocations, the forwarder's log has ${invocations.length}: duration and cold starts are too low. ${again}`,
    errors > 0 && `${errors} invocations of the forwarder failed: see its log group.`,
  ];
  return messages.filter((message) => message !== false).map((message) => incomplete(phase, message));
}

function brokenRecords(phase: Phase, { readings: { brokenRecords: broken } }: PhaseInput): Warning[] {
  if (broken === 0) return [];
  const message = `Records of ${broken} requests are missing or not whole in the recorder's log: the lines in them seem lost. Run it again with a longer --late-seconds, or a lower --rate if its log driver could not keep up.`;
  return [incomplete(phase, message)];
}

/** Without them CPU and memory are missing or too low. */
function missingMetrics(phase: Phase, { readings, load, firelens }: PhaseInput): Warning[] {
  const { metrics, metricsProblem } = readings;
  if (metricsProblem !== undefined) return [incomplete(phase, `CloudWatch's metrics are missing: ${metricsProblem}`)];
  const [minutes, wanted] = [metrics.sidecarCpuUnits.length, fullMinutes(load)];
  if (minutes >= wanted) return [];
  const message = `Container Insights shows ${minutes} of at least ${wanted} minutes of the sidecar: its CPU and memory are missing or too low. Run it again with a longer --late-seconds.`;
  return [{ ...incomplete(phase, message), path: firelens.id }];
}

const minimum = (values: readonly number[]) =>
  values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);

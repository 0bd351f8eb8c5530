import type { Arrival } from "../../functions/recorder/record.ts";
import { INTAKE_LIMITS } from "../../functions/records/intake-limits.ts";
import type { PathSamples } from "../result.ts";
import { countOutOfOrder } from "../stats/latencies.ts";
import type { IngestedLine } from "./ingested.ts";
import type { Invocation } from "./invocations.ts";

type Arrivals = Pick<PathSamples, "arrivedMs" | "duplicates" | "outOfOrder" | "pieces"> & {
  readonly usage: Pick<PathSamples["usage"], "wireBytes" | "rawBytes" | "requests" | "answers" | "overLimit">;
  /** When each line was due and when it arrived first, by the clocks of task and recorder; Unix time, ms. */
  readonly lines: ReadonlyMap<number, ArrivedOnce>;
};

export interface ArrivedOnce {
  readonly dueMs: number;
  readonly arrivedAtMs: number;
  /** As the entry was dated by what read the line. */
  readonly readMs?: number;
}

/**
 * What arrived of one run. Tasks don't start at the same moment: each line's time counts from its own task's start.
 *
 * @param arrivals in the order of time
 * @param dueMs when each line is due, from the start
 */
export function arrivalsOf(run: string, arrivals: readonly Arrival[], dueMs: readonly number[]): Arrivals {
  const lines = new Map<number, ArrivedOnce>();
  const duplicates: number[] = [];
  const usage = { wireBytes: 0, rawBytes: 0, requests: 0, overLimit: 0 };
  let pieces = 0;
  for (const { arrivedAtMs, wireBytes, rawBytes, entries } of arrivals) {
    if (!entries.some(({ marker }) => marker?.run === run)) continue;
    usage.requests += 1;
    usage.wireBytes += wireBytes;
    usage.rawBytes += rawBytes;
    if (entries.length > INTAKE_LIMITS.maxEntries || rawBytes > INTAKE_LIMITS.maxBytes) usage.overLimit += 1;
    for (const { marker, timestamp } of entries) {
      if (!marker) pieces += 1;
      if (marker?.run !== run || marker.seq >= dueMs.length) continue;
      const { seq } = marker;
      if (lines.has(seq)) {
        duplicates.push(seq);
        continue;
      }
      lines.set(seq, {
        dueMs: marker.dueMs,
        arrivedAtMs,
        ...(timestamp !== undefined && { readMs: timestamp }),
      });
    }
  }
  const arrivedMs = dueMs.map((due, seq) => {
    const line = lines.get(seq);
    return line ? due + line.arrivedAtMs - line.dueMs : null;
  });
  const answers: Record<string, number> = usage.requests > 0 ? { "202": usage.requests } : {};
  // A map keeps the order in which its keys came.
  const outOfOrder = countOutOfOrder(lines.keys());
  return { arrivedMs, duplicates, outOfOrder, pieces, lines, usage: { ...usage, answers } };
}

/** Those of the Lambda path that can be told apart; the same names as in a local run. */
export const LAMBDA_STAGES = [
  { id: "driver", title: "awslogs driver and ingestion", basis: "measured" },
  { id: "subscription", title: "subscription", basis: "measured" },
  { id: "start", title: "Lambda start", basis: "measured" },
  { id: "forwarder", title: "forwarder and network", basis: "measured" },
] as const;

export const FIRELENS_STAGES = [{ id: "sidecar", title: "buffer, flush and network", basis: "measured" }] as const;

/**
 * Where the lines of the Lambda path spent their time. No record says which delivery a line was in: it was in the one
 * invocation that ran when it arrived. If none or several did, the stages after ingestion are not known.
 */
export function lambdaStages(
  lineCount: number,
  arrived: ReadonlyMap<number, ArrivedOnce>,
  ingested: ReadonlyMap<number, IngestedLine>,
  invocations: readonly Invocation[],
): PathSamples["stagesMs"] {
  const empty = () => new Array<number | null>(lineCount).fill(null);
  const stages = { driver: empty(), subscription: empty(), start: empty(), forwarder: empty() };
  const runningAt = memoized((atMs) => {
    const running = invocations.filter(({ startMs, endMs }) => startMs <= atMs && atMs <= endMs);
    return running.length === 1 ? running[0] : undefined;
  });
  for (const [seq, { dueMs, ingestedMs }] of ingested) {
    if (seq >= lineCount) continue;
    stages.driver[seq] = ingestedMs - dueMs;
    const arrival = arrived.get(seq);
    const invocation = arrival && runningAt(arrival.arrivedAtMs);
    if (!invocation) continue;
    const startMs = invocation.initMs ?? 0;
    stages.subscription[seq] = invocation.startMs - startMs - ingestedMs;
    stages.start[seq] = startMs;
    stages.forwarder[seq] = arrival.arrivedAtMs - invocation.startMs;
  }
  return stages;
}

/** The sidecar tells nothing of its insides: all of a line's time is one stage. */
export const sidecarStages = (
  dueMs: readonly number[],
  arrivedMs: PathSamples["arrivedMs"],
): PathSamples["stagesMs"] => ({
  sidecar: arrivedMs.map((arrived, seq) => (arrived === null ? null : arrived - (dueMs[seq] ?? 0))),
});

/** Lines arrive in requests: many ask for the same time. */
function memoized<T>(compute: (key: number) => T): (key: number) => T {
  const known = new Map<number, T>();
  return (key) => {
    if (!known.has(key)) known.set(key, compute(key));
    return known.get(key) as T;
  };
}

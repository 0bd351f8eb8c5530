import type { Summary } from "../../functions/recorder/record.ts";
import type { RunningPath } from "../path.ts";
import type { PathSamples } from "../result.ts";
import { countOutOfOrder } from "../stats/out-of-order.ts";
import type { IntakeArrival } from "./intake-process.ts";

export interface Collected {
  /** Of the phase's start. */
  readonly startMs: number;
  /** From the phase's start, of the lines that were written, by number. */
  readonly dueMs: readonly number[];
  /** Text of those lines, UTF-8. */
  readonly lineBytes: number;
  /** In the order in which they came. */
  readonly arrivals: readonly IntakeArrival[];
  readonly summary: Summary | undefined;
}

/** What became of each line on one path. */
export function collect(
  path: Pick<RunningPath, "info" | "journey" | "usage" | "notes">,
  { startMs, dueMs, lineBytes, arrivals, summary }: Collected,
): PathSamples {
  const empty = () => dueMs.map((): number | null => null);
  const arrivedMs = empty();
  const stagesMs = Object.fromEntries(path.info.stages.map(({ id }) => [id, empty()]));
  const duplicates: number[] = [];
  const firsts: { readonly seq: number; readonly atMs: number }[] = [];
  let pieces = 0;
  for (const { headersAtMs, arrivedAtMs, seqs } of arrivals) {
    for (const seq of seqs) {
      const due = dueMs[seq];
      if (due === undefined) pieces += 1;
      else if (arrivedMs[seq] !== null) duplicates.push(seq);
      else {
        const { stagesMs: stages, addedMs } = path.journey({ seq, dueMs: startMs + due }, headersAtMs, arrivedAtMs);
        const atMs = arrivedAtMs - startMs + addedMs;
        arrivedMs[seq] = round(atMs);
        firsts.push({ seq, atMs });
        for (const [id, ms] of Object.entries(stages)) {
          const column = stagesMs[id];
          if (column) column[seq] = round(ms);
        }
      }
    }
  }
  const { lambda, ...used } = path.usage();
  return {
    arrivedMs,
    stagesMs,
    duplicates,
    outOfOrder: outOfOrder(firsts),
    pieces,
    usage: {
      ...used,
      lineBytes,
      wireBytes: sum(arrivals.map(({ wireBytes }) => wireBytes)),
      rawBytes: sum(arrivals.map(({ rawBytes }) => rawBytes)),
      requests: summary?.requests ?? arrivals.length,
      answers: summary?.answers ?? {},
      overLimit: summary?.overLimit ?? 0,
      ...(lambda && { lambda }),
    },
    notes: path.notes(),
  };
}

/** Lines that came behind one with a higher number; within a request in the order in which they stood. */
function outOfOrder(firsts: { readonly seq: number; readonly atMs: number }[]): number {
  // Stable: what came with one request stays as it was.
  return countOutOfOrder(firsts.toSorted((a, b) => a.atMs - b.atMs).map(({ seq }) => seq));
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** A tenth of a millisecond is more than any clock here tells. */
const round = (ms: number) => Math.round(ms * 10) / 10;

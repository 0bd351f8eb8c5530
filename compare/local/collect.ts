import type { Summary } from "../../functions/recorder/record.ts";
import type { RunningPath } from "../path.ts";
import { toTenth } from "../record/columns.ts";
import type { PathSamples } from "../result.ts";
import { countOutOfOrder } from "../stats/latencies.ts";
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
  /** Lines due before this are in no percentile. @default 0 */
  readonly warmUpMs?: number;
  /** Something was broken on purpose: then the waits of this run decided what it met, and can't be drawn again. */
  readonly isBroken?: boolean;
}

/** What became of each line on one path. */
export function collect(
  path: Pick<RunningPath, "info" | "journey" | "usage" | "notes" | "draw" | "lostInModel">,
  { startMs, dueMs, lineBytes, arrivals, summary, warmUpMs = 0, isBroken = false }: Collected,
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
        arrivedMs[seq] = toTenth(atMs);
        firsts.push({ seq, atMs });
        for (const [id, ms] of Object.entries(stages)) {
          const column = stagesMs[id];
          if (column) column[seq] = toTenth(ms);
        }
      }
    }
  }
  const { lambda, starvedShare: _, ...used } = path.usage();
  const draws = isBroken ? undefined : drawAgain(path.draw, { dueMs, arrivedMs, stagesMs, warmUpMs });
  const lostInModel = path.lostInModel?.() ?? 0;
  return {
    arrivedMs,
    stagesMs,
    ...(draws && { draws }),
    ...(lostInModel > 0 && { lostInModel }),
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

interface Columns {
  readonly dueMs: readonly number[];
  readonly arrivedMs: (number | null)[];
  readonly stagesMs: Readonly<Record<string, (number | null)[]>>;
  readonly warmUpMs: number;
}

/** Puts other waits, of many draws, in the place of those that this run happened to draw. */
function drawAgain(draw: RunningPath["draw"], { dueMs, arrivedMs, stagesMs, warmUpMs }: Columns) {
  if (!draw) return undefined;
  const columns = draw.stages.map((id) => ({ id, column: stagesMs[id] ?? [] }));
  const waitedMs = (seq: number) => sum(columns.map(({ column }) => column[seq] ?? 0));
  const lines = dueMs.map((due, seq) => {
    const arrived = arrivedMs[seq] ?? null;
    return { dueMs: due, restMs: arrived === null ? null : arrived - due - waitedMs(seq) };
  });
  const { ranges, stagesMs: drawn } = draw.again(lines, warmUpMs);
  lines.forEach(({ dueMs: due, restMs }, seq) => {
    const waits = drawn[seq];
    if (restMs === null || !waits) return;
    for (const { id, column } of columns) column[seq] = toTenth(waits[id] ?? 0);
    arrivedMs[seq] = toTenth(due + restMs + waitedMs(seq));
  });
  return ranges;
}

/** Lines that came behind one with a higher number; within a request in the order in which they stood. */
function outOfOrder(firsts: { readonly seq: number; readonly atMs: number }[]): number {
  // Stable: what came with one request stays as it was.
  return countOutOfOrder(firsts.toSorted((a, b) => a.atMs - b.atMs).map(({ seq }) => seq));
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

import type { PathSamples, Phase } from "../result.ts";

type Due = Pick<Phase, "dueMs" | "warmUpMs">;

/** Milliseconds from when a line was due to its first arrival, of the lines that arrived; none of the warm-up. */
export function latencies({ dueMs, warmUpMs = 0 }: Due, { arrivedMs }: Pick<PathSamples, "arrivedMs">): number[] {
  return arrivedMs.flatMap((arrived, line) => {
    const due = dueMs[line] ?? 0;
    return arrived === null || due < warmUpMs ? [] : [arrived - due];
  });
}

/** How many lines never arrived; none of the warm-up. */
export const neverArrived = ({ dueMs, warmUpMs = 0 }: Due, { arrivedMs }: Pick<PathSamples, "arrivedMs">): number =>
  arrivedMs.filter((arrived, line) => arrived === null && (dueMs[line] ?? 0) >= warmUpMs).length;

/** How many come behind a higher number. @param seqs in the order in which they came first */
export function countOutOfOrder(seqs: Iterable<number>): number {
  let [count, highest] = [0, -1];
  for (const seq of seqs) {
    if (seq < highest) count += 1;
    highest = Math.max(highest, seq);
  }
  return count;
}

import type { PathSamples, Phase } from "../result.ts";

/** Milliseconds from when a line was due to its first arrival, of the lines that arrived. */
export function latencies({ dueMs }: Pick<Phase, "dueMs">, { arrivedMs }: Pick<PathSamples, "arrivedMs">): number[] {
  return arrivedMs.flatMap((arrived, line) => (arrived === null ? [] : [arrived - (dueMs[line] ?? 0)]));
}

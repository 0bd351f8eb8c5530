import type { Phase } from "../../result.ts";
import type { PhaseSummary } from "../../stats/summary.ts";
import { bucketWidthMs, timeSeries } from "../../stats/time-series.ts";
import { formatCount, formatMs, NOTHING } from "./format.ts";
import { timeMark } from "./marks.ts";

/** About so many rows: fewer than the drawing has points. */
const ROWS = 15;

/** Latency over time in figures: a row for each span of time, a cell for each path. */
export function timeRows(
  phase: Phase,
  { paths }: PhaseSummary,
): { readonly fromMs: number; readonly cells: readonly string[] }[] {
  const widthMs = bucketWidthMs(phase.loadMs, ROWS);
  const columns = paths.map(({ id, basis }) => {
    const buckets = timeSeries(phase.dueMs, phase.paths[id]?.arrivedMs ?? [], widthMs);
    return buckets.map(({ fromMs, p50, lost }) => {
      const median = p50 === undefined ? NOTHING : timeMark(basis) + formatMs(p50);
      return { fromMs, text: lost === 0 ? median : `${median}, ${formatCount(lost)} lost` };
    });
  });
  return (columns[0] ?? []).map(({ fromMs }, index) => ({
    fromMs,
    cells: columns.map((column) => column[index]?.text ?? NOTHING),
  }));
}

import type { Basis } from "../result.ts";
import { type Distribution, QUANTILES } from "../stats/distribution.ts";
import type { Figures, PhasePathSummary, Summary } from "../stats/summary.ts";
import { formatCount, formatMs, formatNumber, formatShare, NOTHING } from "./format.ts";
import { countMark, FEW_MARK, timeMark } from "./marks.ts";

/** A column of the table of results, the same in the terminal, in Markdown and on the page. */
export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
}

type Counted = Figures & { readonly basis: Basis };

const count = (title: string, of: (row: Counted) => number): Column<Counted> => ({
  title,
  cell: (row) => countMark(row.basis) + formatCount(of(row)),
});

export const COUNT_COLUMNS: readonly Column<Counted>[] = [
  count("Sent", ({ sent }) => sent),
  count("Lost", ({ lost }) => lost),
  {
    title: "Lost %",
    cell: ({ basis, sent, lost }) => (lost === 0 ? "" : countMark(basis) + formatShare(lost / sent)),
  },
  count("Twice", ({ duplicated }) => duplicated),
];

export const ORDER_COLUMNS: readonly Column<Counted>[] = [
  count("Out of order", ({ outOfOrder }) => outOfOrder),
  count("Pieces", ({ pieces }) => pieces),
];

export const LATENCY_COLUMNS: readonly Column<PhasePathSummary>[] = [...QUANTILES, "max" as const].map((name) => ({
  title: name,
  cell: ({ basis, latencyMs }) => latencyCell(latencyMs, name, timeMark(basis)),
}));

/** `~4.92 s`, with a star if the values are too few for it. */
export function latencyCell(
  times: Distribution | undefined,
  name: (typeof QUANTILES)[number] | "max",
  mark: string,
): string {
  if (!times) return NOTHING;
  const few = name !== "max" && times.few.includes(name) ? FEW_MARK : "";
  return mark + formatMs(times[name]) + few;
}

export const USAGE_COLUMNS: readonly Column<Counted>[] = [
  {
    title: "CPU s per million",
    cell: ({ basis, cpuSecondsPerMillionLines: value }) => marked(basis, value, formatNumber),
  },
  { title: "Peak MB", cell: ({ basis, peakMemoryMb }) => marked(basis, peakMemoryMb, formatNumber) },
  {
    title: "Wire bytes per line",
    cell: ({ basis, wireBytesPerLine }) => marked(basis, wireBytesPerLine, formatNumber),
  },
  { title: "Requests", cell: ({ basis, requests }) => marked(basis, requests, formatCount) },
];

const marked = (basis: Basis, value: number | undefined, format: (value: number) => string) =>
  value === undefined ? NOTHING : countMark(basis) + format(value);

/** Whether a percentile is marked as resting on too few lines. */
export const hasFew = ({ phases }: Pick<Summary, "phases">): boolean =>
  phases.some(({ paths }) =>
    paths.some((path) =>
      [path.latencyMs, ...path.stages.map(({ timeMs }) => timeMs)].some((times) => (times?.few.length ?? 0) > 0),
    ),
  );

import type { ReportCost } from "../../cost/cost-of-result.ts";
import type { Basis, ReadBack } from "../../result.ts";
import type { Distribution, QUANTILES } from "../../stats/distribution.ts";
import type { Figures, PathSummary, PhasePathSummary, PhaseSummary, Summary } from "../../stats/summary.ts";
import { formatCount, formatMs, formatNumber, formatShare, formatUsdRange, NOTHING } from "./format.ts";
import { countMark, FEW_MARK, lossMark, MODELLED_MARK, timeMark } from "./marks.ts";

/** A column of a table, the same in the terminal, in Markdown and on the page. */
export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
}

type Counted = Figures & { readonly basis: Basis };

/** One path in one phase; nothing of a void phase is told. */
export type PhaseRow = PhasePathSummary & { readonly isVoid: boolean };

export const phaseRows = ({ paths, void: why }: PhaseSummary): PhaseRow[] =>
  paths.map((path) => ({ ...path, isVoid: why !== undefined }));

export const VOID = "void";

const count = (title: string, of: (row: Counted) => number): Column<Counted> => ({
  title,
  cell: (row) => countMark(row.basis) + formatCount(of(row)),
});

const LOST: Column<Counted> = {
  title: "Lost",
  cell: (row) =>
    `${lossMark(row)}${formatCount(row.lost)}${row.lost === 0 ? "" : ` (${formatShare(row.lost / row.sent)})`}`,
};
/** With how much of it differs from run to run, if there were several. */
const LOST_OF_RUNS: Column<PhasePathSummary> = {
  title: LOST.title,
  cell: (row) => {
    const { lostOfRuns: runs = [] } = row;
    if (runs.length < 2) return LOST.cell(row);
    const [least, most, times] = [Math.min(...runs), Math.max(...runs), runs.length].map(formatCount);
    return LOST.cell(row) + (least === most ? ` in each of ${times} runs` : `, ${least}–${most} in ${times} runs`);
  },
};
const SENT = count("Sent", ({ sent }) => sent);
const DUPLICATES = count("Duplicates", ({ duplicated }) => duplicated);

const latency = (name: (typeof QUANTILES)[number] | "max"): Column<PhasePathSummary> => ({
  title: name,
  cell: ({ basis, latencyMs }) => latencyCell(latencyMs, name, timeMark(basis)),
});

/** With the interval that the true percentile is in. */
const latencyAndInterval = (name: "p50" | "p99"): Column<PhasePathSummary> => ({
  title: name,
  cell: ({ basis, latencyMs }) => {
    const interval = intervalText(latencyMs, name);
    return latencyCell(latencyMs, name, timeMark(basis)) + (interval === "" ? "" : ` (${interval})`);
  },
});

/** `3.94 s–6.29 s`; empty if an end is not known, or both read the same. */
export function intervalText(times: Distribution | undefined, name: (typeof QUANTILES)[number]): string {
  const { low, high } = times?.intervals[name] ?? {};
  if (low === undefined || high === undefined) return "";
  const [from, to] = [formatMs(low), formatMs(high)];
  return from === to ? "" : `${from}–${to}`;
}

export const INTERVAL_LEGEND =
  "In brackets: where the true percentile is, with 95 % confidence; of waits that were drawn, 5 to 95 % of the draws.";

const unlessVoid = <Row>({ title, cell }: Column<Row>): Column<Row & { readonly isVoid: boolean }> => ({
  title,
  cell: (row) => (row.isVoid ? VOID : cell(row)),
});

/** By phase and path: what decides comes first, for who sees only the first columns. */
export const PHASE_COLUMNS: readonly Column<PhaseRow>[] = [
  unlessVoid(latencyAndInterval("p50")),
  unlessVoid(latencyAndInterval("p99")),
  unlessVoid(LOST_OF_RUNS),
  unlessVoid(latency("p95")),
  unlessVoid(latency("max")),
  unlessVoid(DUPLICATES),
  SENT,
];

/** Those that fit into 80 columns. */
export const NARROW_PHASE_COLUMNS: readonly Column<PhaseRow>[] = [
  unlessVoid(latency("p50")),
  unlessVoid(latency("p99")),
  unlessVoid(LOST),
  unlessVoid(latency("max")),
  unlessVoid(DUPLICATES),
];

/** Over all phases. */
export const LOSS_COLUMNS: readonly Column<Counted>[] = [
  LOST,
  DUPLICATES,
  count("Out of order", ({ outOfOrder }) => outOfOrder),
  count("Pieces", ({ pieces }) => pieces),
  SENT,
];

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

const marked = (basis: Basis, value: number | undefined, format: (value: number) => string) =>
  value === undefined ? NOTHING : countMark(basis) + format(value);

const USAGE_COLUMNS: readonly Column<Counted>[] = [
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

export const usageColumns = (cost: ReportCost | undefined): Column<PathSummary>[] => [
  ...USAGE_COLUMNS,
  ...(cost
    ? [
        {
          title: "$ per GB",
          cell: ({ id }: PathSummary) => {
            const usd = cost.paths.get(id)?.usdPerGb ?? [];
            return usd.length === 0 ? NOTHING : MODELLED_MARK + formatUsdRange(usd);
          },
        },
      ]
    : []),
];

export const COST_NOTE =
  "Dollars are modelled. Of FireLens the first is with a sidecar that fits into its task, the second with one that makes the task a size larger.";

/** Whether a percentile is marked as resting on too few lines. */
export const hasFew = ({ phases }: Pick<Summary, "phases">): boolean =>
  phases.some(({ paths }) =>
    paths.some((path) =>
      [path.latencyMs, ...path.stages.map(({ timeMs }) => timeMs)].some((times) => (times?.few.length ?? 0) > 0),
    ),
  );

/** What Datadog shows; the first column is the path. */
export const READ_BACK_COLUMNS = ["Written", "Found", "Missing", "Duplicates"] as const;

export const readBackRows = (counts: readonly ReadBack[], paths: readonly PathSummary[]): [string, ...string[]][] =>
  counts.map(({ path, written, found, duplicates }) => [
    paths.find(({ id }) => id === path)?.title ?? path,
    ...[written, found, written - found, duplicates].map(formatCount),
  ]);

import type { Phase } from "../../../result.ts";
import { ecdf } from "../../../stats/ecdf.ts";
import { latencies, neverArrived } from "../../../stats/latencies.ts";
import { percentile, sorted } from "../../../stats/percentile.ts";
import type { PhasePathSummary, PhaseSummary } from "../../../stats/summary.ts";
import { formatCount, formatMs, formatShare } from "../../words/format.ts";
import { AXIS_LABEL, AXIS_LINE, axisName, GRID_LINE, lineStyleOf, STILL } from "./axis-style.ts";
import type { Drawing } from "./draw.ts";
import { type DurationRange, logDurationAxis, logDurationRange } from "./duration-axis.ts";
import type { Look } from "./look.ts";

export interface PhaseDrawing {
  readonly phase: Phase;
  readonly summary: PhaseSummary;
  /** By path id. */
  readonly looks: ReadonlyMap<string, Look>;
  /** Of the curves' axis of time; the same for all phases, so that they compare. */
  readonly range: DurationRange;
  /** Of the axis of medians. */
  readonly medianRange: DurationRange;
}

/** What share of the lines sent had arrived within a time. A curve that stays below 100 % shows the loss. */
export function latencyCurves({ phase, summary, looks, range }: PhaseDrawing): Drawing {
  return {
    id: `curve-${phase.id}`,
    height: 234,
    label: `${summary.title}: share of the lines sent that arrived within a time. ${summary.paths.map(spoken).join(" ")}`,
    option: {
      grid: { left: 58, right: 24, top: 12, bottom: 42 },
      xAxis: { ...logDurationAxis(range), ...axisName("from when a line was due", 24) },
      yAxis: {
        ...axisName("lines arrived", 44),
        type: "value",
        min: 0,
        max: 1,
        interval: 0.25,
        axisLabel: { ...AXIS_LABEL, formatter: formatShare },
        axisLine: AXIS_LINE,
        splitLine: GRID_LINE,
      },
      series: summary.paths.flatMap((path) => curve(phase, path, looks.get(path.id), range)),
    },
  };
}

/** From about where curves begin to rise: the quickest line in a hundred is drawn at the edge. */
export function latencyRange(phases: readonly Phase[]): DurationRange {
  const extremes = phases.flatMap((phase) =>
    Object.values(phase.paths).flatMap((samples) => {
      const all = sorted(latencies(phase, samples));
      return [percentile(all, 0.01), percentile(all, 1)];
    }),
  );
  return logDurationRange(extremes.filter((value) => value !== undefined));
}

function curve(phase: Phase, path: PhasePathSummary, look: Look | undefined, range: DurationRange) {
  const samples = phase.paths[path.id];
  if (!samples || !look) return [];
  const arrived = sorted(latencies(phase, samples));
  // Of the lines that percentiles are over: none of the warm-up.
  const points = ecdf(arrived, arrived.length + neverArrived(phase, samples), range.min);
  // From edge to edge: nothing has arrived before the first, and what is lost never does.
  const steps = [
    [range.min, 0],
    ...points.map(({ value, share }) => [value, share]),
    [range.max, points.at(-1)?.share ?? 0],
  ];
  const { p50, p99 } = path.latencyMs ?? {};
  const marks = [
    [p50, 0.5],
    [p99, 0.99],
  ].filter(([value]) => value !== undefined && value <= range.max);
  return [
    { ...STILL, type: "line", step: "end", symbol: "none", lineStyle: lineStyleOf(look), data: steps },
    {
      ...STILL,
      type: "scatter",
      symbol: look.symbol,
      symbolSize: 7,
      itemStyle: { color: look.color, opacity: 1 },
      data: marks.map(([value, share]) => [Math.max(range.min, value ?? 0), share]),
    },
  ];
}

function spoken({ title, sent, lost, latencyMs }: PhasePathSummary): string {
  const loss = lost === 0 ? "none lost" : `${formatCount(lost)} of ${formatCount(sent)} lost`;
  if (!latencyMs) return `${title}: none arrived.`;
  return `${title}: p50 ${formatMs(latencyMs.p50)}, p99 ${formatMs(latencyMs.p99)}; ${loss}.`;
}

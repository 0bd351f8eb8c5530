import type { PhasePathSummary, PhaseSummary } from "../../../stats/summary.ts";
import { formatMs, formatShare, keepUnits } from "../../words/format.ts";
import { lossMark, timeMark } from "../../words/marks.ts";
import { AXIS_LABEL, AXIS_LINE, axisName, FONT_SIZE, lineStyleOf, STILL } from "./axis-style.ts";
import type { Drawing } from "./draw.ts";
import { type DurationRange, logDurationAxis, logDurationRange } from "./duration-axis.ts";
import type { Look } from "./look.ts";

const SIZES = {
  narrow: { width: 328, row: 17, left: 150, right: 78 },
  wide: { width: 560, row: 22, left: 196, right: 92 },
} as const;

/** A stroke from p50 to p99 for each path in each phase, and behind it what was lost. */
export function atAGlance(
  phases: readonly PhaseSummary[],
  looks: ReadonlyMap<string, Look>,
  size: keyof typeof SIZES,
): Drawing {
  const { width, row, left, right } = SIZES[size];
  const rows = phases.flatMap((phase) => [{ phase }, ...phase.paths.map((path) => ({ phase, path }))]);
  const range = logDurationRange(
    phases.flatMap(({ paths }) =>
      paths.flatMap(({ latencyMs }) => (latencyMs ? [latencyMs.p50, latencyMs.p99].filter(Number.isFinite) : [])),
    ),
  );
  return {
    id: `glance-${size}`,
    width,
    height: 34 + rows.length * row,
    label: `How late lines came, and how many never did. ${phases.map(spoken).join(" ")}`,
    option: {
      grid: { left, right, top: 2, bottom: 32 },
      xAxis: { ...logDurationAxis(range), ...axisName("from when a line was due", 20) },
      yAxis: {
        type: "category",
        inverse: true,
        data: rows.map((one) => ("path" in one ? one.path.title : "")),
        axisTick: { show: false },
        axisLine: AXIS_LINE,
        axisLabel: {
          ...AXIS_LABEL,
          color: "var(--text)",
          interval: 0,
          hideOverlap: false,
          width: left - 22,
          overflow: "truncate",
        },
      },
      series: rows.flatMap((one, index): object[] =>
        "path" in one ? stroke(one.path, looks.get(one.path.id), index, range) : heading(one.phase, index, range, left),
      ),
    },
  };
}

/** A phase's title over its rows. */
const heading = ({ title }: PhaseSummary, index: number, range: DurationRange, left: number) => [
  {
    ...STILL,
    type: "scatter",
    symbolSize: 1,
    itemStyle: { color: "transparent", opacity: 1 },
    label: {
      show: true,
      // From the drawing's left edge.
      position: [4 - left, -5],
      fontSize: FONT_SIZE,
      fontWeight: "bold",
      color: "var(--text)",
      formatter: keepUnits(title),
    },
    data: [[range.min, index]],
  },
];

function stroke(path: PhasePathSummary, look: Look | undefined, index: number, range: DurationRange) {
  const { latencyMs } = path;
  const [from, to] = [latencyMs?.p50 ?? range.min, latencyMs?.p99 ?? range.min].map(within(range)) as [number, number];
  const label = {
    show: true,
    position: "right",
    distance: 6,
    fontSize: FONT_SIZE,
    fontWeight: path.lost > 0 ? "bold" : "normal",
    color: "var(--text)",
    formatter: lossText(path),
  };
  const color = look?.color;
  const ends = (value: number, symbol: string, size: number, more = {}) => ({
    ...STILL,
    type: "scatter",
    symbol,
    symbolSize: size,
    itemStyle: { color, opacity: latencyMs ? 1 : 0 },
    data: [[value, index]],
    ...more,
  });
  return [
    {
      ...STILL,
      type: "line",
      symbol: "none",
      lineStyle: look && { ...lineStyleOf(look), width: 5 },
      data: latencyMs ? [from, to].map((value) => [value, index]) : [],
    },
    ends(from, look?.symbol ?? "circle", 9),
    ends(to, "rect", 7, { label }),
  ];
}

/** A percentile that is never reached is drawn at the edge. */
const within =
  ({ min, max }: DurationRange) =>
  (value: number) =>
    Math.min(max, Math.max(min, value));

function lossText(path: PhasePathSummary): string {
  const { sent, lost, arrived } = path;
  if (sent === 0) return "nothing sent";
  if (arrived === 0) return `${lossMark(path)}all lost`;
  return lost === 0 ? "" : `${lossMark(path)}${formatShare(lost / sent)} lost`;
}

function spoken({ title, paths }: PhaseSummary): string {
  const texts = paths.map((path) => {
    const { latencyMs, basis } = path;
    const mark = timeMark(basis);
    const times = latencyMs ? ` ${mark}${formatMs(latencyMs.p50)} to ${mark}${formatMs(latencyMs.p99)}` : "";
    return `${path.title}${times} ${lossText(path) || "none lost"}`;
  });
  return `${title}: ${texts.join(", ")}.`;
}

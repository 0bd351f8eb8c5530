import type { PhasePathSummary, PhaseSummary } from "../../../stats/summary.ts";
import { formatCount, formatShare, keepUnits } from "../../words/format.ts";
import { countMark } from "../../words/marks.ts";
import { AXIS_LABEL, AXIS_LINE, axisName, FONT_SIZE, GRID_LINE, STILL, titleAxis } from "./axis-style.ts";
import type { Drawing } from "./draw.ts";
import { HATCH, type Look } from "./look.ts";

export interface PhaseBars {
  readonly id: "lost" | "duplicated";
  /** Such as `Lines lost`. */
  readonly title: string;
  /** What is said instead of a drawing without a bar. */
  readonly none: string;
}

export const BARS: readonly PhaseBars[] = [
  { id: "lost", title: "Lines lost", none: "No path lost a line in any phase." },
  { id: "duplicated", title: "Duplicates", none: "No line arrived twice." },
];

const BAR = 13;
const GAP = 16;

/** A count of each path in each phase, as a share of the lines sent; zeros are written. */
export function phaseBars(
  { id, title }: Pick<PhaseBars, "id" | "title">,
  phases: readonly PhaseSummary[],
  paths: readonly { readonly id: string; readonly title: string }[],
  looks: ReadonlyMap<string, Look>,
): Drawing {
  const all = phases.flatMap((phase) => phase.paths);
  const most = Math.max(0, ...all.map((path) => (path.sent === 0 ? 0 : path[id] / path.sent)));
  return {
    id: `bars-${id}`,
    height: 54 + phases.length * (paths.length * BAR + GAP),
    label: `${title} by phase and path. ${phases.map((phase) => spoken(phase, id)).join(" ")}`,
    option: {
      grid: { left: 104, right: 88, top: 6, bottom: 42 },
      xAxis: {
        type: "value",
        min: 0,
        ...axisName("of the lines sent", 24),
        // There is no more than all.
        ...(most > 0.75 && most <= 1 && { max: 1, interval: 0.25 }),
        splitNumber: 3,
        axisLabel: { ...AXIS_LABEL, formatter: formatShare },
        axisLine: AXIS_LINE,
        splitLine: GRID_LINE,
      },
      yAxis: titleAxis(phases.map((phase) => keepUnits(phase.title))),
      series: paths.map((path) => ({
        ...STILL,
        type: "bar",
        barWidth: BAR - 3,
        barGap: "30%",
        label: { show: true, position: "right", distance: 4, fontSize: FONT_SIZE, color: "var(--text)" },
        data: phases.map((phase) =>
          bar(
            phase.paths.find((one) => one.id === path.id),
            id,
            looks.get(path.id),
          ),
        ),
      })),
    },
  };
}

function bar(path: PhasePathSummary | undefined, id: PhaseBars["id"], look: Look | undefined) {
  if (!path || path.sent === 0) return { value: 0, label: { show: false } };
  return {
    value: path[id] / path.sent,
    label: { formatter: countMark(path.basis) + countText(path, id) },
    // Only a model's counts are modelled: of a path with modelled stages, arrivals were counted.
    itemStyle: { color: look?.color, ...(path.basis === "modelled" && { decal: HATCH }) },
  };
}

const countText = (path: PhasePathSummary, id: PhaseBars["id"]) =>
  path[id] === 0 ? "0" : `${formatCount(path[id])} (${formatShare(path[id] / path.sent)})`;

const spoken = ({ title, paths }: PhaseSummary, id: PhaseBars["id"]) =>
  `${title}: ${paths.map((path) => `${path.title} ${countText(path, id)}`).join(", ")}.`;

import type { PhasePathSummary, PhaseSummary } from "../../../stats/summary.ts";
import { formatCount, formatShare, keepUnits } from "../../words/format.ts";
import { lossMark } from "../../words/marks.ts";
import { AXIS_LABEL, AXIS_LINE, axisName, FONT_SIZE, GRID_LINE, STILL, titleAxis } from "./axis-style.ts";
import type { Drawing } from "./draw.ts";
import { HATCH, type Look } from "./look.ts";

const BAR = 13;
const GAP = 16;

/** What each path lost in each phase, as a share of the lines sent; zeros are written. */
export function lossBars(
  phases: readonly PhaseSummary[],
  paths: readonly { readonly id: string; readonly title: string }[],
  looks: ReadonlyMap<string, Look>,
): Drawing {
  const all = phases.flatMap((phase) => phase.paths);
  const most = Math.max(0, ...all.map((path) => (path.sent === 0 ? 0 : path.lost / path.sent)));
  return {
    id: "bars-lost",
    height: 54 + phases.length * (paths.length * BAR + GAP),
    label: `Lines lost by phase and path. ${phases.map(spoken).join(" ")}`,
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
            looks.get(path.id),
          ),
        ),
      })),
    },
  };
}

function bar(path: PhasePathSummary | undefined, look: Look | undefined) {
  if (!path || path.sent === 0) return { value: 0, label: { show: false } };
  const mark = lossMark(path);
  return {
    value: path.lost / path.sent,
    label: { formatter: mark + lossText(path) },
    // Only a model's counts are modelled: of a path with modelled stages, arrivals were counted.
    itemStyle: { color: look?.color, ...(mark !== "" && { decal: HATCH }) },
  };
}

const lossText = ({ sent, lost }: PhasePathSummary) =>
  lost === 0 ? "0" : `${formatCount(lost)} (${formatShare(lost / sent)})`;

const spoken = ({ title, paths }: PhaseSummary) =>
  `${title}: ${paths.map((path) => `${path.title} ${lossText(path)}`).join(", ")}.`;

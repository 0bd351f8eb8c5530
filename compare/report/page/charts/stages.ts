import type { PathSummary, PhasePathSummary, PhaseSummary } from "../../../stats/summary.ts";
import { formatMs } from "../../words/format.ts";
import { timeMark } from "../../words/marks.ts";
import { axisName, STILL, stackEnds, titleAxis } from "./axis-style.ts";
import type { Drawing } from "./draw.ts";
import { linearDurationAxis } from "./duration-axis.ts";
import { HATCH, partColor } from "./look.ts";

/** A stage as it is drawn in every phase and on every path. */
export interface DrawnStage {
  readonly id: string;
  readonly title: string;
  readonly color: string;
  /** On every path that has it. */
  readonly modelled: boolean;
}

/** In the order of their first appearance. Paths share stages of the same id. */
export function drawnStages(paths: readonly Pick<PathSummary, "stages">[]): DrawnStage[] {
  const all = paths.flatMap(({ stages }) => stages);
  const first = all.filter((stage, index) => all.findIndex(({ id }) => id === stage.id) === index);
  return first.map(({ id, title }, index) => ({
    id,
    title,
    color: partColor(index),
    modelled: all.every((stage) => stage.id !== id || stage.basis === "modelled"),
  }));
}

/**
 * Mean time in each stage, stacked: means add up to the mean latency, where medians would not.
 * @param drawn as `drawnStages` gives them
 */
export function stages(summary: PhaseSummary, drawn: readonly DrawnStage[]): Drawing {
  const { paths } = summary;
  const totals = paths.map(total);
  const height = 58 + paths.length * 44;
  return {
    id: `stages-${summary.id}`,
    height,
    label: `${summary.title}: mean time of a line in each stage. ${paths.map(spoken).join(" ")}`,
    option: {
      grid: { left: 104, right: 62, top: 8, bottom: 42 },
      xAxis: {
        ...linearDurationAxis((Math.max(...totals) || 1) * HEADROOM),
        ...axisName("mean of the lines that arrived", 24),
      },
      yAxis: titleAxis(paths.map(({ title }) => title)),
      series: [
        ...drawn.map((stage) => ({
          ...STILL,
          type: "bar",
          stack: "stages",
          barWidth: 22,
          data: paths.map((path) => bar(path, stage)),
        })),
        // What all stages take.
        stackEnds(
          "stages",
          paths.map((path, index) => totalText(path, totals[index] ?? 0)),
        ),
      ],
    },
  };
}

/** A stack as long as the axis may end behind it by rounding, and would lose its sum. */
const HEADROOM = 1.02;

function bar({ stages }: PhasePathSummary, { id, color }: DrawnStage) {
  const stage = stages.find((one) => one.id === id);
  return {
    // A clock's skew may make a stage negative; it is in the table, but can't be stacked.
    value: Math.max(0, stage?.timeMs?.mean ?? 0),
    itemStyle: { color, ...(stage?.basis === "modelled" && { decal: HATCH }) },
  };
}

const total = ({ stages }: PhasePathSummary) =>
  stages.reduce((sum, { timeMs }) => sum + Math.max(0, timeMs?.mean ?? 0), 0);

const isKnown = ({ stages }: PhasePathSummary) => stages.some(({ timeMs }) => timeMs);

const totalText = (path: PhasePathSummary, ms: number) =>
  isKnown(path) ? timeMark(path.basis) + formatMs(ms) : path.arrived === 0 ? "none arrived" : "not known";

function spoken(path: PhasePathSummary): string {
  const parts = path.stages.flatMap(({ title, timeMs }) => (timeMs ? [`${title} ${formatMs(timeMs.mean)}`] : []));
  return `${path.title}: ${parts.length > 0 ? parts.join(", ") : totalText(path, 0)}.`;
}

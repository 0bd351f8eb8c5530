import type { BreakEven, CostComparison } from "../../../cost/types.ts";
import { formatNumber, formatUsd } from "../../words/format.ts";
import { breakEvenText } from "../../words/recommend.ts";
import { AXIS_LABEL, AXIS_LINE, axisName, FONT_SIZE, GRID_LINE, STILL } from "./axis-style.ts";
import type { Drawing } from "./draw.ts";
import type { Look } from "./look.ts";

type Curve = CostComparison["curves"][number];

/** Dollars per task and month over volume, both logarithmic; where Lambda and FireLens cost the same is written. */
export function costCurves(cost: CostComparison, looks: ReadonlyMap<string, Look>): Drawing {
  const drawn = cost.curves.map(({ path, points }) => ({ path, points: points.filter(isDrawable) }));
  const all = drawn.flatMap(({ points }) => points);
  const x = decades(all.map(({ gbPerTaskMonth }) => gbPerTaskMonth));
  const y = decades(all.map(({ usdPerTaskMonth }) => usdPerTaskMonth));
  return {
    id: "cost-curves",
    height: 300,
    label: `Modelled dollars per task and month over GB per task and month. ${cost.breakEvens.map((even) => breakEvenText(cost, even)).join(" ")}`,
    option: {
      grid: { left: 70, right: 24, top: 14, bottom: 46 },
      xAxis: {
        ...logAxis(x, formatNumber),
        ...axisName("GB per task and month", 28),
      },
      yAxis: { ...logAxis(y, formatUsdTick), ...axisName("per task and month", 54) },
      series: [
        ...drawn.map((one, index) => curve(one, looks.get(one.path), index * 2)),
        ...cost.breakEvens.flatMap((even) => breakEvenPoint(even, drawn)),
      ],
    },
  };
}

/** A logarithmic axis has no zero. */
const isDrawable = ({ gbPerTaskMonth, usdPerTaskMonth }: Curve["points"][number]) =>
  gbPerTaskMonth > 0 && usdPerTaskMonth > 0;

/** @param firstMark not the same for all, or one marker would hide the others */
function curve({ points }: Curve, look: Look | undefined, firstMark: number) {
  return {
    ...STILL,
    type: "line",
    showAllSymbol: true,
    symbolSize: 6,
    itemStyle: { color: look?.color },
    lineStyle: { color: look?.color, width: 2, type: [...(look?.dashes ?? [])] },
    data: points.map(({ gbPerTaskMonth, usdPerTaskMonth }, index) => ({
      value: [gbPerTaskMonth, usdPerTaskMonth],
      symbol: index % MARK_EVERY === firstMark % MARK_EVERY ? look?.symbol : "none",
    })),
  };
}

const MARK_EVERY = 12;

/** A ring where the curves of Lambda and FireLens meet; other pairs are in the text. */
function breakEvenPoint({ between, gbPerTaskMonth }: BreakEven, curves: readonly Curve[]) {
  const [one, other] = between;
  if (gbPerTaskMonth === null || one !== "lambda" || !other.startsWith("firelens")) return [];
  const usd = usdAt(curves.find(({ path }) => path === one)?.points ?? [], gbPerTaskMonth);
  if (usd === undefined) return [];
  const label = {
    show: true,
    position: "bottom",
    distance: 8,
    align: "left",
    formatter: `${formatNumber(gbPerTaskMonth)} GB`,
    fontSize: FONT_SIZE,
    fontWeight: "bold",
    color: "var(--text)",
  };
  const itemStyle = { color: "var(--ground)", borderColor: "var(--text)", borderWidth: 1.5, opacity: 1 };
  const data = [[gbPerTaskMonth, usd]];
  return [{ ...STILL, type: "scatter", symbol: "circle", symbolSize: 10, itemStyle, label, data, z: 5 }];
}

/** Straight between points, on logarithmic axes; undefined outside of them. */
function usdAt(points: Curve["points"], gb: number): number | undefined {
  const next = points.findIndex(({ gbPerTaskMonth }) => gbPerTaskMonth >= gb);
  const [from, to] = [points[next - 1] ?? points[next], points[next]];
  if (!from || !to || from.gbPerTaskMonth > gb) return undefined;
  const way = from === to ? 0 : Math.log(gb / from.gbPerTaskMonth) / Math.log(to.gbPerTaskMonth / from.gbPerTaskMonth);
  return from.usdPerTaskMonth * (to.usdPerTaskMonth / from.usdPerTaskMonth) ** way;
}

interface Decades {
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly number[];
}

/** Powers of ten around all values. */
function decades(values: readonly number[]): Decades {
  const exponents = values.map(Math.log10);
  const from = Math.floor(exponents.reduce((least, one) => Math.min(least, one), 0));
  const to = Math.ceil(exponents.reduce((most, one) => Math.max(most, one), from + 1));
  const ticks = Array.from({ length: to - from + 1 }, (_, index) => 10 ** (from + index));
  return { min: 10 ** from, max: 10 ** to, ticks };
}

const logAxis = ({ min, max, ticks }: Decades, formatter: (value: number) => string) => ({
  type: "log",
  min,
  max,
  axisTick: { show: false, customValues: ticks },
  axisLabel: { ...AXIS_LABEL, customValues: ticks, formatter },
  axisLine: AXIS_LINE,
  splitLine: GRID_LINE,
});

/** Powers of ten need no cents above a dollar. */
const formatUsdTick = (usd: number): string => (usd >= 1 ? `$${formatNumber(usd)}` : formatUsd(usd));

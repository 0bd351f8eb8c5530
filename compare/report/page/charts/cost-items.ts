import { allItems } from "../../../cost/costing.ts";
import type { CostComparison, CostEstimate } from "../../../cost/types.ts";
import { formatUsd } from "../../words/format.ts";
import { MODELLED_MARK } from "../../words/marks.ts";
import { AXIS_LABEL, AXIS_LINE, axisName, GRID_LINE, STILL, stackEnds, titleAxis } from "./axis-style.ts";
import type { Drawing } from "./draw.ts";
import { HATCH, PART_COLORS, partColor } from "./look.ts";

/** Items that are drawn as one part. */
export interface CostPart {
  readonly title: string;
  readonly color: string;
  readonly itemIds: readonly string[];
}

/** The dearest items each for itself, the rest together: as many parts as there are colours. */
export function costParts({ estimates }: Pick<CostComparison, "estimates">): CostPart[] {
  const items = allItems(estimates);
  const most = (id: string) => Math.max(...estimates.map((estimate) => usdOf(estimate, [id])));
  const dear = items.toSorted((a, b) => most(b.id) - most(a.id)).slice(0, PART_COLORS - 1);
  const rest = items.filter((item) => !dear.includes(item)).map(({ id }) => id);
  const parts = items.filter((item) => dear.includes(item)).map(({ id, title }) => ({ title, itemIds: [id] }));
  return [...parts, ...(rest.length > 0 ? [{ title: "All other items", itemIds: rest }] : [])].map((part, index) => ({
    ...part,
    color: partColor(index),
  }));
}

/** Dollars a month of each path, by item. */
export function costItems({ estimates }: CostComparison, parts: readonly CostPart[]): Drawing {
  return {
    id: "cost-items",
    height: 58 + estimates.length * 44,
    label: `Modelled dollars a month by item. ${estimates.map(spoken).join(" ")}`,
    option: {
      grid: { left: 108, right: 66, top: 6, bottom: 42 },
      xAxis: {
        ...axisName("a month, all tasks", 24),
        type: "value",
        min: 0,
        splitNumber: 3,
        axisLabel: {
          ...AXIS_LABEL,
          formatter: (usd: number) => (usd === 0 ? "$0" : formatUsd(usd).replace(/\.00$/, "")),
        },
        axisLine: AXIS_LINE,
        splitLine: GRID_LINE,
      },
      yAxis: titleAxis(estimates.map(({ title }) => title)),
      series: [
        ...parts.map(({ color, itemIds }) => ({
          ...STILL,
          type: "bar",
          stack: "items",
          barWidth: 22,
          itemStyle: { color, decal: HATCH },
          data: estimates.map((estimate) => usdOf(estimate, itemIds)),
        })),
        stackEnds(
          "items",
          estimates.map(({ usdPerMonth }) => MODELLED_MARK + formatUsd(usdPerMonth)),
        ),
      ],
    },
  };
}

const usdOf = ({ items }: CostEstimate, ids: readonly string[]) =>
  items.filter(({ id }) => ids.includes(id)).reduce((sum, { usdPerMonth }) => sum + usdPerMonth, 0);

const spoken = ({ title, items, usdPerMonth }: CostEstimate) =>
  `${title} ${formatUsd(usdPerMonth)}: ${items.map((item) => `${item.title} ${formatUsd(item.usdPerMonth)}`).join(", ")}.`;

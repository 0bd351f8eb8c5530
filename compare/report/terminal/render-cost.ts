import { allItems } from "../../cost/costing.ts";
import type { CostComparison, CostEstimate } from "../../cost/types.ts";
import type { RegionPrices } from "../../prices/prices.ts";
import { datadogText, firstQuestion, NOT_COUNTED, pricesText, usageText } from "../words/cost.ts";
import { formatUsd, NOTHING } from "../words/format.ts";
import { breakEvenText, recommend } from "../words/recommend.ts";
import { type Style, styleWith, wrapped } from "./screen.ts";
import { textTable } from "./text-table.ts";

/** All that a person wants to know, as wide as the screen. @param rows prices of the region, for what is uncertain */
export function renderCost(comparison: CostComparison, rows: RegionPrices, { color = false } = {}): string {
  const style = styleWith(color);
  const { input, breakEvens, pricesDate } = comparison;
  const headed = (title: string, text: string) => `${style("bold", title)}\n${text}`;
  const parts = [
    wrapped(firstQuestion(comparison)),
    headed("Recommendation", wrapped(recommend(comparison).reason)),
    wrapped(usageText(input)),
    costTable(comparison, style),
    headed("Break-even", breakEvens.map((one) => wrapped(breakEvenText(comparison, one), "  ")).join("\n")),
    wrapped(datadogText(comparison)),
    wrapped(pricesText(input.region, pricesDate, rows)),
    wrapped(NOT_COUNTED),
  ];
  return `${parts.join("\n\n")}\n`;
}

function costTable({ estimates, besideCloudwatch }: CostComparison, style: Style): string {
  const total = (title: string, of: (estimate: CostEstimate) => number) => [
    title,
    ...estimates.map((estimate) => formatUsd(of(estimate))),
  ];
  return textTable(
    ["Dollars a month", ...estimates.map(({ title }) => title)],
    [
      ...allItems(estimates).map(({ id, title }) => [
        title,
        ...estimates.map(({ items }) => cell(items.find((one) => one.id === id)?.usdPerMonth)),
      ]),
      "Together",
      total("Per month", ({ usdPerMonth }) => usdPerMonth),
      total("Per GB of log text", ({ usdPerGb }) => usdPerGb),
      total("In CloudWatch anyway", ({ path }) => besideCloudwatch[path]),
    ],
    style,
  );
}

const cell = (usd: number | undefined) => (usd === undefined ? NOTHING : formatUsd(usd));

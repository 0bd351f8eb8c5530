import { formatNumber, formatUsd, listed, NOTHING, plural } from "../report/format.ts";
import { textTable } from "../report/terminal-table.ts";
import { type Style, styleWith, wrapped } from "../report/terminal-text.ts";
import { allItems } from "./all-items.ts";
import { DAYS_PER_MONTH } from "./costing.ts";
import type { RegionPrices } from "./prices.ts";
import type { BreakEven, CostComparison, CostEstimate, CostInput, CostPathId } from "./types.ts";

const NOT_COUNTED = `Not counted: Datadog's own price, which is the same on all paths; taxes, discounts and Savings Plans; transfer between zones; alarms, dashboards and queries; what an outage adds (S3, replays, retries); the replayer's own runs, about 30 cents; the sidecar's own logs. A GB is 10⁹ bytes; if AWS counts 2³⁰, what goes by volume is 7 % less. Free tiers are taken as unused by anything else (--model cost.freeTierShare=0).`;

/** All that a person wants to know, at most 100 columns wide. @param rows prices of the region, for what is uncertain */
export function renderCost(comparison: CostComparison, rows: RegionPrices, { color = false } = {}): string {
  const style = styleWith(color);
  const { input, estimates, breakEvens, recommendation, pricesDate } = comparison;
  const parts = [
    wrapped(usageText(input)),
    costTable(estimates, style),
    `${style("bold", "Break-even")}\n${breakEvens.map((one) => wrapped(breakEvenText(one, estimates), "  ")).join("\n")}`,
    `${style("bold", "Recommendation")}\n${wrapped(recommendation.reason)}`,
    wrapped(keepsLogsText(estimates)),
    wrapped(sourceText(input.region, pricesDate, rows)),
    wrapped(NOT_COUNTED),
  ];
  return `${parts.join("\n\n")}\n`;
}

function usageText(input: CostInput): string {
  const gb = formatNumber((input.gbPerDay * DAYS_PER_MONTH) / input.tasks);
  return `${formatNumber(input.gbPerDay)} GB a day from ${plural(input.tasks, "task")} (${gb} GB per task and month) in ${input.region}: lines of ${formatNumber(input.lineBytes)} bytes, ${formatNumber(input.batchEvents)} in a delivery, kept for ${plural(input.retentionDays, "day")}; tasks of ${formatNumber(input.taskVcpu)} vCPU and ${formatNumber(input.taskMemoryMb)} MB, ${input.arch}; egress by ${input.egress}.`;
}

function costTable(estimates: readonly CostEstimate[], style: Style): string {
  const total = (title: string, of: (estimate: CostEstimate) => number) => [
    title,
    ...estimates.map((estimate) => formatUsd(of(estimate))),
  ];
  return textTable(
    ["Dollars a month", ...estimates.map(({ path }) => HEADINGS[path])],
    [
      ...allItems(estimates).map(({ id, title }) => [
        title,
        ...estimates.map(({ items }) => cell(items.find((one) => one.id === id)?.usdPerMonth)),
      ]),
      "Together",
      total("Per month", ({ usdPerMonth }) => usdPerMonth),
      total("Per GB of log text", ({ usdPerGb }) => usdPerGb),
    ],
    style,
  );
}

/** Titles that are narrow. */
const HEADINGS: Readonly<Record<CostPathId, string>> = {
  lambda: "Lambda",
  "kinesis-lambda": "Kinesis + Lambda",
  firehose: "Firehose",
  "firelens-in-slack": "FireLens, in slack",
  "firelens-next-size": "FireLens, next size",
};

const cell = (usd: number | undefined) => (usd === undefined ? NOTHING : formatUsd(usd));

function breakEvenText({ between, gbPerTaskMonth, cheaperBelow }: BreakEven, estimates: readonly CostEstimate[]) {
  const title = (path: CostPathId | undefined) =>
    (estimates.find((one) => one.path === path)?.title ?? "").replace(",", "");
  const other = between.find((path) => path !== cheaperBelow);
  if (gbPerTaskMonth === null) return `${title(cheaperBelow)} is cheaper than ${title(other)} at every volume.`;
  return `${title(cheaperBelow)} is cheaper than ${title(other)} below ${formatNumber(gbPerTaskMonth)} GB per task and month.`;
}

/** Ingestion and storage are Lambda's largest items, and no cost of it where the logs are in CloudWatch anyway. */
function keepsLogsText(estimates: readonly CostEstimate[]): string {
  const lambda = estimates.find(({ path }) => path === "lambda");
  const own = lambda?.items.filter(({ id }) => !id.startsWith("cloudwatch-")) ?? [];
  const usd = own.reduce((sum, { usdPerMonth }) => sum + usdPerMonth, 0);
  return `If the logs are to be in CloudWatch anyway, Lambda adds ${formatUsd(usd)} a month to that, and FireLens would have to send them there as well.`;
}

function sourceText(region: string, date: string, rows: RegionPrices): string {
  const unsure = Object.entries(rows).filter(([, { verified }]) => !verified);
  const names = listed(unsure.map(([name]) => name));
  const seen =
    unsure.length === 0
      ? "all of them from AWS's price list"
      : `${unsure.length} of ${Object.keys(rows).length} rows are not, or not wholly, from AWS's price list for this region: ${names}`;
  return `Prices of ${region} of ${date}: ${seen}. compare/cost/prices.json has the source of each; "npm run prices" reads them anew.`;
}

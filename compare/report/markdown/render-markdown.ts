import type { ReportCost } from "../../cost/cost-of-result.ts";
import type { Result } from "../../result.ts";
import { summarise } from "../../stats/summarise.ts";
import type { PathSummary, Summary } from "../../stats/summary.ts";
import {
  COST_NOTE,
  type Column,
  hasFew,
  INTERVAL_LEGEND,
  LOSS_COLUMNS,
  PHASE_COLUMNS,
  phaseRows,
  READ_BACK_COLUMNS,
  readBackRows,
  usageColumns,
} from "../words/columns.ts";
import { datadogText, firstQuestion } from "../words/cost.ts";
import { environmentRows } from "../words/environment.ts";
import { formatNumber, formatUsd } from "../words/format.ts";
import { BASIS_TITLES, FEW_LEGEND, LEGEND, MODELLED_MARK } from "../words/marks.ts";
import { overview } from "../words/overview.ts";
import { breakEvenText, recommend } from "../words/recommend.ts";
import { wideScore } from "../words/scorecard.ts";
import { warningsOf } from "../words/warnings.ts";
import { folded, list, table, text } from "./markup.ts";

/** For a pull request or an issue: GitHub's Markdown; what is long is folded. */
export function renderMarkdown(result: Result, { cost }: { readonly cost?: ReportCost } = {}): string {
  const summary = summarise(result);
  const { caveats, rows, advice, findings, usage } = overview(result, summary, cost);
  const parts = [
    `## Lambda and FireLens compared (${result.where}, ${result.startedAt.slice(0, 10)})`,
    list(caveats),
    rows.length > 0 ? pathTable(rows, wideScore(cost !== undefined)) : "",
    list(advice),
    usage ? text(usage) : "",
    list(findings),
    ...(summary.phases.length > 0 ? figures(summary, cost) : []),
    ...readBack(result, summary),
    ...warnings(result, summary),
    ...(cost ? costParts(cost) : []),
    ...modelled(result),
    `\`\`\`\n${result.command.replaceAll("```", "'''")}\n\`\`\``,
    folded("Environment", table(["", ""], environmentRows(result).slice(1), 2)),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

const pathTable = <Row extends Pick<PathSummary, "title" | "basis">>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
): string =>
  table(
    ["Path", ...columns.map(({ title }) => title)],
    rows.map((row) => [`${row.title} (${BASIS_TITLES[row.basis]})`, ...columns.map(({ cell }) => cell(row))]),
  );

function figures(summary: Summary, cost: ReportCost | undefined): string[] {
  const { phases, paths } = summary;
  const rows = phases.flatMap((phase) =>
    phaseRows(phase).map((row, index) => [
      index === 0 ? phase.title : "",
      row.title,
      ...PHASE_COLUMNS.map(({ cell }) => cell(row)),
    ]),
  );
  return [
    `Latency from when a line was due, over the lines sent (“never”: among those that were lost). ${INTERVAL_LEGEND}`,
    table(["Phase", "Path", ...PHASE_COLUMNS.map(({ title }) => title)], rows, 2),
    "Over all phases:",
    pathTable(paths, [...LOSS_COLUMNS, ...usageColumns(cost)]),
    [LEGEND, ...(hasFew(summary) ? [FEW_LEGEND] : []), ...(cost ? [COST_NOTE] : [])].map(text).join("  \n"),
  ];
}

function readBack({ readBack: counts = [] }: Result, { paths }: Summary): string[] {
  if (counts.length === 0) return [];
  return ["What Datadog shows:", table(["Path", ...READ_BACK_COLUMNS], readBackRows(counts, paths))];
}

function warnings(result: Result, summary: Summary): string[] {
  const items = warningsOf(result, summary).map(({ title, message }) => (title ? `${title}: ${message}` : message));
  return items.length > 0 ? ["### Warnings", list(items)] : [];
}

function costParts({ comparison }: ReportCost): string[] {
  const { estimates, besideCloudwatch, breakEvens, pricesDate } = comparison;
  const usd = (value: number) => MODELLED_MARK + formatUsd(value);
  const rows = estimates.map(({ path, title, usdPerGb, usdPerMonth }) => [
    title,
    usd(usdPerGb),
    usd(usdPerMonth),
    usd(besideCloudwatch[path]),
  ]);
  return [
    "### Cost",
    text(firstQuestion(comparison)),
    text(recommend(comparison).reason),
    table(["Path", "$ per GB", "$ per month", "$ per month, if in CloudWatch anyway"], rows),
    text(`${datadogText(comparison)} Prices of ${pricesDate}.`),
    folded("Break-even", list(breakEvens.map((even) => breakEvenText(comparison, even)))),
  ];
}

function modelled({ modelled: all }: Result): string[] {
  if (all.length === 0) return [];
  const rows = all.map(({ name, value, unit, source, overridden }) => [
    name,
    `${formatNumber(value)} ${unit}${overridden ? " (set by hand)" : ""}`,
    source,
  ]);
  return [folded("Modelled figures: nothing measured these", table(["Figure", "Value", "Source"], rows, 3))];
}

import type { Result } from "../result.ts";
import { summarise } from "../stats/summarise.ts";
import type { Summary } from "../stats/summary.ts";
import { breakEvenText } from "./charts/cost-curves.ts";
import { environmentRows } from "./environment.ts";
import { formatNumber, formatUsd } from "./format.ts";
import { BASIS_TITLES, FEW_LEGEND, LEGEND, MODELLED_MARK } from "./marks.ts";
import { COST_NOTE, costColumns, type ReportCost } from "./path-costs.ts";
import { COUNT_COLUMNS, hasFew, LATENCY_COLUMNS, ORDER_COLUMNS, USAGE_COLUMNS } from "./path-row.ts";
import { READ_BACK_COLUMNS, readBackRows } from "./read-back-table.ts";
import { STAGE_QUANTILES, stageGroups } from "./stage-table.ts";
import { verdict } from "./verdict.ts";
import { warningTitle } from "./warning-title.ts";

/** For a pull request or an issue: GitHub's Markdown; what is long is folded. */
export function renderMarkdown(result: Result, { cost }: { readonly cost?: ReportCost } = {}): string {
  const summary = summarise(result);
  const parts = [
    `## Lambda and FireLens compared (${result.where}, ${result.startedAt.slice(0, 10)})`,
    list(verdict(result, summary)),
    ...(summary.phases.length > 0 ? figures(summary, cost) : []),
    ...readBack(result, summary),
    ...warnings(summary),
    ...(cost ? costParts(cost) : []),
    ...modelled(result),
    `\`\`\`\n${result.command.replaceAll("```", "'''")}\n\`\`\``,
    folded("Environment", table(["", ""], environmentRows(result).slice(1), 2)),
  ];
  return `${parts.join("\n\n")}\n`;
}

function figures(summary: Summary, cost: ReportCost | undefined): string[] {
  const { phases, paths } = summary;
  const latency = [...COUNT_COLUMNS, ...LATENCY_COLUMNS];
  const usage = [...COUNT_COLUMNS, ...ORDER_COLUMNS, ...USAGE_COLUMNS, ...costColumns(cost)];
  const rows = phases.flatMap((phase) =>
    phase.paths.map((path, index) => [
      index === 0 ? phase.title : "",
      path.title,
      ...latency.map(({ cell }) => cell(path)),
    ]),
  );
  return [
    "Latency from when a line was due, of lines that arrived:",
    table(["Phase", "Path", ...latency.map(({ title }) => title)], rows, 2),
    "Over all phases:",
    table(
      ["Path", ...usage.map(({ title }) => title)],
      paths.map((path) => [`${path.title} (${BASIS_TITLES[path.basis]})`, ...usage.map(({ cell }) => cell(path))]),
    ),
    [LEGEND, ...(hasFew(summary) ? [FEW_LEGEND] : []), ...(cost ? [COST_NOTE] : [])].map(text).join("  \n"),
    ...(["p50", "p99"] as const).map((name) => folded(STAGE_QUANTILES[name], stages(summary, name))),
  ];
}

function stages({ phases }: Summary, name: "p50" | "p99"): string {
  const rows = stageGroups(phases, name).flatMap(({ path, rows: all }) =>
    all.map(({ title, cells }, index) => [index === 0 ? path.title : "", title, ...cells]),
  );
  return table(["Path", "Stage", ...phases.map(({ title }) => title)], rows, 2);
}

function readBack({ readBack: counts = [] }: Result, { paths }: Summary): string[] {
  if (counts.length === 0) return [];
  return ["What Datadog shows:", table(["Path", ...READ_BACK_COLUMNS], readBackRows(counts, paths))];
}

function warnings({ warnings: all, phases, paths }: Summary): string[] {
  if (all.length === 0) return [];
  const items = all.map((warning) => {
    const about = warningTitle(warning, { phases, paths });
    return about ? `${about}: ${warning.message}` : warning.message;
  });
  return ["### Warnings", list(items)];
}

function costParts({ comparison }: ReportCost): string[] {
  const { input, estimates, breakEvens, recommendation, pricesDate } = comparison;
  const usd = (value: number) => MODELLED_MARK + formatUsd(value);
  const rows = estimates.map(({ title, usdPerGb, usdPerMonth }) => [title, usd(usdPerGb), usd(usdPerMonth)]);
  const usage = `Modelled for ${formatNumber(input.gbPerDay)} GB a day from ${formatNumber(input.tasks)} tasks in ${input.region}; prices of ${pricesDate}.`;
  return [
    "### Cost",
    text(recommendation.reason),
    table(["Path", "$ per GB", "$ per month"], rows),
    text(usage),
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

const list = (items: readonly string[]): string => items.map((item) => `- ${text(item)}`).join("\n");

/** A blank line each before and after, or GitHub would not read the Markdown within. */
const folded = (title: string, content: string): string =>
  `<details><summary>${text(title)}</summary>\n\n${content}\n\n</details>`;

/** @param left so many columns are of text; the others are of numbers, to the right */
function table(head: readonly string[], rows: readonly (readonly string[])[], left = 1): string {
  const line = (cells: readonly string[]) => `| ${cells.map(text).join(" | ")} |`;
  const marks = head.map((_, index) => (index < left ? "---" : "--:"));
  return [line(head), `| ${marks.join(" | ")} |`, ...rows.map(line)].join("\n");
}

/** As it reads, whatever is in it: on one line, no markup, no formula, no table column, no mention of a person. */
const text = (plain: string): string =>
  plain
    .replace(/\s+/g, " ")
    .replace(/[\\`*_[\]|~#$]/g, "\\$&")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/@(?=\w)/g, "@\u200b");

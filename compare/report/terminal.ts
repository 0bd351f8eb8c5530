import type { ReadBack, Result } from "../result.ts";
import { summarise } from "../stats/summarise.ts";
import type { PathSummary, PhaseSummary, Summary } from "../stats/summary.ts";
import { formatNumber, formatUsd, plural } from "./format.ts";
import { BASIS_TITLES, FEW_LEGEND, LEGEND, MODELLED_MARK } from "./marks.ts";
import { COST_NOTE, costColumns, type ReportCost } from "./path-costs.ts";
import { COUNT_COLUMNS, hasFew, LATENCY_COLUMNS, ORDER_COLUMNS, USAGE_COLUMNS } from "./path-row.ts";
import { READ_BACK_COLUMNS, readBackRows } from "./read-back-table.ts";
import { STAGE_QUANTILES, stageGroups } from "./stage-table.ts";
import { textTable } from "./terminal-table.ts";
import { type Style, styleWith, wrapped } from "./terminal-text.ts";
import { verdict } from "./verdict.ts";
import { warningTitle } from "./warning-title.ts";

export interface TerminalSettings {
  readonly cost?: ReportCost;
  /** Escape sequences; without them the text is fit for a file. */
  readonly color?: boolean;
}

/** All that a person wants to see after a run, about 100 columns wide as long as titles are short. */
export function renderTerminal(result: Result, { cost, color = false }: TerminalSettings = {}): string {
  const style = styleWith(color);
  const summary = summarise(result);
  const parts = [
    verdict(result, summary)
      .map((sentence) => wrapped(sentence))
      .join("\n"),
    ...(summary.phases.length > 0 ? figures(summary, cost, style) : []),
    ...readBackTables(result.readBack, summary.paths, style),
    ...(cost ? [costTable(cost, style)] : []),
    legends(summary, cost),
    ...warningLines(summary, style),
  ];
  return `${parts.join("\n\n")}\n`;
}

const figures = (summary: Summary, cost: ReportCost | undefined, style: Style): string[] => [
  latencyTable(summary, style),
  usageTable(summary, cost, style),
  ...stageTables(summary.phases, "p50", style),
  ...stageTables(summary.phases, "p99", style),
];

function latencyTable({ phases }: Summary, style: Style): string {
  const columns = [...COUNT_COLUMNS, ...LATENCY_COLUMNS];
  const head = ["Latency from due time, of lines that arrived", ...columns.map(({ title }) => title)];
  const rows = phases.flatMap((phase) => [
    phase.title,
    ...phase.paths.map((path) => [`  ${path.title}`, ...columns.map(({ cell }) => cell(path))]),
  ]);
  return textTable(head, rows, style);
}

function usageTable({ paths }: Summary, cost: ReportCost | undefined, style: Style): string {
  const columns = [...COUNT_COLUMNS.slice(1), ...ORDER_COLUMNS, ...USAGE_COLUMNS, ...costColumns(cost)];
  const rows = paths.map((path) => [path.title, ...columns.map(({ cell }) => cell(path))]);
  return textTable(["Over all phases", ...columns.map(({ title }) => title)], rows, style);
}

/** Stages by phases, as many phases side by side as there is room for. */
function stageTables(phases: readonly PhaseSummary[], name: "p50" | "p99", style: Style): string[] {
  if (phases.length === 0) return [];
  const shown = phases.slice(0, PHASES_ACROSS);
  // Hyphens turned to spaces, where a heading may break.
  const head = [STAGE_QUANTILES[name], ...shown.map(({ id }) => id.replaceAll("-", " "))];
  const rows = stageGroups(shown, name).flatMap(({ path, rows: all }) => [
    path.title,
    ...all.map(({ title, cells }) => [`  ${title}`, ...cells]),
  ]);
  return [textTable(head, rows, style), ...stageTables(phases.slice(PHASES_ACROSS), name, style)];
}

const PHASES_ACROSS = 7;

function readBackTables(counts: readonly ReadBack[] = [], paths: readonly PathSummary[], style: Style): string[] {
  if (counts.length === 0) return [];
  return [textTable(["What Datadog shows", ...READ_BACK_COLUMNS], readBackRows(counts, paths), style)];
}

function costTable({ comparison }: ReportCost, style: Style): string {
  const { input, estimates, recommendation, pricesDate } = comparison;
  const rows = estimates.map(({ title, usdPerGb, usdPerMonth }) => [
    title,
    MODELLED_MARK + formatUsd(usdPerGb),
    MODELLED_MARK + formatUsd(usdPerMonth),
  ]);
  const usage = `For ${formatNumber(input.gbPerDay)} GB a day from ${plural(input.tasks, "task")} in ${input.region}, prices of ${pricesDate}; your own usage: npm run compare -- cost --help`;
  const table = textTable(["Modelled cost", "$ per GB", "$ per month"], rows, style);
  return `${table}\n${wrapped(usage)}\n${wrapped(recommendation.reason)}`;
}

function legends(summary: Summary, cost: ReportCost | undefined): string {
  const lines = summary.paths.map(({ title, basis, stages }) => {
    const modelled = stages.filter((stage) => stage.basis === "modelled").map((stage) => stage.title);
    const which = basis === "mixed" && modelled.length > 0 ? ` (${modelled.join("; ")})` : "";
    return `${title}: ${BASIS_TITLES[basis]}${which}`;
  });
  return [...lines, LEGEND, ...(hasFew(summary) ? [FEW_LEGEND] : []), ...(cost ? [COST_NOTE] : [])]
    .map((line) => wrapped(line, "  "))
    .join("\n");
}

function warningLines({ warnings, phases, paths }: Summary, style: Style): string[] {
  if (warnings.length === 0) return [];
  const lines = warnings.map((warning) => {
    const about = warningTitle(warning, { phases, paths });
    return wrapped(`${style("yellow", "!")} ${about ? `${about}: ` : ""}${warning.message}`, "  ");
  });
  return [`${style("bold", "Warnings")}\n${lines.join("\n")}`];
}

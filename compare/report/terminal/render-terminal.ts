import type { ReportCost } from "../../cost/cost-of-result.ts";
import type { ReadBack, Result } from "../../result.ts";
import { summarise } from "../../stats/summarise.ts";
import type { PathSummary, Summary } from "../../stats/summary.ts";
import {
  COST_NOTE,
  type Column,
  hasFew,
  LOSS_COLUMNS,
  NARROW_PHASE_COLUMNS,
  phaseRows,
  READ_BACK_COLUMNS,
  readBackRows,
  usageColumns,
  VOID,
} from "../words/columns.ts";
import { firstQuestion } from "../words/cost.ts";
import { plural } from "../words/format.ts";
import { BASIS_TITLES, FEW_LEGEND, LEGEND } from "../words/marks.ts";
import { overview } from "../words/overview.ts";
import { narrowScore, type ScoreRow } from "../words/scorecard.ts";
import { warningsOf } from "../words/warnings.ts";
import { type Style, styleWith, wrapped } from "./screen.ts";
import { textTable } from "./text-table.ts";

export interface TerminalSettings {
  readonly cost?: ReportCost;
  /** Escape sequences; without them the text is fit for a file. */
  readonly color?: boolean;
}

/** What a person wants to see after a run, as wide as the screen as long as titles are short. The page has more. */
export function renderTerminal(result: Result, { cost, color = false }: TerminalSettings = {}): string {
  const style = styleWith(color);
  const summary = summarise(result);
  const { caveats, rows, advice, findings, usage } = overview(result, summary, cost);
  const parts = [
    paragraph(caveats.map((text) => style("bold", text))),
    rows.length > 0 ? pathTable("At a glance", rows, narrowScore(cost !== undefined), style) : "",
    paragraph(advice),
    cost ? wrapped(firstQuestion(cost.comparison)) : "",
    usage ? wrapped(usage) : "",
    paragraph(findings),
    ...(summary.phases.length > 0 ? figures(summary, cost, style) : []),
    readBackTable(result.readBack, summary.paths, style),
    legends(summary, cost),
    warningLines(result, summary, style),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

const paragraph = (sentences: readonly string[]) => sentences.map((sentence) => wrapped(sentence)).join("\n");

function pathTable<Row extends Pick<ScoreRow, "title">>(
  head: string,
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  style: Style,
): string {
  const cells = rows.map((row) => [row.title, ...columns.map(({ cell }) => cell(row))]);
  return textTable([head, ...columns.map(({ title }) => title)], cells, style);
}

const figures = (summary: Summary, cost: ReportCost | undefined, style: Style): string[] => [
  latencyTable(summary, style),
  ...(summary.phases.every((phase) => phase.void)
    ? []
    : [
        pathTable("Over all phases", summary.paths, LOSS_COLUMNS, style),
        pathTable("Usage", summary.paths, usageColumns(cost), style),
      ]),
];

function latencyTable({ phases }: Summary, style: Style): string {
  const head = ["Latency from due time, over the lines sent", ...NARROW_PHASE_COLUMNS.map(({ title }) => title)];
  const rows = phases.flatMap((phase) => [
    `${phase.title}, ${plural(phase.sent, "line")}${phase.void ? `: ${VOID}` : ""}`,
    ...phaseRows(phase).map((row) => [`  ${row.title}`, ...NARROW_PHASE_COLUMNS.map(({ cell }) => cell(row))]),
  ]);
  return textTable(head, rows, style);
}

const readBackTable = (counts: readonly ReadBack[] = [], paths: readonly PathSummary[], style: Style): string =>
  counts.length === 0
    ? ""
    : textTable(["What Datadog shows", ...READ_BACK_COLUMNS], readBackRows(counts, paths), style);

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

function warningLines(result: Result, summary: Summary, style: Style): string {
  const lines = warningsOf(result, summary).map(({ title, message }) =>
    wrapped(`${style("yellow", "!")} ${title ? `${title}: ` : ""}${message}`, "  "),
  );
  return lines.length === 0 ? "" : `${style("bold", "Warnings")}\n${lines.join("\n")}`;
}

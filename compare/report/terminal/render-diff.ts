import type { Result } from "../../result.ts";
import { compareResults, type PhasePair, type ResultPair } from "../../stats/compare-results.ts";
import { type FigureName, figureOf } from "../../stats/figure-table.ts";
import { formatChange, formatFigure } from "../words/figures.ts";
import { listed } from "../words/format.ts";
import { styleWith, wrapped } from "./screen.ts";
import { type TableRow, textTable } from "./text-table.ts";

/** What two runs are compared by, unless all is asked for. */
export const USUAL_FIGURES: readonly FigureName[] = ["p50", "p99", "lost", "duplicates", "cpu", "memoryMb"];

const CHANCE = "≈";

interface Run {
  readonly file: string;
  readonly result: Result;
}

/** Two runs side by side, as wide as the screen. */
export function renderDiff(a: Run, b: Run, figures: readonly FigureName[], { color = false } = {}): string {
  const style = styleWith(color);
  const pair = compareResults(a.result, b.result);
  const rows = pair.phases.flatMap((phase) => phaseRows(phase, figures));
  const hasChance = rows.some((row) => typeof row !== "string" && row.at(-1)?.startsWith(CHANCE));
  const parts = [
    [introduced("a", a), introduced("b", b)].join("\n"),
    ...notTheSame(pair),
    ...(rows.length > 0 ? [textTable(["", "a", "b", "change"], rows, style)] : ["They have no phase in common."]),
    ...(hasChance ? [wrapped(`${CHANCE} may be chance: the intervals of 95 % of both percentiles overlap.`)] : []),
  ];
  return `${parts.join("\n\n")}\n`;
}

const introduced = (name: string, { file, result }: Run) =>
  wrapped(`${name}: ${file}, ${result.startedAt.slice(0, 16).replace("T", " ")}, ${result.command}`, "   ");

function notTheSame({ differences, onlyIn }: ResultPair): string[] {
  const lines = [
    ...differences.map(({ what, a, b }) => `${what}: ${a} → ${b}`),
    ...(onlyIn.a.length > 0 ? [`only in a: ${listed(onlyIn.a)}`] : []),
    ...(onlyIn.b.length > 0 ? [`only in b: ${listed(onlyIn.b)}`] : []),
  ];
  return lines.length === 0
    ? []
    : [`Not the same in both:\n${lines.map((line) => wrapped(`- ${line}`, "  ")).join("\n")}`];
}

function phaseRows({ title, isVoid, paths }: PhasePair, figures: readonly FigureName[]): TableRow[] {
  if (isVoid) return [`${title}: void in one of the runs`];
  return [
    title,
    ...paths.flatMap((path) =>
      path.figures
        .filter(({ figure, a, b }) => figures.includes(figure) && !(a === undefined && b === undefined))
        .map(({ figure, a, b, mayBeChance }) => {
          const { title: name, unit } = figureOf(figure);
          const change = formatChange(figure, a, b);
          const mark = mayBeChance && change !== "same" ? `${CHANCE} ` : "";
          return [`  ${path.title}: ${name}`, formatFigure(a, unit), formatFigure(b, unit), mark + change];
        }),
    ),
  ];
}

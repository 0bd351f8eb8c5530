import Table from "cli-table3";
import { wrapText } from "../../../tools/wrap-text.ts";
import { SCREEN, type Style } from "./screen.ts";

/** Cells, or a heading over the rows that follow. */
export type TableRow = readonly string[] | string;

/** Text in columns as wide as what is in them: the first to the left, numbers to the right; headings break at spaces. */
export function textTable(head: readonly string[], rows: readonly TableRow[], style: Style): string {
  const cells = rows.filter((row) => typeof row !== "string");
  const widthOf = (column: number) => longest(cells.map((row) => row[column] ?? ""));
  const widths = head.map((title, column) =>
    // The first column gives its heading room, a number's takes what it must have.
    column === 0
      ? Math.max(widthOf(0), Math.min(title.length, FIRST_WIDTH))
      : Math.max(widthOf(column), longest(title.length > SHORT ? title.split(" ") : [title])),
  );
  const gap = widths.reduce((sum, width) => sum + width + 2, 0) <= SCREEN ? 2 : 1;
  // Long titles break, so that the figures stay on the screen.
  const others = widths.slice(1).reduce((sum, width) => sum + width + gap, 0);
  widths[0] = Math.max(LEAST_FIRST, Math.min(widths[0] ?? 0, SCREEN - others - gap));
  const table = new Table({
    head: head.map((title) => style("dim", title)),
    colAligns: head.map((_, column) => (column === 0 ? "left" : "right")),
    colWidths: widths.map((width) => width + gap),
    wordWrap: true,
    chars: NO_LINES,
    style: { head: [], border: [], "padding-left": 0, "padding-right": gap },
  });
  for (const row of rows) {
    if (typeof row === "string") table.push([{ content: style("bold", row), colSpan: head.length }]);
    else table.push(row.map((cell, column) => (column === 0 ? hanging(cell, widths[0] ?? 0) : cell)));
  }
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

/** A long title's further lines stand further to the right, or they would look like rows. */
function hanging(title: string, width: number): string {
  const [indent = ""] = title.match(/^ */) ?? [];
  return wrapText(title, { width, indent, hanging: `${indent}  ` }).join("\n");
}

/** Headings that stay on one line. */
const SHORT = 6;
const FIRST_WIDTH = 24;
const LEAST_FIRST = 16;

const longest = (texts: readonly string[]) => texts.reduce((most, { length }) => Math.max(most, length), 1);

const NO_LINES = Object.fromEntries(
  [
    ..."top|top-mid|top-left|top-right|bottom|bottom-mid|bottom-left|bottom-right".split("|"),
    ..."left|left-mid|mid|mid-mid|right|right-mid|middle".split("|"),
  ].map((name) => [name, ""]),
);

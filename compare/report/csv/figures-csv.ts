import type { Result } from "../../result.ts";
import { FIGURE_NAMES, valueIn } from "../../stats/figure-table.ts";
import { summarise } from "../../stats/summarise.ts";

/** A row for each phase and path (RFC 4180). Times are in ms, shares from 0 to 1; nothing is told of void phases. */
export function figuresCsv(result: Result): string {
  const { phases } = summarise(result);
  const rows = phases.flatMap((phase) =>
    phase.paths.map((path) => [
      phase.id,
      path.id,
      path.basis,
      phase.void?.join(" ") ?? "",
      ...FIGURE_NAMES.map((name) => rounded(valueIn(name, path, phase))),
    ]),
  );
  return [["phase", "path", "basis", "void", ...FIGURE_NAMES], ...rows]
    .map((row) => `${row.map((value) => quoted(String(value))).join(",")}\r\n`)
    .join("");
}

const rounded = (value: number | undefined) =>
  value === undefined ? "" : Number.isFinite(value) ? Number(value.toPrecision(6)) : "never";

const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

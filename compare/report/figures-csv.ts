import type { Result } from "../result.ts";
import { FIGURE_NAMES, valueIn } from "../stats/figure-table.ts";
import { summarise } from "../stats/summarise.ts";

/** A row for each phase and path (RFC 4180). Times are in ms, shares from 0 to 1; nothing is told of void phases. */
export function figuresCsv(result: Result): string {
  const { phases } = summarise(result);
  const rows = phases.flatMap((phase) =>
    phase.paths.map((path) => [
      phase.id,
      path.id,
      path.basis,
      phase.void?.join(" ") ?? "",
      ...FIGURE_NAMES.map((name) => valueIn(name, path, phase)),
    ]),
  );
  return csvText(["phase", "path", "basis", "void", ...FIGURE_NAMES], rows);
}

type Cell = string | number | undefined;

/** Numbers with six digits that count. Undefined: not known; infinite: never. */
export const csvText = (head: readonly string[], rows: readonly (readonly Cell[])[]): string =>
  [head, ...rows].map((row) => `${row.map((cell) => quoted(cellText(cell))).join(",")}\r\n`).join("");

function cellText(cell: Cell = ""): string {
  if (typeof cell === "string") return cell;
  return Number.isFinite(cell) ? String(Number(cell.toPrecision(6))) : "never";
}

const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

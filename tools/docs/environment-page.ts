import { VARIABLES, type VariableRow } from "../../functions/settings/variables.ts";
import { markdownTable } from "./markdown-table.ts";

/** The table of docs/environment.md: what the functions read. */
export function environmentTable(): string {
  const rows = Object.entries<VariableRow>(VARIABLES).map(([name, { means, shape, default: fallback, otherwise }]) => [
    `\`${name}\``,
    means,
    shapeOf(shape),
    fallback === undefined ? (otherwise ?? "") : `\`${fallback}\``,
  ]);
  return markdownTable(["variable", "meaning", "value", "if not set"], rows);
}

const UNITS = { ms: "milliseconds", s: "seconds", bytes: "bytes" } as const;
const KINDS = { text: "a text", flag: "`true` or `false`", list: "a list, with commas" } as const;

function shapeOf(shape: VariableRow["shape"]): string {
  if (shape.kind === "choice") return shape.of.map((word) => `\`${word}\``).join(", ");
  if (shape.kind !== "integer") return KINDS[shape.kind];
  return `${shape.min} to ${shape.max}${shape.unit ? ` ${UNITS[shape.unit]}` : ""}`;
}

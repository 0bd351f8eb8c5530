import { VARIABLES, type VariableRow } from "../../functions/settings/variables.ts";

/** The table of docs/environment.md: what the functions read. */
export function environmentTable(): string {
  const lines = Object.entries<VariableRow>(VARIABLES).map(([name, { means, shape, default: fallback, otherwise }]) => {
    const unset = fallback === undefined ? (otherwise ?? "") : `\`${fallback}\``;
    const cells = [`\`${name}\``, means, shapeOf(shape), unset];
    return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  });
  return ["| variable | meaning | value | if not set |", "|---|---|---|---|", ...lines].join("\n");
}

const UNITS = { ms: "milliseconds", s: "seconds", bytes: "bytes" } as const;
const KINDS = { text: "a text", flag: "`true` or `false`", list: "a list, with commas" } as const;

function shapeOf(shape: VariableRow["shape"]): string {
  if (shape.kind === "choice") return shape.of.map((word) => `\`${word}\``).join(", ");
  if (shape.kind !== "integer") return KINDS[shape.kind];
  return `${shape.min} to ${shape.max}${shape.unit ? ` ${UNITS[shape.unit]}` : ""}`;
}

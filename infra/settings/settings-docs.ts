import type { SettingRow } from "./table/setting-row.ts";
import type { Shape } from "./table/shapes.ts";
import { SETTING_GROUPS } from "./table.ts";

/** The tables of docs/settings.md, a heading and a table for each group. */
export function settingsTables(): string {
  const sections = SETTING_GROUPS.map(({ title, rows }) => {
    const lines = Object.entries(rows).map(([name, row]) => lineOf(name, row));
    return [`### ${title}`, "", "| setting | meaning | if not set | example |", "|---|---|---|---|", ...lines].join(
      "\n",
    );
  });
  return sections.join("\n\n");
}

function lineOf(name: string, { shape, means, default: fallback, otherwise, example }: SettingRow): string {
  const unset = fallback === undefined ? (otherwise ?? "") : `\`${JSON.stringify(fallback)}\``;
  const cells = [`\`${name}\``, `${means}${rangeOf(shape)}`, unset, `\`${JSON.stringify(example)}\``];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function rangeOf(shape: Shape): string {
  if (shape.kind === "integer") return ` ${shape.min} to ${shape.max}${shape.word ? `, or \`"${shape.word}"\`` : ""}.`;
  if (shape.kind === "choice") return ` One of ${words(shape.of)}.`;
  if (shape.kind === "list" && shape.item.kind === "choice") return ` Of ${words(shape.item.of)}.`;
  return "";
}

const words = (of: readonly (string | number)[]) => of.map((word) => `\`${word}\``).join(", ");

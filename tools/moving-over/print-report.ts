import { styleText } from "node:util";
import { TERMINAL_WIDTH, wrapText } from "../wrap-text.ts";
import type { Judged } from "./judge.ts";
import { FATES, type Fate } from "./verdict.ts";

const MAX_NAME = 34;

/** For a person: what becomes of each, by what becomes of it, in lines of at most 80 characters. */
export function reportOf(all: readonly Judged[]): string {
  const shown = all.filter((each) => !isUnset(each));
  const width = Math.min(MAX_NAME, Math.max(...shown.map(({ name }) => name.length))) + 2;
  const parts = (Object.keys(FATES) as Fate[]).flatMap((fate) => {
    const rows = shown.filter((each) => each.fate === fate);
    if (rows.length === 0) return [];
    const title = styleText("bold", `${FATES[fate].title} (${rows.length})`);
    return [`${title}\n${rows.map((row) => rowOf(row, width)).join("")}`];
  });
  const unset = all.filter(isUnset).map(({ name }) => name);
  if (unset.length > 0) {
    parts.push(
      `${styleText("bold", `Is not set (${unset.length})`)}\n${indented(wrapText(unset.join(", "), { width: TERMINAL_WIDTH - 2, longWords: "cut" }), 2)}`,
    );
  }
  return parts.join("\n");
}

const isUnset = ({ says }: Judged) => says === "It is not set.";

/** The name, and what is said of it beside it; below it if the name is longer than most. */
function rowOf({ name, says, fate }: Judged, width: number): string {
  const lines = wrapText(says, { width: TERMINAL_WIDTH - width - 2, longWords: "cut" });
  const text = indented(lines, width + 2);
  const shown = styleText(COLOURS[fate], name);
  if (name.length > width - 2) return `  ${shown}\n${text}`;
  return `  ${shown}${" ".repeat(width - name.length)}${text.trimStart()}`;
}

const COLOURS = {
  setting: "green",
  rule: "green",
  asItIs: "dim",
  notNeeded: "dim",
  notTakenOver: "yellow",
  unknown: "red",
} as const satisfies Readonly<Record<Fate, string>>;

const indented = (lines: readonly string[], by: number) => lines.map((line) => `${" ".repeat(by)}${line}\n`).join("");

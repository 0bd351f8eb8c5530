import { styleText } from "node:util";
import { TERMINAL_WIDTH, wrapText } from "../../wrap-text.ts";
import type { Compared } from "./compare-log.ts";

const MARKS: Readonly<Record<Compared["verdict"], string>> = { same: "=", changed: "≠", missing: "−", added: "+" };
const NAME_WIDTH = 22;
const VALUE_WIDTH = Math.floor((TERMINAL_WIDTH - "= ".length - NAME_WIDTH - 2 * "  ".length) / 2);
const TITLES: Readonly<Record<Compared["kind"], string>> = { field: "field", tag: "tag", attribute: "attribute" };

/** Both sides beside each other in 80 columns; what is longer goes on below. */
export function renderCompared(all: readonly Compared[]): string {
  const kinds = ["field", "tag", "attribute"] as const;
  const parts = kinds.flatMap((kind) => {
    const rows = all.filter((one) => one.kind === kind);
    if (rows.length === 0) return [];
    return [styleText("bold", line(" ", TITLES[kind], "sent", "arrived")), ...rows.flatMap(renderRow)];
  });
  return `\n${parts.join("\n")}\n\n= the same   ≠ changed   − did not arrive   + added on the way\n`;
}

function renderRow({ name, sent, arrived, verdict }: Compared): string[] {
  const columns = [cut(name, NAME_WIDTH), cut(sent ?? "", VALUE_WIDTH), cut(arrived ?? "", VALUE_WIDTH)] as const;
  const height = Math.max(...columns.map(({ length }) => length));
  return Array.from({ length: height }, (_, i) => {
    const [nameAt, sentAt, arrivedAt] = columns.map((column) => column[i] ?? "");
    const text = line(i === 0 ? MARKS[verdict] : " ", nameAt ?? "", sentAt ?? "", arrivedAt ?? "");
    if (verdict === "same") return text;
    return styleText(verdict === "added" ? "dim" : "yellow", text);
  });
}

const line = (mark: string, name: string, sent: string, arrived: string) =>
  `${mark} ${name.padEnd(NAME_WIDTH)}  ${sent.padEnd(VALUE_WIDTH)}  ${arrived}`.trimEnd();

/** What is not to be seen, such as a line's end, is written as it is in JSON. */
function cut(text: string, width: number): string[] {
  const shown = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("\\\\", "\\");
  const lines = wrapText(shown, { width, longWords: "cut" });
  return lines.length > 0 ? lines : [""];
}

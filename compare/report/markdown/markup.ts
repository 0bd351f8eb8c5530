/** Parts of GitHub's Markdown. */

export const list = (items: readonly string[]): string => items.map((item) => `- ${text(item)}`).join("\n");

/** A blank line each before and after, or GitHub would not read the Markdown within. */
export const folded = (title: string, content: string): string =>
  `<details><summary>${text(title)}</summary>\n\n${content}\n\n</details>`;

/** @param left so many columns are of text; the others are of numbers, to the right */
export function table(head: readonly string[], rows: readonly (readonly string[])[], left = 1): string {
  const line = (cells: readonly string[]) => `| ${cells.map(text).join(" | ")} |`;
  const marks = head.map((_, index) => (index < left ? "---" : "--:"));
  return [line(head), `| ${marks.join(" | ")} |`, ...rows.map(line)].join("\n");
}

/** As it reads, whatever is in it: on one line, no markup, no formula, no table column, no mention of a person. */
export const text = (plain: string): string =>
  plain
    .replace(/\s+/g, " ")
    .replace(/[\\`*_[\]|~#$]/g, "\\$&")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/@(?=\w)/g, "@\u200b");

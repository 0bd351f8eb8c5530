/** What the project's Markdown says: its pages, links, headings and commands. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

export interface Page {
  /** From the project's root. */
  readonly path: string;
  readonly text: string;
}

const namesIn = (folder: string) =>
  readdirSync(`${ROOT}${folder}`)
    .filter((name) => name.endsWith(".md"))
    .map((name) => `${folder}${name}`);

export const PAGES: readonly Page[] = [...namesIn(""), ...namesIn("docs/")].map((path) => ({
  path,
  text: readFileSync(`${ROOT}${path}`, "utf8"),
}));

/** Without what stands in fences, in which nothing is a link or a heading. */
export const prose = ({ text }: Page): string => text.replace(/^```[\s\S]*?^```$/gm, "");

export interface Block {
  readonly page: string;
  /** `sh`, `ts`, `json`, or nothing. */
  readonly language: string;
  readonly code: string;
  /** Of the comment right before it: `<!-- run -->`. */
  readonly mark: string | undefined;
}

export const blocksOf = ({ path: page, text }: Page): readonly Block[] =>
  [...text.matchAll(/(?:^<!-- ([^\n]*?) -->\n)?^```(\w*)\n([\s\S]*?)^```$/gm)].map(
    ([, mark, language = "", code = ""]) => ({
      page,
      language,
      code,
      mark,
    }),
  );

/**
 * The anchors of a page's headings, as the place that hosts the repository makes them.
 * https://docs.github.com/en/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#section-links
 */
export function anchorsOf(page: Page): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, title = ""] of prose(page).matchAll(/^#{1,6} (.+)$/gm)) {
    const plain = title.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/`/g, "");
    const anchor = plain
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-");
    let name = anchor;
    for (let i = 1; anchors.has(name); i++) name = `${anchor}-${i}`;
    anchors.add(name);
  }
  return anchors;
}

import { betweenMarks } from "../../tools/docs/between-marks.ts";
import { COLUMNS } from "./columns.ts";
import { drawRegions, type Mark } from "./draw-regions.ts";
import { SCALE_FIGURES, type ScaleFigure } from "./figures.ts";
import type { ScaleInput } from "./load.ts";
import { regionsOf } from "./regions.ts";
import { MIN_STREAMS, scaleCase, usualStreams, VOLUMES } from "./scale.ts";
import type { ScaleModel } from "./ways.ts";
import { becauseText } from "./words.ts";

/** What the documentation's chart and table are of, but volume and log streams. */
export const DOCS_KIND: Omit<ScaleInput, "gbPerDay" | "streams"> = {
  lineBytes: 200,
  outageHours: 3,
  region: "us-east-1",
  accounts: 1,
};

export const CHART_FILE = "docs/volume.svg";
export const PAGE_FILE = "docs/volume.md";

const MOST_STREAMS = 100_000;

/** Each volume twice: few containers that write much, and ten times as many that write little. */
const SERVICES: readonly Mark[] = VOLUMES.flatMap((gbPerDay) => {
  const few = Math.max(MIN_STREAMS, usualStreams(gbPerDay) / 10);
  const many = Math.min(MOST_STREAMS, usualStreams(gbPerDay) * 10);
  return [...new Set([few, many])].map((streams) => ({ gbPerDay, streams }));
});

/** The chart, as a file. */
export function docsChart(scale: ScaleModel, kind = DOCS_KIND): string {
  const title = `Which way is right by log text a day and log streams: lines of ${kind.lineBytes} bytes, ${kind.region}, AWS's default limits. The circles are the rows of the table.`;
  return drawRegions(regionsOf(kind, scale), title, SERVICES);
}

/** The page with its tables made anew. @throws Error if it has no place for them */
export const docsPage = (before: string, scale: ScaleModel): string =>
  betweenMarks(PAGE_FILE, before, "scale", `${servicesTable(scale)}\n\n${figuresTable()}`);

function servicesTable(scale: ScaleModel): string {
  const cases = SERVICES.map((service) => scaleCase({ ...DOCS_KIND, ...service }, scale));
  const numbers = COLUMNS.map(({ title }) => ({ title, mark: "---:" }));
  return table(
    [...numbers, { title: "because", mark: "---" }],
    cases.map((one) => [...COLUMNS.map(({ text }) => text(one)), becauseText(one)]),
  );
}

function figuresTable(): string {
  const head = ["figure", "value", "", "what", "from"].map((title) => ({
    title,
    mark: title === "value" ? "---:" : "---",
  }));
  const rows = Object.entries<ScaleFigure>(SCALE_FIGURES).map(
    ([name, { value, unit, basis, note = "", source, date }]) => {
      const [page = ""] = source.replace("docs/", "").split("#");
      const link = source.startsWith("https:") ? `[AWS](${source})` : `[${page}](${source.replace("docs/", "")})`;
      return [`\`${name}\``, `${value.toLocaleString("en-US")} ${unit}`.trim(), basis, note, `${link}, ${date}`];
    },
  );
  return table(head, rows);
}

interface Heading {
  readonly title: string;
  /** `---:` of numbers. */
  readonly mark: string;
}

/** Cells are Markdown of this folder's own words; two dollar signs would make a formula on GitHub. */
function table(head: readonly Heading[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ").replaceAll("$", "\\$")} |`;
  return [line(head.map(({ title }) => title)), line(head.map(({ mark }) => mark)), ...rows.map(line)].join("\n");
}

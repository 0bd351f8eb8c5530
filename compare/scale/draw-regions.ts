import { formatNumber } from "../report/words/format.ts";
import type { Regions } from "./regions.ts";
import type { Verdict, VerdictWord } from "./verdict.ts";
import { volumeText } from "./words.ts";

const WIDTH = 760;
const HEIGHT = 520;
const PLOT = { left: 90, top: 16, width: 640, height: 410 };

/** In a picture of its own, which takes no style from a page: colours for light and dark, legible without colour by the words in it. */
const STYLE = `svg { color-scheme: light dark; --ground: #fff; --text: #1b222b; --muted: #56616e; --line: #8d97a3; --grid: #1b222b22; --direct: #a9d3f0; --kinesis: #f8c9a0; --several: #a5dcc3; --none: #e6e9ed; font: 13px system-ui, sans-serif; }
@media (prefers-color-scheme: dark) { svg { --ground: #171c22; --text: #e4e8ed; --muted: #a3adb9; --line: #66717e; --grid: #e4e8ed22; --direct: #15506f; --kinesis: #7c431a; --several: #17604a; --none: #2a323b; } }
text { fill: var(--text); } .muted { fill: var(--muted); } .word { font-weight: 600; }`;

const LOOKS: Readonly<Record<VerdictWord, { readonly color: string; readonly word: string }>> = {
  direct: { color: "var(--direct)", word: "direct" },
  kinesis: { color: "var(--kinesis)", word: "kinesis" },
  "several accounts": { color: "var(--several)", word: "several accounts" },
  "more log streams": { color: "var(--none)", word: "more than a log stream can carry" },
};

/** Where services are that the table beside the chart has. */
export interface Mark {
  readonly gbPerDay: number;
  readonly streams: number;
}

/** An SVG file: volume to the right, log streams upwards, a colour and a word for what is right there. */
export function drawRegions(regions: Regions, title: string, marks: readonly Mark[]): string {
  const { gbPerDay, streams, rows } = regions;
  const x = scaleOf(gbPerDay, PLOT.left, PLOT.left + PLOT.width);
  const y = scaleOf(streams, PLOT.top + PLOT.height, PLOT.top);
  const shown = marks.filter((mark) => isWithin(mark.gbPerDay, gbPerDay) && isWithin(mark.streams, streams));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}</style>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="var(--ground)"/>`,
    ...cells(rows),
    ...decades(gbPerDay).flatMap((gb) => [
      line(x(gb), PLOT.top, x(gb), PLOT.top + PLOT.height),
      text(x(gb), PLOT.top + PLOT.height + 20, volumeText(gb), "middle", "muted"),
    ]),
    ...decades(streams).flatMap((count) => [
      line(PLOT.left, y(count), PLOT.left + PLOT.width, y(count)),
      text(PLOT.left - 8, y(count) + 4, formatNumber(count), "end", "muted"),
    ]),
    text(PLOT.left + PLOT.width / 2, PLOT.top + PLOT.height + 42, "log text a day", "middle", "muted"),
    `<text class="muted" text-anchor="middle" transform="translate(22 ${PLOT.top + PLOT.height / 2}) rotate(-90)">log streams</text>`,
    ...shown.map(
      (mark) =>
        `<circle cx="${rounded(x(mark.gbPerDay))}" cy="${rounded(y(mark.streams))}" r="4" fill="var(--ground)" stroke="var(--text)" stroke-width="1.5"/>`,
    ),
    ...words(rows),
    ...legend(rows),
    "</svg>",
    "",
  ].join("\n");
}

const isWithin = (value: number, [from, to]: readonly [number, number]) => value >= from && value <= to;

/** On a logarithmic axis. */
const scaleOf =
  ([from, to]: readonly [number, number], start: number, end: number) =>
  (value: number): number =>
    start + (Math.log(value / from) / Math.log(to / from)) * (end - start);

const decades = ([from, to]: readonly [number, number]): number[] =>
  Array.from({ length: Math.round(Math.log10(to / from)) + 1 }, (_, i) => from * 10 ** i);

function cellSize(rows: Regions["rows"]) {
  return { width: PLOT.width / (rows[0]?.length ?? 1), height: PLOT.height / rows.length };
}

/** Neighbours of a row that look alike are one rectangle, a little too high, so that no seam shows between rows. */
function cells(rows: Regions["rows"]): string[] {
  const { width, height } = cellSize(rows);
  return rows.flatMap((row, index) => {
    const top = PLOT.top + PLOT.height - (index + 1) * height;
    return runsOf(row).map(({ word, from, count }) => {
      const seam = index === 0 ? 0 : 0.5;
      return `<rect x="${rounded(PLOT.left + from * width)}" y="${rounded(top)}" width="${rounded(count * width)}" height="${rounded(height + seam)}" fill="${LOOKS[word].color}"/>`;
    });
  });
}

function runsOf(row: readonly Verdict[]): { word: VerdictWord; from: number; count: number }[] {
  const runs: { word: VerdictWord; from: number; count: number }[] = [];
  for (const [from, { word }] of row.entries()) {
    const last = runs.at(-1);
    if (last?.word === word) last.count += 1;
    else runs.push({ word, from, count: 1 });
  }
  return runs;
}

/** Each region's word in the middle of its longest row, if there is room. */
function words(rows: Regions["rows"]): string[] {
  const { width, height } = cellSize(rows);
  return (Object.keys(LOOKS) as VerdictWord[]).flatMap((word) => {
    const runs = rows.flatMap((row, index) => runsOf(row).map((run) => ({ ...run, index })));
    const own = runs.filter((run) => run.word === word);
    const longest = own.reduce((most, { count }) => Math.max(most, count), 0);
    if (longest * width < LOOKS[word].word.length * LETTER) return [];
    const wide = own.filter(({ count }) => count >= longest * 0.8);
    const run = wide[Math.floor(wide.length / 2)];
    if (!run) return [];
    const middle = PLOT.left + (run.from + run.count / 2) * width;
    return [text(middle, PLOT.top + PLOT.height - (run.index + 0.5) * height + 4, LOOKS[word].word, "middle", "word")];
  });
}

/** Width of a letter, roughly. */
const LETTER = 8;

function legend(rows: Regions["rows"]): string[] {
  const there = (Object.keys(LOOKS) as VerdictWord[]).filter((word) =>
    rows.some((row) => row.some((verdict) => verdict.word === word)),
  );
  let left = PLOT.left;
  return there.flatMap((word) => {
    const at = left;
    left += 34 + LOOKS[word].word.length * (LETTER - 0.6);
    return [
      `<rect x="${rounded(at)}" y="${HEIGHT - 32}" width="16" height="16" fill="${LOOKS[word].color}" stroke="var(--line)"/>`,
      text(at + 22, HEIGHT - 19, LOOKS[word].word, "start"),
    ];
  });
}

const line = (x1: number, y1: number, x2: number, y2: number) =>
  `<line x1="${rounded(x1)}" y1="${rounded(y1)}" x2="${rounded(x2)}" y2="${rounded(y2)}" stroke="var(--grid)"/>`;

const text = (x: number, y: number, content: string, anchor: "start" | "middle" | "end", look?: string) =>
  `<text x="${rounded(x)}" y="${rounded(y)}" text-anchor="${anchor}"${look === undefined ? "" : ` class="${look}"`}>${escaped(content)}</text>`;

const rounded = (value: number) => Math.round(value * 100) / 100;

const escaped = (content: string) => content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

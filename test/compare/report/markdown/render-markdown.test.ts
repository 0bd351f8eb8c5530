import { describe, expect, test } from "vitest";
import { costOfResult } from "../../../../compare/cost/cost-of-result.ts";
import { renderMarkdown } from "../../../../compare/report/markdown/render-markdown.ts";
import { comparisonResult } from "../../../support/comparison-result.ts";
import { RECORDS, WITH_NASTY_TEXT } from "../../../support/report-records.ts";

const whole = comparisonResult();
const text = renderMarkdown(whole, { cost: costOfResult(whole) });
const lines = text.split("\n");

describe.each(Object.entries(RECORDS))("%s", (_name, record) => {
  const markdown = renderMarkdown(record, { cost: costOfResult(record) });

  test("has no figure that is none", () => {
    expect(markdown).not.toMatch(/NaN|undefined|null|Infinity|∞/);
  });

  test("has as many cells in each row as its head", () => {
    expect(oddRows(markdown)).toEqual([]);
  });
});

test("has verdict, tables, warnings, cost, modelled figures, command and environment", () => {
  expect(text).toContain("- In “Intake down for 60 s”, Lambda lost 0 of 7,500 lines");
  expect(text).toMatch(
    /^\| Steady load \| Lambda \| \\~5\.96 s \([\d.]+ s–[\d.]+ s\) \| \\~10\.1 s \(.*\) \| 0 \| \\~9\.31 s \| \\~10\.3 s \| 0 \| 2,000 \|$/m,
  );
  expect(text).toMatch(
    /^\| {2}\| FireLens, hardened \| 512 ms \(.*\) \| 1 s .*\| 0 \| 963 ms \| 1\.01 s \| 0 \| 2,000 \|$/m,
  );
  expect(text).toContain("| Lambda (partly modelled) | 0 | 40 | 40 | 0 | 23,000 |");
  expect(text).toMatch(
    /^\| FireLens, as documented \(measured\) \| 513 ms \| 1 s \| 84 % Intake accepts and never answers; 69\.3 % /m,
  );
  expect(text).toContain("- Take Lambda if a task can't carry a sidecar");
  expect(text).toContain("- Burst: The generator was up to 120 ms late");
  expect(text).toMatch(/^\| FireLens, next size \| \\~\\\$[\d.]+ \| \\~\\\$[\d.]+ \| \\~\\\$[\d.]+ \|$/m);
  expect(text).toContain("| ingestion.delayMs | 150 ms (set by hand) | assumed |");
  expect(text).toContain("```\nnpm run compare -- local --seed 7 --lines-per-second 100\n```");
  expect(text).toContain("| Versions | sidecarless 0.1.0, Node.js 24.21.0, Fluent Bit 5.0.9 |");
});

test("dollars are dollars, not the beginning of a formula, and a tilde strikes nothing out", () => {
  const outside = text.replace(/^```[\s\S]*?^```$/m, "");
  expect(outside).not.toMatch(/(?<!\\)[$~]/);
});

test("each folded part has blank lines around its content, or GitHub would not read it", () => {
  const opened = lines.flatMap((line, index) => (line.startsWith("<details>") ? [index] : []));
  expect(opened.length).toBeGreaterThanOrEqual(3);
  for (const index of opened) expect(lines[index + 1]).toBe("");
  for (const [index, line] of lines.entries()) if (line === "</details>") expect(lines[index - 1]).toBe("");
});

test("text of a record can't become markup, nor break a table", () => {
  const nasty = renderMarkdown(WITH_NASTY_TEXT, { cost: costOfResult(WITH_NASTY_TEXT) });
  const outside = nasty.replace(/^```[\s\S]*?^```$/m, "");
  expect(outside).not.toMatch(/<img/);
  expect(outside).not.toMatch(/(?<!\\)\[a/);
  expect(oddRows(nasty)).toEqual([]);
});

/** Rows of a table with another number of cells than the row before. */
function oddRows(markdown: string): string[] {
  const columns = (line: string) => line.match(/(?<!\\)\|/g)?.length ?? 0;
  const all = markdown.split("\n");
  return all.filter(
    (line, index) =>
      line.startsWith("|") && all[index - 1]?.startsWith("|") && columns(line) !== columns(all[index - 1] ?? ""),
  );
}

import { readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parseRecord } from "../../compare/record/record-text.ts";
import { PHASE_COLUMNS, phaseRows } from "../../compare/report/words/columns.ts";
import { plural } from "../../compare/report/words/format.ts";
import { summarise } from "../../compare/stats/summarise.ts";
import { betweenMarks } from "../../tools/docs/between-marks.ts";
import { markdownTable } from "../../tools/docs/markdown-table.ts";

const fileOf = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const [PAGE, RECORD] = ["docs/comparison.md", "docs/comparison-run.jsonl"];
const result = parseRecord(readFileSync(fileOf(RECORD), "utf8"), RECORD);

const COLUMNS = PHASE_COLUMNS.filter(({ title }) => title !== "p95" && title !== "Sent");

test("the page's table is that of the record beside it; after another run, this test with -u", async () => {
  const rows = summarise(result).phases.flatMap((phase) =>
    phaseRows(phase).map((row, index) => [
      index === 0 ? `${phase.title}, ${plural(phase.sent, "line")}` : "",
      row.title,
      ...COLUMNS.map(({ cell }) => cell(row)),
    ]),
  );
  const table = markdownTable(["phase", "path", ...COLUMNS.map(({ title }) => title)], rows);
  const page = betweenMarks(PAGE, readFileSync(fileOf(PAGE), "utf8"), "run", table);
  await expect(page).toMatchFileSnapshot(fileOf(PAGE));
});

test("the record is of a whole run with a Fluent Bit, none of it void, and small", () => {
  expect(result).toMatchObject({ status: "complete", command: "npm run compare -- local --repeat 5" });
  expect(result.environment.versions.fluentBit).toMatch(/^\d/);
  expect(result.phases.map(({ void: why }) => why ?? [])).toEqual(Array(8).fill([]));
  expect(statSync(fileOf(RECORD)).size).toBeLessThan(300_000);
});

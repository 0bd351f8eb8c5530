import { expect, test } from "vitest";
import { figuresCsv } from "../../../compare/report/figures-csv.ts";
import { FIGURE_NAMES } from "../../../compare/stats/figure-table.ts";
import { comparisonResult } from "../../support/comparison-result.ts";
import { RECORDS } from "../../support/report-records.ts";

const whole = comparisonResult();
const rowsOf = (csv: string) =>
  csv
    .trimEnd()
    .split("\r\n")
    .map((line) => line.split(","));

test("a row for each phase and path, with every figure", () => {
  const [head = [], ...rows] = rowsOf(figuresCsv(whole));
  expect(head).toEqual(["phase", "path", "basis", "void", ...FIGURE_NAMES]);
  expect(rows).toHaveLength(7 * 3);
  const cell = (phase: string, path: string, name: string) =>
    rows.find(([one, other]) => one === phase && other === path)?.[head.indexOf(name)];
  expect(cell("outage-60s", "firelens-as-documented", "lost")).toBe("5200");
  expect(cell("outage-60s", "firelens-as-documented", "loss")).toBe("0.693333");
  expect(cell("steady", "lambda", "p50")).toMatch(/^59\d\d(\.\d+)?$/);
  expect(cell("outage-60s", "firelens-as-documented", "p50")).toBe("never");
  expect(cell("steady", "lambda", "basis")).toBe("mixed");
});

test("a void phase has its reason, and no figure", () => {
  const phases = whole.phases.map((phase) => ({ ...phase, void: ['The "generator", late.'] }));
  const [, first = ""] = figuresCsv({ ...whole, phases }).split("\r\n");
  expect(first).toBe(`steady,lambda,mixed,"The ""generator"", late."${",".repeat(FIGURE_NAMES.length)}`);
});

test.each(Object.entries(RECORDS))("%s: nothing that is no figure", (_name, record) => {
  expect(figuresCsv(record)).not.toMatch(/NaN|undefined|null|Infinity/);
});

import { expect, test } from "vitest";
import { phaseWarnings } from "../../../compare/local/warnings.ts";

const MS = 1e6;
const delayOf = (p99Ms: number) => ({ percentile: () => p99Ms * MS, max: 2 * p99Ms * MS });
const well = {
  phase: { id: "burst" },
  generated: { lateP99Ms: 5, lateMaxMs: 9 },
  summary: { delayP99Ms: 11, delayMaxMs: 20 },
  delay: delayOf(12),
};

test("a run on a machine that keeps up has none", () => {
  expect(phaseWarnings(well)).toEqual([]);
});

test.each([
  ["generator-late", { generated: { lateP99Ms: 300, lateMaxMs: 700 } }, ["300 ms", "700 ms", "--rate"]],
  ["recorder-saturated", { summary: { delayP99Ms: 120, delayMaxMs: 200 } }, ["120 ms", "--rate"]],
  ["machine-noisy", { delay: delayOf(80) }, ["80 ms", "160 ms"]],
])("%s: how much, and what to do", (kind, change, said) => {
  const warnings = phaseWarnings({ ...well, ...change });
  expect(warnings).toMatchObject([{ kind, phase: "burst" }]);
  for (const text of said) expect(warnings[0]?.message).toContain(text);
});

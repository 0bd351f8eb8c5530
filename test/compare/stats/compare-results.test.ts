import { expect, test } from "vitest";
import type { Result } from "../../../compare/result.ts";
import { compareResults } from "../../../compare/stats/compare-results.ts";
import type { FigureName } from "../../../compare/stats/figure-table.ts";
import { comparisonResult, samplesOf } from "../../support/comparison-result.ts";

const whole = comparisonResult();

/** One phase in which every line of Lambda is as late as this. */
function lateBy(ms: number, spreadMs = 0): Result {
  const [steady] = whole.phases;
  if (!steady) throw new Error("no phase");
  const arrivedMs = steady.dueMs.map((due, line) => due + ms + (line % 100) * spreadMs);
  return { ...whole, phases: [{ ...steady, paths: { lambda: samplesOf(arrivedMs) } }] };
}

const pair = (a: Result, b: Result, figure: FigureName) =>
  compareResults(a, b).phases[0]?.paths[0]?.figures.find((one) => one.figure === figure);

test("a run beside itself differs in nothing", () => {
  const { differences, phases, onlyIn } = compareResults(whole, whole);
  expect({ differences, onlyIn }).toEqual({ differences: [], onlyIn: { a: [], b: [] } });
  expect(phases).toHaveLength(whole.phases.length);
  for (const { figures } of phases.flatMap(({ paths }) => paths)) for (const { a, b } of figures) expect(a).toBe(b);
});

test("a change within both intervals may be chance, one beyond them is none", () => {
  expect(pair(lateBy(500, 10), lateBy(505, 10), "p50")).toMatchObject({ a: 990, b: 995, mayBeChance: true });
  expect(pair(lateBy(500, 10), lateBy(900, 10), "p50")).toMatchObject({ a: 990, b: 1_390, mayBeChance: false });
  expect(pair(lateBy(500, 10), lateBy(505, 10), "lost")).toMatchObject({ a: 0, b: 0, mayBeChance: false });
});

test("what was not the same is told: settings, versions, machine, modelled figures", () => {
  const other: Result = {
    ...whole,
    settings: { ...whole.settings, linesPerSecond: 1_000 },
    environment: { ...whole.environment, cores: 8, versions: { ...whole.environment.versions, fluentBit: undefined } },
    modelled: whole.modelled.slice(1),
  };
  expect(compareResults(whole, other).differences).toEqual([
    { what: "linesPerSecond", a: "100", b: "1000" },
    { what: "fluentBit", a: "5.0.9", b: "undefined" },
    { what: "machine", a: "2 × Example CPU at 2.5 GHz", b: "8 × Example CPU at 2.5 GHz" },
    { what: "driver.flushIntervalMs", a: "5000 ms", b: "none" },
  ]);
});

test("phases and paths that one of them lacks are named; those void in one are not compared", () => {
  const fewer = comparisonResult({ phases: ["steady", "burst"] });
  const paths = fewer.paths.slice(0, 2);
  const phases = fewer.phases.map((phase) => (phase.id === "burst" ? { ...phase, void: ["late"] } : phase));
  const { phases: pairs, onlyIn } = compareResults(whole, { ...fewer, paths, phases });
  expect(pairs.map(({ title, isVoid }) => [title, isVoid])).toEqual([
    ["Steady load", false],
    ["Burst", true],
  ]);
  expect(onlyIn.a).toEqual(expect.arrayContaining(["Path killed", "FireLens, hardened"]));
  expect(onlyIn.b).toEqual([]);
});

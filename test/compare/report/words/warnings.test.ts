import { describe, expect, test } from "vitest";
import { warningsOf } from "../../../../compare/report/words/warnings.ts";
import type { PathSamples, Result } from "../../../../compare/result.ts";
import { summarise } from "../../../../compare/stats/summarise.ts";
import { comparisonResult, samplesOf } from "../../../support/comparison-result.ts";

/** One phase with given samples by path. */
function resultOf(paths: Readonly<Record<string, PathSamples>>): Result {
  const [phase] = comparisonResult({ phases: ["steady"] }).phases;
  if (!phase) throw new Error("no phase");
  const dueMs = Array.from({ length: Object.values(paths)[0]?.arrivedMs.length ?? 0 }, (_, line) => line * 10);
  return { ...comparisonResult(), warnings: [], phases: [{ ...phase, dueMs, paths }] };
}

const warned = (result: Result) => warningsOf(result, summarise(result));

describe("warns", () => {
  const few = (count: number, requests = 1) => {
    const samples = samplesOf(Array.from({ length: count }, (_, line) => line * 10 + 5));
    return resultOf({ lambda: { ...samples, usage: { ...samples.usage, requests } } });
  };

  test.each([
    [5, "p50 and p95 and p99"],
    [71, "p95 and p99"],
    [367, "p99"],
  ])("of %d lines, too few for %s", (count, names) => {
    expect(warned(few(count))).toEqual([
      {
        kind: "few-samples",
        phase: "steady",
        path: "lambda",
        title: "Steady load, Lambda",
        message: expect.stringContaining(`few for ${names}:`),
      },
    ]);
  });

  test.each([1, 19])("of 368 lines in %d requests: lines of one request share their waits", (requests) => {
    const warnings = warned(few(368, requests));
    expect(warnings).toMatchObject([{ kind: "few-samples", phase: "steady", path: "lambda" }]);
    expect(warnings[0]?.message).toContain(requests === 1 ? "came in 1 request, and" : "came in 19 requests, and");
  });

  test("of nothing from 368 lines in 20 requests on", () => {
    expect(warned(few(368, 20))).toEqual([]);
  });

  test("of few requests only where nothing was broken on purpose", () => {
    const [phase] = few(368, 1).phases;
    if (!phase) throw new Error("no phase");
    const fault = { title: "503", fromMs: 0, toMs: 1 };
    expect(warned({ ...few(368, 1), phases: [{ ...phase, fault }] })).toEqual([]);
  });

  test("of nothing in a void phase: it says all that is to know", () => {
    const [phase] = few(5).phases;
    if (!phase) throw new Error("no phase");
    expect(warned({ ...few(5), phases: [{ ...phase, void: ["The machine did not keep up."] }] })).toEqual([]);
  });

  test("that nothing arrived", () => {
    const warnings = warned(resultOf({ lambda: samplesOf([null]) }));
    expect(warnings).toMatchObject([{ kind: "few-samples", message: expect.stringContaining("No line of Lambda") }]);
  });

  test("only once of what the run has warned of", () => {
    const known = { kind: "few-samples", phase: "steady", message: "few" } as const;
    expect(warned({ ...few(5), warnings: [known] })).toEqual([{ ...known, title: "Steady load" }]);
  });
});

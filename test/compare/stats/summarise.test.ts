import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PathSamples, Result } from "../../../compare/result.ts";
import { summarise } from "../../../compare/stats/summarise.ts";
import { comparisonResult, HARDENED, LAMBDA, samplesOf } from "../../support/comparison-result.ts";

/** A record of one phase with the lines due every 10 ms. */
function resultOf(paths: Readonly<Record<string, PathSamples>>, changes: Partial<Result> = {}): Result {
  const [phase] = comparisonResult({ phases: ["steady"] }).phases;
  const length = Object.values(paths)[0]?.arrivedMs.length ?? 0;
  const dueMs = Array.from({ length }, (_, line) => line * 10);
  if (!phase) throw new Error("no phase");
  return { ...comparisonResult(), warnings: [], phases: [{ ...phase, dueMs, paths }], ...changes };
}
const first = (result: Result) => summarise(result).phases[0]?.paths[0];

describe("of a phase and a path", () => {
  test("counts what arrived, was lost, came twice", () => {
    const samples = samplesOf([100, null, 130, null], { duplicates: [0, 0, 2], outOfOrder: 1, pieces: 5 });
    expect(first(resultOf({ lambda: samples }))).toMatchObject({
      ...{ sent: 4, arrived: 2, lost: 2, duplicated: 3, outOfOrder: 1, pieces: 5 },
      latencyMs: { count: 2, never: 2, p50: 110, p95: Number.POSITIVE_INFINITY, max: 110 },
    });
  });

  test("takes latency from the time a line was due, over the lines sent: half of them never came", () => {
    const arrived = Array.from({ length: 1_000 }, (_, line) => (line % 2 ? null : line * 10 + 50 + line / 8));
    const summary = first(resultOf({ lambda: samplesOf(arrived) }));
    expect(summary?.latencyMs).toMatchObject({ count: 500, never: 500, p50: 174.75, max: 174.75, few: [] });
    expect(summary?.latencyMs?.p99).toBe(Number.POSITIVE_INFINITY);
  });

  test("where the waits were drawn, intervals are of the draws", () => {
    const arrived = Array.from({ length: 1_000 }, (_, line) => line * 10 + 50);
    const range = { low: 40, high: 60 };
    const draws = { count: 2_000, p50: range, p95: { low: 41, high: 61 }, p99: { low: 42, high: 62 } };
    const summary = first(resultOf({ lambda: samplesOf(arrived, { draws, lostInModel: 3 }) }));
    expect(summary?.latencyMs?.intervals).toEqual({ p50: range, p95: draws.p95, p99: draws.p99 });
    expect(summary?.lostInModel).toBe(3);
  });

  test("tells what other seeds lost, but for those that are void", () => {
    const result = resultOf({ lambda: samplesOf([100, null]) });
    const run = (seed: number, lost: number) => ({ seed, paths: { lambda: { sent: 2, lost, p50: 1, p99: null } } });
    const repeats = [run(1, 1), run(2, 0), { ...run(3, 2), void: ["late"] }];
    const phases = result.phases.map((phase) => ({ ...phase, repeats }));
    expect(first({ ...result, phases })?.lostOfRuns).toEqual([1, 0]);
    expect(first(result)?.lostOfRuns).toBeUndefined();
  });

  test("of which nothing arrived has no latency, and no figure per line", () => {
    const summary = first(resultOf({ lambda: samplesOf([null, null]) }));
    expect(summary).toMatchObject({ sent: 2, arrived: 0, lost: 2 });
    for (const name of ["latencyMs", "wireBytesPerLine", "cpuSecondsPerMillionLines"]) {
      expect(summary).not.toHaveProperty(name);
    }
  });

  test("counts CPU and bytes on the wire for each line that arrived", () => {
    const samples = samplesOf([10, 20, null, 40]);
    const usage = { ...samples.usage, cpuSeconds: 0.3, wireBytes: 270 };
    expect(first(resultOf({ lambda: { ...samples, usage } }))).toMatchObject({
      cpuSecondsPerMillionLines: expect.closeTo(100_000),
      wireBytesPerLine: 90,
    });
  });

  test("does not know what the run could not know", () => {
    const samples = samplesOf([10]);
    const { cpuSeconds: _cpu, peakMemoryMb: _memory, ...usage } = samples.usage;
    const summary = first(resultOf({ lambda: { ...samples, usage } }));
    expect(summary).not.toHaveProperty("cpuSecondsPerMillionLines");
    expect(summary).not.toHaveProperty("peakMemoryMb");
  });

  test("splits latency by stage, in the path's order, over lines that arrived", () => {
    const stagesMs = { start: [1, 2, 300], driver: [10, null, 500] };
    const summary = first(resultOf({ lambda: samplesOf([20, 30, null], { stagesMs }) }));
    expect(summary?.stages.map(({ id }) => id)).toEqual(LAMBDA.stages.map(({ id }) => id));
    expect(summary?.stages.find(({ id }) => id === "start")?.timeMs).toMatchObject({ count: 2, mean: 1.5, max: 2 });
    expect(summary?.stages.find(({ id }) => id === "driver")?.timeMs).toMatchObject({ count: 1, max: 10 });
    expect(summary?.stages.find(({ id }) => id === "forwarder")).not.toHaveProperty("timeMs");
  });
});

test("the means of all stages add up to the mean latency", () => {
  for (const phase of summarise(comparisonResult()).phases) {
    for (const { latencyMs, stages } of phase.paths) {
      const sum = stages.reduce((total, { timeMs }) => total + (timeMs?.mean ?? 0), 0);
      expect(sum).toBeCloseTo(latencyMs?.mean ?? 0, 3);
    }
  }
});

test("totals are the sums over phases", () => {
  const { paths, phases } = summarise(comparisonResult());
  for (const path of paths) {
    const rows = phases.flatMap((phase) => phase.paths.filter(({ id }) => id === path.id));
    const sum = (pick: (row: (typeof rows)[number]) => number) => rows.reduce((total, row) => total + pick(row), 0);
    expect(path.sent).toBe(sum(({ sent }) => sent));
    expect(path.lost).toBe(sum(({ lost }) => lost));
    expect(path.duplicated).toBe(sum(({ duplicated }) => duplicated));
    expect(path.lambda?.billedMs ?? 0).toBe(sum(({ lambda }) => lambda?.billedMs ?? 0));
    expect(path.peakMemoryMb).toBe(Math.max(...rows.map(({ peakMemoryMb = 0 }) => peakMemoryMb)));
  }
});

test("sent is always arrived and lost together", () => {
  const arrivals = fc.array(fc.option(fc.integer({ min: 0, max: 10_000 })), { minLength: 1 });
  fc.assert(
    fc.property(arrivals, (arrivedMs) => {
      const summary = first(resultOf({ lambda: samplesOf(arrivedMs) }));
      expect((summary?.arrived ?? 0) + (summary?.lost ?? 0)).toBe(arrivedMs.length);
    }),
  );
});

describe("a record that is not whole", () => {
  test("without a phase has paths of no lines", () => {
    const summary = summarise(resultOf({}, { phases: [] }));
    expect(summary.phases).toEqual([]);
    expect(summary.paths[0]).toMatchObject({ sent: 0, arrived: 0, lost: 0 });
  });

  test("whose phase lacks a path leaves it out there", () => {
    const summary = summarise(resultOf({ [HARDENED.id]: samplesOf([1]) }));
    expect(summary.phases[0]?.paths.map(({ id }) => id)).toEqual([HARDENED.id]);
  });
});

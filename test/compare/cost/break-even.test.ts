import fc from "fast-check";
import { expect, test } from "vitest";
import { atVolume } from "../../../compare/cost/batch-events.ts";
import { type CostAt, findBreakEvens } from "../../../compare/cost/break-even.ts";
import { compareCosts, estimateCosts } from "../../../compare/cost/compare-costs.ts";
import { completeInput } from "../../../compare/cost/complete-input.ts";
import type { CostInput, CostPathId } from "../../../compare/cost/types.ts";
import { openModel } from "../../../compare/modelled.ts";
import { loadPrices } from "../../../compare/prices/prices.ts";
import { ROUND_INPUT, ROUND_PRICES } from "./round-prices.ts";

const prices = loadPrices();

const inputs: fc.Arbitrary<CostInput> = fc
  .record({
    region: fc.constantFrom("us-east-1", "us-west-2", "eu-west-1", "ap-northeast-1"),
    gbPerDay: fc.double({ min: 0.01, max: 5_000, noNaN: true }),
    tasks: fc.integer({ min: 1, max: 500 }),
    lineBytes: fc.integer({ min: 50, max: 5_000 }),
    retentionDays: fc.integer({ min: 1, max: 400 }),
    egress: fc.constantFrom("internet" as const, "nat" as const, "privatelink" as const),
    sidecarVcpu: fc.constantFrom(0, 0.1, 0.5),
    taskVcpu: fc.constantFrom(0.5, 1, 2),
    taskMemoryMb: fc.constantFrom(4_096),
    arch: fc.constantFrom("arm64" as const, "x86_64" as const),
  })
  .map((given) => completeInput(given));

const totals = (input: CostInput) =>
  Object.fromEntries(estimateCosts(input, prices).map(({ path, usdPerMonth }) => [path, usdPerMonth]));

test("items add up to the total of their path", () => {
  fc.assert(
    fc.property(inputs, (input) => {
      for (const { items, usdPerMonth } of estimateCosts(input, prices)) {
        expect(items.reduce((sum, item) => sum + item.usdPerMonth, 0)).toBeCloseTo(usdPerMonth, 9);
        for (const item of items) expect(item.usdPerMonth).toBeGreaterThanOrEqual(0);
      }
    }),
    { numRuns: 30 },
  );
});

test("more volume never costs less, on any path", () => {
  fc.assert(
    fc.property(inputs, fc.double({ min: 1, max: 50, noNaN: true }), (input, times) => {
      const [less, more] = [totals(input), totals({ ...input, gbPerDay: input.gbPerDay * times })];
      for (const [path, usd] of Object.entries(less)) {
        expect(more[path] ?? 0, path).toBeGreaterThanOrEqual(usd * (1 - 1e-12));
      }
    }),
    { numRuns: 30 },
  );
});

test("nor does it along a curve, where deliveries grow", () => {
  fc.assert(
    fc.property(inputs, (input) => {
      for (const { points } of compareCosts(input, prices).curves) {
        for (const [index, { usdPerTaskMonth }] of points.entries()) {
          const before = points[index - 1]?.usdPerTaskMonth ?? 0;
          expect(usdPerTaskMonth).toBeGreaterThanOrEqual(before * (1 - 1e-12));
        }
      }
    }),
    { numRuns: 30 },
  );
});

test("the break-even is the same, whatever volume it is asked at", () => {
  const limit = (gbPerDay: number) =>
    compareCosts(completeInput({ gbPerDay, tasks: 10 }), prices).breakEvens[0]?.gbPerTaskMonth ?? Number.NaN;
  for (const gbPerDay of [0.001, 1, 10]) expect(limit(gbPerDay) / limit(100)).toBeCloseTo(1, 6);
});

test("at a break-even both cost the same; just below it, the one that it says costs less", () => {
  fc.assert(
    fc.property(inputs, (input) => {
      for (const { between, gbPerTaskMonth, cheaperBelow } of compareCosts(input, prices).breakEvens) {
        if (gbPerTaskMonth === null) continue;
        const [first, second] = between;
        const there = totals(atVolume(input, gbPerTaskMonth, openModel()));
        expect((there[first] ?? 0) / (there[second] ?? 0)).toBeCloseTo(1, 6);
        const below = totals(atVolume(input, gbPerTaskMonth * 0.999, openModel()));
        const other = cheaperBelow === first ? second : first;
        expect(below[cheaperBelow] ?? 0).toBeLessThanOrEqual(below[other] ?? 0);
      }
    }),
    { numRuns: 30 },
  );
});

test("without a break-even, one is cheaper at every volume", () => {
  const { breakEvens, curves } = compareCosts(ROUND_INPUT, ROUND_PRICES);
  const never = breakEvens.filter(({ gbPerTaskMonth }) => gbPerTaskMonth === null);
  expect(never.map(({ between }) => between.join(" or "))).toContain("lambda or firelens-in-slack");
  const curveOf = (id: CostPathId) => curves.find(({ path }) => path === id)?.points ?? [];
  for (const { between, cheaperBelow } of never) {
    const other = between.find((path) => path !== cheaperBelow) as CostPathId;
    const dear = curveOf(other);
    for (const [index, { usdPerTaskMonth }] of curveOf(cheaperBelow).entries()) {
      expect(usdPerTaskMonth).toBeLessThanOrEqual(dear[index]?.usdPerTaskMonth ?? 0);
    }
  }
});

/** Paths that cost what these say, and the others nothing. */
const costs =
  (of: Partial<Record<CostPathId, (gb: number) => number>>): CostAt =>
  (path, gb) =>
    of[path]?.(gb) ?? 0;
const LAMBDA_OR_NEXT_SIZE = "lambda,firelens-next-size";
const between = (cost: CostAt) => findBreakEvens(cost).filter((one) => one.between.join() === LAMBDA_OR_NEXT_SIZE);

test("lines that cross once", () => {
  const [only, ...more] = between(costs({ lambda: (gb) => gb / 2, "firelens-next-size": () => 6 }));
  expect(only?.gbPerTaskMonth).toBeCloseTo(12, 6);
  expect({ cheaperBelow: only?.cheaperBelow, more }).toEqual({ cheaperBelow: "lambda", more: [] });
});

test("curves that cross twice have two, in order", () => {
  const found = between(costs({ lambda: (gb) => Math.abs(gb - 10) + 1, "firelens-next-size": () => 6 }));
  expect(found.map(({ cheaperBelow }) => cheaperBelow)).toEqual(["firelens-next-size", "lambda"]);
  expect(found[0]?.gbPerTaskMonth).toBeCloseTo(5, 6);
  expect(found[1]?.gbPerTaskMonth).toBeCloseTo(15, 6);
});

test("curves that only touch don't cross, nor do those that are the same for a while", () => {
  const touching = costs({ lambda: (gb) => (gb < 1 ? 0 : gb > 10 ? gb - 10 : 0) });
  expect(between(touching)).toEqual([
    { between: ["lambda", "firelens-next-size"], gbPerTaskMonth: null, cheaperBelow: "firelens-next-size" },
  ]);
});

test("curves have the volume asked about and the break-evens, and the estimates lie on them", () => {
  const { breakEvens, curves, estimates } = compareCosts(ROUND_INPUT, ROUND_PRICES);
  const volumes = curves[0]?.points.map(({ gbPerTaskMonth }) => gbPerTaskMonth) ?? [];
  expect(volumes).toEqual(volumes.toSorted((a, b) => a - b));
  for (const { gbPerTaskMonth } of breakEvens) {
    if (gbPerTaskMonth !== null && gbPerTaskMonth <= 1_000) expect(volumes).toContain(gbPerTaskMonth);
  }
  for (const { path, points } of curves) {
    expect(points.map(({ gbPerTaskMonth }) => gbPerTaskMonth)).toEqual(volumes);
    const asked = points.find(({ gbPerTaskMonth }) => gbPerTaskMonth === 365);
    const usd = estimates.find((one) => one.path === path)?.usdPerMonth ?? 0;
    expect(asked?.usdPerTaskMonth).toBeCloseTo(usd / 2, 9);
  }
});

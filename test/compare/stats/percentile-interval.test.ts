import fc from "fast-check";
import { expect, test } from "vitest";
import { sorted } from "../../../compare/stats/percentile.ts";
import { intervalRanks, isFew, percentileInterval } from "../../../compare/stats/percentile-interval.ts";

test.each([
  // 1 − 0.5⁵ and the like must reach 0.975.
  [0.5, 6],
  [0.95, 72],
  [0.99, 368],
])("a share of %d wants %d values", (share, least) => {
  expect(isFew(least, share)).toBe(false);
  expect(isFew(least - 1, share)).toBe(true);
  expect(1 - share ** least).toBeGreaterThanOrEqual(0.975);
  expect(1 - share ** (least - 1)).toBeLessThan(0.975);
});

test("the ranks for the median of small counts are those of the published tables", () => {
  // Conover, Practical Nonparametric Statistics, sign-test intervals of at least 95 %.
  const ranks = [6, 8, 10, 15, 20, 25, 30].map((count) => intervalRanks(count, 0.5, 0.95));
  expect(ranks.map(({ low, high }) => [low, high])).toEqual([
    [1, 6],
    [1, 8],
    [2, 9],
    [4, 12],
    [6, 15],
    [8, 18],
    [10, 21],
  ]);
});

test("equals the sum over all binomial terms", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.constantFrom(0.5, 0.9, 0.95, 0.99), (count, share) => {
      const { low, high } = intervalRanks(count, share, 0.95);
      const tolerance = 1e-9;
      expect(atMost(count, share, low - 1)).toBeLessThanOrEqual(0.025 + tolerance);
      expect(atMost(count, share, high - 1)).toBeGreaterThanOrEqual(0.975 - tolerance);
      expect(atMost(count, share, low)).toBeGreaterThan(0.025 - tolerance);
      if (high > low + 1) expect(atMost(count, share, high - 2)).toBeLessThan(0.975 + tolerance);
    }),
  );
});

/** Of k or fewer successes, by Pascal's recursion: no logarithms, no factorials. */
function atMost(count: number, share: number, k: number): number {
  let row = [1];
  for (let n = 1; n <= count; n += 1) {
    row = Array.from({ length: n + 1 }, (_, i) => (row[i] ?? 0) * (1 - share) + (row[i - 1] ?? 0) * share);
  }
  return row.slice(0, Math.max(0, k + 1)).reduce((sum, term) => sum + term, 0);
}

test("is near the normal approximation for counts where factorials have no number", () => {
  const { low, high } = intervalRanks(1_000_000, 0.99, 0.95);
  const half = 1.96 * Math.sqrt(1_000_000 * 0.99 * 0.01);
  expect(Math.abs(low - (990_000 - half))).toBeLessThan(3);
  expect(Math.abs(high - (990_000 + half))).toBeLessThan(3);
});

test("has no upper end where the values are too few, and no lower one where they say nothing", () => {
  expect(percentileInterval(sorted([1, 2, 3]), 0.5)).toEqual({});
  const hundred = sorted(Array.from({ length: 100 }, (_, i) => i));
  expect(percentileInterval(hundred, 0.99)).toEqual({ low: expect.any(Number) });
});

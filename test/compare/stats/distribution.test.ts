import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { distribution, QUANTILES, SHARES } from "../../../compare/stats/distribution.ts";
import { ALL_KNOWN, draw, type Known } from "./distributions.ts";

const COUNT = 20_000;
const of = (values: readonly number[]) => {
  const found = distribution(values);
  if (!found) throw new Error("no values");
  return found;
};

describe.each(ALL_KNOWN)("of $count draws from a known distribution: $name", (known) => {
  test.each(QUANTILES)("%s is within four standard errors of the truth", (name) => {
    const estimate = of(draw(known, COUNT, 1))[name];
    const truth = known.quantile(SHARES[name]);
    expect(Math.abs(estimate - truth)).toBeLessThan(4 * standardError(known, SHARES[name]));
  });

  test.each(QUANTILES)("the interval of %s holds the truth in about 95 of 100 draws", (name) => {
    const truth = known.quantile(SHARES[name]);
    const held = Array.from({ length: 400 }, (_, seed) => {
      const { low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY } = of(draw(known, 500, seed)).intervals[
        name
      ];
      return low <= truth && truth <= high;
    }).filter(Boolean).length;
    // Binomial with 400 draws of at least 0.95: four standard deviations are 17.
    expect(held).toBeGreaterThanOrEqual(380 - 17);
  });
});

/** Of a sample quantile: √(share (1 − share) ÷ n) ÷ density, the textbook limit for large n. */
function standardError({ quantile, density }: Known, share: number): number {
  return Math.sqrt((share * (1 - share)) / COUNT) / density(quantile(share));
}

test("of no values there is none", () => {
  expect(distribution([])).toBeUndefined();
});

test("of one value all is that value, and nothing is certain", () => {
  expect(distribution([7])).toMatchObject({ count: 1, mean: 7, p50: 7, p95: 7, p99: 7, max: 7, few: QUANTILES });
});

test("keeps order: p50, p95, p99, max; the mean is between the extremes", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1_000, max: 1_000_000 }), { minLength: 1 }), (values) => {
      const { p50, p95, p99, max, mean } = of(values);
      expect([p50, p95, p99, max]).toEqual([p50, p95, p99, max].toSorted((a, b) => a - b));
      expect(mean).toBeGreaterThanOrEqual(Math.min(...values) - 1e-6);
      expect(mean).toBeLessThanOrEqual(max + 1e-6);
    }),
  );
});

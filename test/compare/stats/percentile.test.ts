import fc from "fast-check";
import { expect, test } from "vitest";
import { percentile, sorted } from "../../../compare/stats/percentile.ts";

const values = fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1, maxLength: 200 });
/** In thousandths, so that a test can count without floating point. */
const thousandths = fc.integer({ min: 0, max: 1_000 });
const at = (all: readonly number[], share: number) => percentile(sorted(all), share) as number;

test.each([
  [0, 10],
  [0.1, 10],
  [0.1001, 20],
  [0.5, 50],
  [0.55, 60],
  [0.95, 100],
  [1, 100],
])("of ten values the share %d is at %d", (share, expected) => {
  expect(at([100, 90, 80, 70, 60, 50, 40, 30, 20, 10], share)).toBe(expected);
});

test("is not off by one where a share has no exact number", () => {
  const hundred = Array.from({ length: 100 }, (_, i) => i + 1);
  for (let rank = 1; rank <= 100; rank += 1) expect(at(hundred, rank / 100)).toBe(rank);
});

test("of no values there is none", () => {
  expect(percentile(sorted([]), 0.5)).toBeUndefined();
});

test("equals counting", () => {
  fc.assert(
    fc.property(values, thousandths, (all, share) => {
      const enough = (value: number) => 1_000 * all.filter((other) => other <= value).length >= share * all.length;
      expect(at(all, share / 1_000)).toBe(Math.min(...all.filter(enough)));
    }),
  );
});

test("does not depend on the order of values", () => {
  const shuffled = values.chain((all) =>
    fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
  );
  fc.assert(
    fc.property(shuffled, thousandths, ([all, other], share) => {
      expect(at(other, share / 1_000)).toBe(at(all, share / 1_000));
    }),
  );
});

test("grows with the share, from the smallest value to the largest", () => {
  fc.assert(
    fc.property(values, thousandths, thousandths, (all, a, b) => {
      const [low, high] = [at(all, Math.min(a, b) / 1_000), at(all, Math.max(a, b) / 1_000)];
      expect(low).toBeLessThanOrEqual(high);
      expect(at(all, 0)).toBe(Math.min(...all));
      expect(at(all, 1)).toBe(Math.max(...all));
    }),
  );
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { ecdf } from "../../../compare/stats/ecdf.ts";
import { sorted } from "../../../compare/stats/percentile.ts";

const values = fc.array(fc.integer({ min: -10, max: 300_000 }), { minLength: 1, maxLength: 2_000 });

test("of few values is every step", () => {
  expect(ecdf(sorted([10, 20, 20, 1_000]), 4)).toEqual([
    { value: 10, share: 0 },
    { value: 10, share: 0.25 },
    { value: 20, share: 0.75 },
    { value: 1_000, share: 1 },
  ]);
});

test("ends at the share that arrived", () => {
  expect(ecdf(sorted([10, 20]), 8).at(-1)).toEqual({ value: 20, share: 0.25 });
});

test("of nothing is nothing", () => {
  expect(ecdf(sorted([]), 100)).toEqual([]);
});

test("goes up only, keeps both ends, is on the true curve and short enough to draw", () => {
  fc.assert(
    fc.property(values, fc.integer({ min: 0, max: 500 }), (all, lost) => {
      const sent = all.length + lost;
      const points = ecdf(sorted(all), sent);
      expect(points.length).toBeLessThanOrEqual(123);
      expect(points[0]).toEqual({ value: Math.max(1, Math.min(...all)), share: 0 });
      expect(points.at(-1)).toEqual({ value: Math.max(1, ...all), share: all.length / sent });
      points.forEach(({ value, share }, i) => {
        expect(value).toBeGreaterThanOrEqual(points[i - 1]?.value ?? 1);
        expect(share).toBeGreaterThanOrEqual(points[i - 1]?.share ?? 0);
        const within = all.filter((one) => Math.max(1, one) <= value).length / sent;
        if (i > 0) expect(share).toBeCloseTo(within, 12);
      });
    }),
  );
});

test("thinned is never further from the true curve than can be seen", () => {
  const all = sorted(Array.from({ length: 50_000 }, (_, i) => 5 + (i % 997) ** 1.6));
  const points = ecdf(all, all.length);
  let worst = 0;
  points.forEach(({ share }, i) => {
    const next = points[i + 1];
    if (next) worst = Math.max(worst, Math.min(next.share - share, Math.log(next.value / (points[i]?.value ?? 1))));
  });
  expect(worst).toBeLessThan(0.2);
  expect(points.length).toBeGreaterThan(40);
});

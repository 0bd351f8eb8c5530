import { expect, test } from "vitest";
import { subscriptionDelays } from "../../../compare/lambda/subscription-delay.ts";
import { openModel } from "../../../compare/modelled.ts";

const delays = (p50: number, p99: number, count = 20_000) => {
  const draw = subscriptionDelays(openModel({ "subscription.delayMs.p50": p50, "subscription.delayMs.p99": p99 }), 1);
  return Array.from({ length: count }, draw).sort((a, b) => a - b);
};

test("has the median and the 99th percentile that the model says", () => {
  const sorted = delays(2_000, 8_000);
  // Within four standard errors of these order statistics of 20,000 draws.
  expect((sorted[10_000] ?? 0) / 2_000).toBeCloseTo(1, 1);
  expect((sorted[19_800] ?? 0) / 8_000).toBeGreaterThan(0.9);
  expect((sorted[19_800] ?? 0) / 8_000).toBeLessThan(1.1);
  expect(sorted[0]).toBeGreaterThan(0);
});

test("is the same with the same seed, none with a median of 0, constant without a spread", () => {
  expect(delays(2_000, 8_000, 5)).toEqual(delays(2_000, 8_000, 5));
  expect(new Set(delays(0, 8_000, 5))).toEqual(new Set([0]));
  expect(new Set(delays(100, 100, 5))).toEqual(new Set([100]));
});

test("has them in the first draws of neighbouring seeds, too: a short run draws few", () => {
  for (const draw of [0, 1, 2]) {
    const draws = Array.from({ length: 4_000 }, (_, seed) => {
      const next = subscriptionDelays(openModel(), seed);
      return Array.from({ length: 3 }, next)[draw] ?? 0;
    }).sort((a, b) => a - b);
    expect((draws[2_000] ?? 0) / 2_000).toBeCloseTo(1, 1);
    expect((draws[3_960] ?? 0) / 8_000).toBeGreaterThan(0.85);
    expect((draws[3_960] ?? 0) / 8_000).toBeLessThan(1.15);
    expect(draws.at(-1)).toBeLessThan(40_000);
  }
});

import { expect, test } from "vitest";
import { drawWaits } from "../../../compare/lambda/modelled-waits.ts";
import { openModel } from "../../../compare/modelled.ts";

const FAR_APART_MS = 1e6;
const model = (p50: number, p99: number) =>
  openModel({ "subscription.delayMs.p50": p50, "subscription.delayMs.p99": p99 });
/** Of calls that come so far apart that none holds up another. */
const delays = (p50: number, p99: number, count = 20_000) => {
  const { handedOverAtMs } = drawWaits(model(p50, p99), 1);
  return Array.from({ length: count }, (_, interval) => {
    const ingestedAtMs = interval * FAR_APART_MS;
    return handedOverAtMs({ interval, ingestedAtMs }) - ingestedAtMs;
  }).sort((a, b) => a - b);
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
      const { handedOverAtMs } = drawWaits(openModel(), seed);
      return (
        [0, 1, 2].map((interval) => handedOverAtMs({ interval, ingestedAtMs: interval * FAR_APART_MS }))[draw] ?? 0
      );
    })
      .map((atMs) => atMs - draw * FAR_APART_MS)
      .sort((a, b) => a - b);
    expect((draws[2_000] ?? 0) / 2_000).toBeCloseTo(1, 1);
    expect((draws[3_960] ?? 0) / 8_000).toBeGreaterThan(0.85);
    expect((draws[3_960] ?? 0) / 8_000).toBeLessThan(1.15);
    expect(draws.at(-1)).toBeLessThan(40_000);
  }
});

test("no call is handed over before an earlier one; calls of one flush interval have the same delay, however many", () => {
  const { handedOverAtMs } = drawWaits(openModel(), 3);
  const calls = Array.from({ length: 400 }, (_, i) => ({ interval: Math.floor(i / 10), ingestedAtMs: i * 500 }));
  const atMs = calls.map(handedOverAtMs);
  for (const [i, at] of atMs.entries()) expect(at).toBeGreaterThanOrEqual(atMs[i - 1] ?? 0);
  // A tenth of the calls, one for each interval, is handed over when all of them are.
  const few = drawWaits(openModel(), 3);
  const firsts = calls.filter((_, i) => i % 10 === 0).map(few.handedOverAtMs);
  expect(firsts.slice(1).every((at, k) => at <= (atMs[(k + 1) * 10] ?? 0))).toBe(true);
});

test("the first tick of the driver may be at any moment of its interval", () => {
  const ticks = Array.from({ length: 200 }, (_, seed) => drawWaits(openModel(), seed).firstTickMs);
  expect(Math.min(...ticks)).toBeGreaterThanOrEqual(0);
  expect(Math.min(...ticks)).toBeLessThan(250);
  expect(Math.max(...ticks)).toBeGreaterThan(4_750);
  expect(Math.max(...ticks)).toBeLessThan(5_000);
});

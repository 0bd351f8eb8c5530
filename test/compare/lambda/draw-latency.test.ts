import { describe, expect, test } from "vitest";
import { drawLatency, type WaitedLine } from "../../../compare/lambda/draw-latency.ts";
import { openModel } from "../../../compare/modelled.ts";
import { percentile, sorted } from "../../../compare/stats/percentile.ts";

const steady = (
  seconds: number,
  linesPerSecond: number,
  restMs: (seq: number) => number | null = () => 0,
): WaitedLine[] =>
  Array.from({ length: seconds * linesPerSecond }, (_, seq) => ({
    dueMs: (seq * 1_000) / linesPerSecond,
    bytes: 200,
    restMs: restMs(seq),
  }));
const DEFAULTS = { model: openModel(), seed: 1, warmUpMs: 0 };
const NO_SPREAD = openModel({ "subscription.delayMs.p50": 2_000, "subscription.delayMs.p99": 2_000 });

function pooled(lines: readonly WaitedLine[], settings = DEFAULTS, draws = 400) {
  const drawn = drawLatency(lines, { ...settings, draws });
  const latencies = sorted(
    drawn.lines.map((waits, seq) =>
      waits ? waits.driver + waits.ingestion + waits.subscription + (lines[seq]?.restMs ?? Infinity) : Infinity,
    ),
  );
  return { drawn, p50: percentile(latencies, 0.5) ?? 0, p99: percentile(latencies, 0.99) ?? 0 };
}

describe("the model's own distribution, which an independent calculation gave as 4.94 and 11.3 s, comes out", () => {
  test("over a long run", () => {
    const { p50, p99 } = pooled(steady(2_000, 10), DEFAULTS, 40);
    expect(p50 / 4_900).toBeCloseTo(1, 1);
    expect(p99 / 11_200).toBeCloseTo(1, 1);
  });

  test("over phases of 20 s, with the range in which one such phase falls: 3.94 to 6.29 s", () => {
    const { drawn, p50 } = pooled(steady(20, 200));
    expect(p50 / 4_900).toBeCloseTo(1, 1);
    expect(drawn.p50.low / 3_940).toBeCloseTo(1, 1);
    expect(drawn.p50.high / 6_290).toBeCloseTo(1, 1);
    expect(drawn.count).toBe(400);
  });

  test("a higher rate, which makes more calls, asks for no longer a delay", () => {
    const subscription = (linesPerSecond: number) => {
      const { drawn } = pooled(steady(20, linesPerSecond), DEFAULTS, 200);
      return percentile(sorted(drawn.lines.map((waits) => waits?.subscription ?? Infinity)), 0.5) ?? 0;
    };
    // 4 calls in 20 s, and 40.
    expect(subscription(9_000) / subscription(200)).toBeLessThan(1.15);
  });
});

test("what was measured is in every draw, and a line that never came in none", () => {
  const lines = steady(20, 50, (seq) => (seq % 10 === 9 ? null : 700));
  const settings = { ...DEFAULTS, model: NO_SPREAD };
  const [without, withRest] = [
    drawLatency(steady(20, 50), { ...settings, draws: 200 }),
    drawLatency(lines, { ...settings, draws: 200 }),
  ];
  // The driver's wait alone: 0 to 5 s, whose median is the same over nine tenths of the lines but a little higher.
  expect(withRest.p50.low - without.p50.low).toBeGreaterThanOrEqual(700);
  expect(withRest.p50.low - without.p50.low).toBeLessThan(1_300);
  // A tenth never came: so neither did the 95th percentile.
  expect(withRest.p95).toEqual({ low: Number.POSITIVE_INFINITY, high: Number.POSITIVE_INFINITY });
});

test("lines of the warm-up are in no range", () => {
  const lines = steady(20, 50, (seq) => (seq < 250 ? 60_000 : 0));
  const { p99 } = drawLatency(lines, { ...DEFAULTS, warmUpMs: 5_000, draws: 100 });
  expect(p99.high).toBeLessThan(60_000);
  expect(drawLatency(lines, { ...DEFAULTS, draws: 100 }).p99.low).toBeGreaterThan(60_000);
});

test("the same seed draws the same, and so many lines that they are drawn in groups have the figures of few", () => {
  const few = drawLatency(steady(20, 100), { ...DEFAULTS, draws: 200 });
  expect(drawLatency(steady(20, 100), { ...DEFAULTS, draws: 200 }).p50).toEqual(few.p50);
  const many = drawLatency(steady(20, 400), { ...DEFAULTS, draws: 200 });
  expect(many.lines).toHaveLength(8_000);
  expect(many.p50.low / few.p50.low).toBeCloseTo(1, 1);
  expect(many.p50.high / few.p50.high).toBeCloseTo(1, 1);
});

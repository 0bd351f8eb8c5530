import fc from "fast-check";
import { expect, test } from "vitest";
import { bucketWidthMs, timeSeries } from "../../../compare/stats/time-series.ts";

test("puts a line where it was due, not where it arrived", () => {
  expect(timeSeries([0, 500, 1_000, 1_999], [90, 560, 61_000, null], 1_000)).toEqual([
    { fromMs: 0, sent: 2, lost: 0, p50: 60, p99: 90 },
    { fromMs: 1_000, sent: 2, lost: 1, p50: 60_000, p99: 60_000 },
  ]);
});

test("a bucket that lost all has no latency", () => {
  expect(timeSeries([0, 1], [null, null], 10)).toEqual([{ fromMs: 0, sent: 2, lost: 2 }]);
});

test("keeps every line", () => {
  const lines = fc.array(
    fc.record({ due: fc.integer({ min: 0, max: 100_000 }), took: fc.option(fc.integer({ min: 0, max: 1_000 })) }),
  );
  fc.assert(
    fc.property(lines, fc.integer({ min: 1, max: 5_000 }), (all, bucketMs) => {
      const arrived = all.map(({ due, took }) => (took === null ? null : due + took));
      const buckets = timeSeries(
        all.map(({ due }) => due),
        arrived,
        bucketMs,
      );
      const sum = (name: "sent" | "lost") => buckets.reduce((total, bucket) => total + bucket[name], 0);
      expect(sum("sent")).toBe(all.length);
      expect(sum("lost")).toBe(arrived.filter((at) => at === null).length);
      expect(buckets.map(({ fromMs }) => fromMs)).toEqual(
        [...new Set(all.map(({ due }) => Math.floor(due / bucketMs) * bucketMs))].sort((a, b) => a - b),
      );
    }),
  );
});

test.each([
  [20_000, 500],
  [75_000, 2_000],
  [10, 1],
  [0, 1],
  [8 * 3_600_000, 480_000],
])("a phase of %d ms is drawn in steps of %d ms", (spanMs, width) => {
  expect(bucketWidthMs(spanMs)).toBe(width);
});

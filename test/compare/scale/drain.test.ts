import fc from "fast-check";
import { expect, test } from "vitest";
import { openModel } from "../../../compare/modelled.ts";
import { drainSeconds, objectsPerMinute } from "../../../compare/scale/drain.ts";
import { openFigures } from "../../../compare/scale/figures.ts";

const model = openModel();
const figures = openFigures();
const WHOLE_CPU = 10_240;
const rate = (entries: number, memoryMb = WHOLE_CPU) => objectsPerMinute(entries, memoryMb, figures, model);

test("what was measured is taken as it is; larger objects take longer in proportion", () => {
  expect(rate(10)).toBe(figures("replayer.objectsPerMinute.10"));
  expect(rate(1)).toBe(rate(10));
  expect(rate(100)).toBeCloseTo(figures("replayer.objectsPerMinute.100"));
  expect(rate(1_000)).toBe(figures("replayer.objectsPerMinute.1000"));
  expect(rate(10_000)).toBeCloseTo(figures("replayer.objectsPerMinute.1000") / 10);
});

test("a small function's share of a CPU may allow less", () => {
  const share = 512 / 1_769;
  expect(rate(10, 512)).toBeCloseTo((60_000 / figures("replayer.cpuMs.10")) * share);
});

test("by hand: 5,000 objects at 1,000 a minute are gone 6 minutes after the intake is back", () => {
  expect(drainSeconds(5_000, 1_000, figures)).toBeCloseTo(360);
  expect(drainSeconds(0, 1_000, figures)).toBe(0);
});

test("a run lasts 885 s, and the next begins with the full minute", () => {
  expect(drainSeconds(29_500 + 1, 2_000, figures)).toBeCloseTo(60 + 885.03 + 15);
});

test("more objects, or larger ones, never take less time", () => {
  const objects = fc.double({ min: 0, max: 1e7, noNaN: true });
  const entries = fc.double({ min: 1, max: 1e5, noNaN: true });
  fc.assert(
    fc.property(objects, objects, entries, entries, (n, more, size, larger) => {
      const least = drainSeconds(n, rate(size), figures);
      expect(drainSeconds(n + more, rate(size), figures)).toBeGreaterThanOrEqual(least);
      expect(drainSeconds(n, rate(size + larger), figures)).toBeGreaterThanOrEqual(least * (1 - 1e-9));
    }),
  );
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Outage, simulateOutage } from "../../../compare/scale/outage.ts";

const outage = (given: Partial<Outage> = {}): Outage => ({
  seconds: 3_600,
  deliveriesPerSecond: 20,
  concurrency: 900,
  newPerSecond: 100,
  hangSeconds: 20,
  storeSeconds: 1,
  calmSeconds: 0.06,
  breaker: { failuresToOpen: 2, openMs: 2_000, maxOpenMs: 30_000 },
  maxEventAgeSeconds: 21_600,
  ...given,
});

describe("an outage of an intake that never answers", () => {
  test("by hand, its first 10 s: each delivery takes a forwarder of its own, and holds it", () => {
    expect(simulateOutage(outage({ seconds: 10 }))).toEqual({
      mostAtOnce: 200,
      lastAtOnce: 110,
      mostWaiting: 0,
      longestWaitSeconds: 0,
      objects: 200,
      givenUp: 0,
      caughtUpSeconds: 0,
    });
  });

  test("20 deliveries a second need 400 forwarders for its first 20 s, never more", () => {
    const { mostAtOnce, lastAtOnce } = simulateOutage(outage());
    expect(mostAtOnce).toBe(400);
    expect(lastAtOnce).toBeLessThan(200);
  });

  test("Lambda starts 100 forwarders a second, and the rest waits", () => {
    const { mostWaiting } = simulateOutage(outage({ seconds: 5, deliveriesPerSecond: 150 }));
    expect(mostWaiting).toBe(250);
  });

  test("with twice the deliveries a second reserved, what waits does so for a minute at most", () => {
    const { mostAtOnce, longestWaitSeconds, objects, givenUp } = simulateOutage(outage({ concurrency: 40 }));
    expect(mostAtOnce).toBe(40);
    expect(longestWaitSeconds).toBeLessThanOrEqual(60);
    expect(objects).toBeGreaterThan(0.97 * 20 * 3_600);
    expect(givenUp).toBe(0);
  });

  test("with as many as deliveries a second the queue grows all the time, and after six hours Lambda gives up", () => {
    const growing = simulateOutage(outage({ concurrency: 20 }));
    expect(growing.longestWaitSeconds).toBeGreaterThan(600);
    expect(growing.caughtUpSeconds).toBeGreaterThan(0);
    const long = simulateOutage(outage({ concurrency: 2, seconds: 8 * 3_600 }));
    expect(long.givenUp).toBeGreaterThan(1);
    expect(long.longestWaitSeconds).toBe(21_600);
  });
});

test("no delivery is made up or forgotten, and forwarders stay within what there is", () => {
  const outages = fc.record({
    seconds: fc.integer({ min: 1, max: 3_000 }),
    deliveriesPerSecond: fc.double({ min: 0.1, max: 5_000, noNaN: true }),
    concurrency: fc.integer({ min: 1, max: 5_000 }),
    maxEventAgeSeconds: fc.integer({ min: 60, max: 21_600 }),
  });
  fc.assert(
    fc.property(outages, (given) => {
      const { mostAtOnce, objects, givenUp, mostWaiting } = simulateOutage(outage(given));
      const came = given.seconds * given.deliveriesPerSecond;
      expect(mostAtOnce).toBeLessThanOrEqual(given.concurrency * (1 + 1e-9));
      expect(objects).toBeLessThanOrEqual(came * (1 + 1e-6));
      expect(givenUp).toBeLessThanOrEqual(objects);
      expect(objects + mostWaiting).toBeGreaterThanOrEqual(came * (1 - 1e-6));
    }),
    { numRuns: 100 },
  );
});

test("a longer outage never leaves fewer objects", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 0, max: 500 }), (seconds, more) => {
      const objects = [seconds, seconds + more].map((s) => simulateOutage(outage({ seconds: s })).objects);
      expect(objects[1]).toBeGreaterThanOrEqual(objects[0] ?? Number.NaN);
    }),
    { numRuns: 50 },
  );
});

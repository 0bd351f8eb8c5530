import fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_EVENT_AGE_MS, redate } from "../../../functions/forwarder/stages/redate.ts";

const NOW = 1_795_366_200_000;

test("leaves what the intake takes as it is", () => {
  const entries = [{ timestamp: NOW }, { timestamp: NOW - MAX_EVENT_AGE_MS }, { timestamp: NOW + 5_000 }];
  expect(redate(entries, NOW)).toEqual({ entries, count: 0 });
});

test("gives older entries the present time, and keeps the original", () => {
  const timestamp = NOW - MAX_EVENT_AGE_MS - 1;
  expect(redate([{ timestamp, id: "a" }, { timestamp: NOW }], NOW)).toEqual({
    entries: [{ timestamp: NOW, id: "a", redated: { originalTimestamp: timestamp } }, { timestamp: NOW }],
    count: 1,
  });
});

test("no entry is too old afterwards, and however often it is done, the first time is kept", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: NOW })), fc.nat(10 ** 9), (timestamps, laterMs) => {
      const entries: { timestamp: number; redated?: { originalTimestamp: number } }[] = timestamps.map((timestamp) => ({
        timestamp,
      }));
      const twice = redate(redate(entries, NOW).entries, NOW + laterMs).entries;
      for (const [i, { timestamp, redated }] of twice.entries()) {
        expect(NOW + laterMs - timestamp).toBeLessThanOrEqual(MAX_EVENT_AGE_MS);
        expect(redated?.originalTimestamp ?? timestamp).toBe(timestamps[i]);
      }
    }),
  );
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { redate } from "../../../functions/forwarder/stages/redate.ts";
import {
  isOutOfRange,
  MAX_EVENT_AGE_MS,
  MAX_EVENT_AHEAD_MS,
} from "../../../functions/forwarder/stages/redate-range.ts";

const NOW = 1_795_366_200_000;
const HOUR_MS = 3_600_000;

test("leaves what the intake takes as it is", () => {
  const offsets = [0, -MAX_EVENT_AGE_MS, 5_000, MAX_EVENT_AHEAD_MS];
  const entries = offsets.map((offset) => ({ timestamp: NOW + offset }));
  expect(redate(entries, NOW)).toEqual({ entries, count: 0 });
});

test.each([
  ["older than 18 hours", -18 * HOUR_MS - 1],
  ["more than two hours ahead", 2 * HOUR_MS + 1],
  ["just too old to wait", -MAX_EVENT_AGE_MS - 1],
  ["just too far ahead for a clock that is a little behind", MAX_EVENT_AHEAD_MS + 1],
])("gives an entry that is %s the present time, and keeps the original", (_what, offset) => {
  const timestamp = NOW + offset;
  expect(redate([{ timestamp, id: "a" }, { timestamp: NOW }], NOW)).toEqual({
    entries: [{ timestamp: NOW, id: "a", redated: { originalTimestamp: timestamp } }, { timestamp: NOW }],
    count: 1,
  });
});

test("no entry is out of range afterwards, and however often it is done, the first time is kept", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 2 * NOW })), fc.nat(10 ** 9), (timestamps, laterMs) => {
      const entries: { timestamp: number; redated?: { originalTimestamp: number } }[] = timestamps.map((timestamp) => ({
        timestamp,
      }));
      const twice = redate(redate(entries, NOW).entries, NOW + laterMs).entries;
      for (const [i, { timestamp, redated }] of twice.entries()) {
        expect(isOutOfRange(timestamp, NOW + laterMs)).toBe(false);
        expect(redated?.originalTimestamp ?? timestamp).toBe(timestamps[i]);
      }
    }),
  );
});

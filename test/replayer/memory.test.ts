import { expect, test } from "vitest";
import { MAX_FAILURES, openMemory, type Remembered } from "../../functions/replayer/memory.ts";
import { manualClock } from "../support/sends.ts";

const RUN = { accepted: true, forwarded: false, read: true, listedAll: false };
const listed = (i: number) => ({ key: `undelivered/${i}`, etag: "e", size: 1 });
const memoryWith = (records: [string, Remembered][] = []) => {
  const clock = manualClock();
  return { clock, memory: openMemory(new Map(records), clock) };
};

test("stays small: what failed longest ago is forgotten first, and what was sent is not", () => {
  const { clock, memory } = memoryWith();
  memory.sent(listed(-1), "s3 AccessDenied");
  for (let i = 0; i < 3_000; i++) {
    clock.nowMs = i;
    memory.failed(listed(i), "http 503", "others accepted");
  }
  memory.close({ ...RUN, accepted: false });
  expect(memory.records.size).toBe(2_000);
  expect(memory.of(listed(-1))).toMatchObject({ sent: true });
  expect(memory.of(listed(1_000))).toBeUndefined();
  expect(memory.of(listed(2_999))).toBeDefined();
  expect(JSON.stringify([...memory.records]).length).toBeLessThan(500_000);
});

test("is full when it is full of what was sent", () => {
  const { memory } = memoryWith();
  for (let i = 0; i < 1_999; i++) memory.sent(listed(i), "s3 AccessDenied");
  // The same again is no more.
  memory.sent(listed(0), "s3 AccessDenied");
  expect(memory.isFull()).toBe(false);
  memory.sent(listed(2_000), "s3 AccessDenied");
  expect(memory.isFull()).toBe(true);
  memory.forget("undelivered/0");
  expect(memory.isFull()).toBe(false);
});

test.each([
  ["others accepted", { accepted: true }, 1],
  ["others accepted", { read: true, forwarded: true }, 0],
  ["others forwarded", { forwarded: true }, 1],
  ["others forwarded", { accepted: true, read: true }, 0],
  ["others read", { read: true }, 1],
  ["others read", {}, 0],
  ["always", {}, 1],
  ["never", { accepted: true, read: true, forwarded: true }, 0],
] as const)("a failure that is the object's own if %s counts in a run that met %o: %i", (ownFault, met, failures) => {
  const { memory } = memoryWith();
  memory.failed(listed(0), "x", ownFault);
  memory.close({ accepted: false, forwarded: false, read: false, ...met, listedAll: false });
  expect(memory.of(listed(0))).toMatchObject({ failures });
});

test("pauses grow, up to an hour, and ten failures take about four", () => {
  const clock = manualClock();
  const records = new Map<string, Remembered>();
  const pauses: number[] = [];
  for (let run = 0; run < MAX_FAILURES; run++) {
    const memory = openMemory(records, clock);
    memory.failed(listed(0), "http 500", "others accepted");
    memory.close(RUN);
    const { untilMs = 0 } = memory.of(listed(0)) ?? {};
    pauses.push((untilMs - clock.nowMs) / 60_000);
    clock.nowMs = untilMs;
  }
  expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60, 0]);
});

test("a pause is over when the clock was set back so far that it would never be", () => {
  const { clock, memory } = memoryWith();
  const record = { etag: "e", reason: "x", failures: 1, failedAtMs: 0, untilMs: 60_000 };
  expect(memory.isDue(record)).toBe(false);
  clock.nowMs = -48 * 3_600_000;
  expect(memory.isDue(record)).toBe(true);
});

test("other content under the same key is another object", () => {
  const { memory } = memoryWith();
  memory.sent(listed(0), "x");
  expect(memory.of({ ...listed(0), etag: "other" })).toBeUndefined();
  expect(memory.records.size).toBe(0);
});

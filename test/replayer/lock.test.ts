import { describe, expect, test } from "vitest";
import { LOCK_KEY, takeLock } from "../../functions/replayer/lock.ts";
import { patientStore as store } from "../support/patient-store.ts";
import { s3OfTests } from "../support/s3-of-tests.ts";

const s3 = s3OfTests();

/** Time that passes only with `pass`. What sleeps wakes when its time has come. */
function testClock(startMs = Date.UTC(2026, 10, 25)) {
  let nowMs = startMs;
  const sleepers: { readonly untilMs: number; readonly wake: () => void }[] = [];
  return {
    now: () => nowMs,
    monotonicMs: () => nowMs,
    random: () => 0.5,
    sleep: (ms: number) => new Promise<void>((wake) => sleepers.push({ untilMs: nowMs + ms, wake })),
    sleeping: () => sleepers.length,
    pass: (ms: number) => {
      nowMs += ms;
      for (const sleeper of sleepers.splice(0)) {
        if (sleeper.untilMs <= nowMs) sleeper.wake();
        else sleepers.push(sleeper);
      }
    },
  };
}

const written = () => s3.requests.write ?? 0;
const found = () => JSON.parse(s3.objects.get(LOCK_KEY)?.body.toString() ?? "null");

test("one of many that ask at the same time has it, and the next one after its release", async () => {
  const clock = testClock();
  for (let round = 0; round < 5; round++) {
    const asked = await Promise.all(Array.from({ length: 8 }, (_, i) => takeLock(store(), `run${i}`, clock)));
    const held = asked.filter((lock) => lock !== undefined);
    expect(held).toHaveLength(1);
    expect(held[0]?.isHeld()).toBe(true);
    expect(await takeLock(store(), "late", clock)).toBeUndefined();
    await held[0]?.release();
    expect(s3.objects.size).toBe(0);
  }
});

test("a run that was killed keeps it for a minute, and then one of many has it", async () => {
  const clock = testClock();
  const killed = await takeLock(store(), "killed", { ...clock, sleep: () => new Promise(() => undefined) });
  clock.pass(60_000);
  expect(killed?.isHeld()).toBe(false);
  // Its clock may be behind.
  expect(await takeLock(store(), "next", clock)).toBeUndefined();
  clock.pass(5_000);
  const asked = await Promise.all(Array.from({ length: 8 }, (_, i) => takeLock(store(), `next${i}`, clock)));
  expect(asked.filter((lock) => lock !== undefined)).toHaveLength(1);
  expect(found()).toMatchObject({ holder: expect.stringMatching(/^next/) });

  // What was taken for dead comes back: it neither has it nor takes it away.
  await killed?.release();
  expect(found()).toMatchObject({ holder: expect.stringMatching(/^next/) });
});

test("is renewed as long as the run lasts, and not beyond", async () => {
  const clock = testClock();
  const lock = await takeLock(store(), "long", clock);
  for (let i = 0; i < 20; i++) {
    const before = written();
    clock.pass(15_000);
    // It sleeps again only when it has heard that its lock is written.
    await expect.poll(() => [written(), clock.sleeping()]).toEqual([before + 1, 1]);
  }
  expect(lock?.isHeld()).toBe(true);
  expect(await takeLock(store(), "another", clock)).toBeUndefined();
  await lock?.release();
  const before = written();
  clock.pass(15_000);
  expect(await takeLock(store(), "another", clock)).toBeDefined();
  expect(written()).toBe(before + 1);
});

test("that could not be renewed is not held any more: the run must end", async () => {
  const clock = testClock();
  const lock = await takeLock(store(), "cut off", clock);
  s3.objects.delete(LOCK_KEY);
  const other = await takeLock(store(), "other", clock);
  expect(other).toBeDefined();
  for (let i = 0; i < 4; i++) clock.pass(15_000);
  expect(lock?.isHeld()).toBe(false);
  await lock?.release();
  expect(s3.objects.has(LOCK_KEY)).toBe(true);
});

describe.each([
  ["broken", "{"],
  ["of another version", '{"version":2}'],
  ["that ends in years, after a clock was set back", JSON.stringify({ untilMs: Date.UTC(2030, 0) })],
])("a lock %s", (_what, body) => {
  test("is nobody's", async () => {
    const clock = testClock();
    await store().write({ key: LOCK_KEY, body, contentType: "application/json", metadata: {} }, 5_000);
    expect(await takeLock(store(), "run", clock)).toBeDefined();
    expect(found()).toMatchObject({ version: 1, holder: "run" });
  });
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { RETRY_POLICY, withRetry } from "../../functions/intake/retry.ts";
import type { Answer } from "../../functions/intake/send.ts";
import { callUntil, manualClock, PAYLOAD, scripted } from "../support/sends.ts";

const unavailable: Answer = { status: "retryable", reason: "http 503" };

test.each<Answer>([
  { status: "delivered" },
  { status: "rejected", reason: "http 400" },
  { status: "tooLarge", reason: "http 413" },
])("sends once when the answer is $status", async (answer) => {
  const clock = manualClock();
  const { send, attemptsMs } = scripted([answer], clock.now);
  expect(await withRetry(send, RETRY_POLICY, clock)(PAYLOAD, callUntil(60_000))).toEqual(answer);
  expect(attemptsMs).toHaveLength(1);
});

test("waits twice as long each time, up to the longest wait, and gives up after the last attempt", async () => {
  const clock = manualClock(() => 1);
  const { send, attemptsMs } = scripted([unavailable], clock.now);
  const policy = { maxAttempts: 6, maxTimeouts: 2, baseDelayMs: 100, maxDelayMs: 500 };
  expect(await withRetry(send, policy, clock)(PAYLOAD, callUntil(60_000))).toEqual(unavailable);
  expect(attemptsMs).toEqual([0, 100, 300, 700, 1_200, 1_700]);
});

test("waits as long as the intake asks for, if that is longer", async () => {
  const clock = manualClock(() => 1);
  const { send, attemptsMs } = scripted([{ ...unavailable, retryAfterMs: 7_000 }, { status: "delivered" }], clock.now);
  await withRetry(send, RETRY_POLICY, clock)(PAYLOAD, callUntil(60_000));
  expect(attemptsMs).toEqual([0, 7_000]);
});

test("no attempt starts and no wait ends at or after the deadline", async () => {
  const answer = fc.record({
    status: fc.constant("retryable" as const),
    reason: fc.constant("http 503"),
    retryAfterMs: fc.option(fc.nat(20_000), { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(answer, { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 1, max: 30_000 }),
      fc.integer({ min: 1, max: 50 }),
      fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      async (answers, deadlineMs, maxAttempts, random) => {
        const clock = manualClock(() => random);
        const { send, attemptsMs } = scripted(answers, clock.now);
        const policy = { maxAttempts, maxTimeouts: 2, baseDelayMs: 200, maxDelayMs: 5_000 };
        await withRetry(send, policy, clock)(PAYLOAD, callUntil(deadlineMs));
        expect(clock.nowMs).toBeLessThan(deadlineMs);
        expect(Math.max(...attemptsMs)).toBeLessThan(deadlineMs);
        expect(attemptsMs.length).toBeLessThanOrEqual(maxAttempts);
      },
    ),
  );
});

const timeout: Answer = { status: "retryable", reason: "timeout" };
const cutShort: Answer = { status: "retryable", reason: "timeout", outOfTime: true };

test("an intake that never answers is tried twice, however often others are", async () => {
  const clock = manualClock();
  const { send, attemptsMs } = scripted([unavailable, timeout, unavailable, timeout], clock.now);
  expect(await withRetry(send, RETRY_POLICY, clock)(PAYLOAD, callUntil(60_000))).toEqual(timeout);
  expect(attemptsMs).toHaveLength(4);
});

test("a last attempt that was cut short does not hide that the one before had its full time", async () => {
  const clock = manualClock();
  const { send } = scripted([timeout, cutShort], clock.now);
  const answer = await withRetry(send, RETRY_POLICY, clock)(PAYLOAD, callUntil(60_000));
  expect(answer).toEqual({ ...timeout, outOfTime: false });
});

test("an attempt that was cut short says nothing of the intake, and is the last", async () => {
  const clock = manualClock();
  const { send, attemptsMs } = scripted([cutShort], clock.now);
  expect(await withRetry(send, RETRY_POLICY, clock)(PAYLOAD, callUntil(60_000))).toEqual(cutShort);
  expect(attemptsMs).toHaveLength(1);
});

test.each([-3_600_000, -60_000, 3_600_000])(
  "a clock that is set by %i ms while it waits moves no deadline",
  async (ms) => {
    const clock = manualClock(() => 1);
    const wall = { ...clock, now: () => clock.nowMs + (clock.nowMs > 1_000 ? ms : 0) };
    const { send, attemptsMs } = scripted([unavailable], () => clock.nowMs);
    const policy = { maxAttempts: 100, maxTimeouts: 2, baseDelayMs: 1_000, maxDelayMs: 1_000 };
    await withRetry(send, policy, { ...wall, monotonicMs: () => clock.nowMs })(PAYLOAD, callUntil(8_000));
    expect(attemptsMs).toEqual([0, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000]);
  },
);

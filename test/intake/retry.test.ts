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
  const policy = { maxAttempts: 6, baseDelayMs: 100, maxDelayMs: 500 };
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
        const policy = { maxAttempts, baseDelayMs: 200, maxDelayMs: 5_000 };
        await withRetry(send, policy, clock)(PAYLOAD, callUntil(deadlineMs));
        expect(clock.nowMs).toBeLessThan(deadlineMs);
        expect(Math.max(...attemptsMs)).toBeLessThan(deadlineMs);
        expect(attemptsMs.length).toBeLessThanOrEqual(maxAttempts);
      },
    ),
  );
});

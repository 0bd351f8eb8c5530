import { expect, test } from "vitest";
import { withBreaker } from "../../functions/intake/breaker.ts";
import type { Answer } from "../../functions/intake/send.ts";
import { callUntil, manualClock, PAYLOAD, scripted } from "../support/sends.ts";

const policy = { failuresToOpen: 2, openMs: 2_000, maxOpenMs: 5_000 };
const unavailable: Answer = { status: "retryable", reason: "http 503" };
const delivered: Answer = { status: "delivered" };
const refused = { status: "retryable", reason: "breaker open" };

function brokenAfter(answers: readonly Answer[]) {
  const clock = manualClock();
  const { send, attemptsMs } = scripted(answers, clock.now);
  const guarded = withBreaker(send, policy, clock);
  return { clock, attemptsMs, send: () => guarded(PAYLOAD, callUntil(Number.POSITIVE_INFINITY)) };
}

test("opens after two payloads in a row were given up", async () => {
  const { send, attemptsMs } = brokenAfter([unavailable]);
  expect([await send(), await send(), await send()]).toEqual([unavailable, unavailable, refused]);
  expect(attemptsMs).toHaveLength(2);
});

test("stays closed while some payload gets through, or the intake refuses one for good", async () => {
  const { send, attemptsMs } = brokenAfter([
    unavailable,
    delivered,
    unavailable,
    { status: "rejected", reason: "" },
    unavailable,
  ]);
  for (let i = 0; i < 5; i++) await send();
  expect(attemptsMs).toHaveLength(5);
});

test("tries a single payload when its time is over, and closes when that one is delivered", async () => {
  const { clock, send, attemptsMs } = brokenAfter([unavailable, unavailable, delivered]);
  await send();
  await send();
  clock.nowMs += policy.openMs;
  expect(await Promise.all([send(), send(), send()])).toEqual([delivered, refused, refused]);
  expect(await send()).toEqual(delivered);
  expect(attemptsMs).toHaveLength(4);
});

test("opens again for twice as long each time the single payload fails, up to a limit", async () => {
  const { clock, send, attemptsMs } = brokenAfter([unavailable]);
  await send();
  await send();
  for (const [index, openMs] of [2_000, 4_000, 5_000, 5_000].entries()) {
    clock.nowMs += openMs - 1;
    expect(await send()).toEqual(refused);
    clock.nowMs += 1;
    expect(await send()).toEqual(unavailable);
    expect(attemptsMs).toHaveLength(3 + index);
  }
});

test("opens for as long as at first after the intake was well in between", async () => {
  const answers = [unavailable, unavailable, unavailable, delivered, unavailable, unavailable, delivered];
  const { clock, send } = brokenAfter(answers);
  await send();
  await send();
  clock.nowMs += 2_000;
  await send();
  clock.nowMs += 4_000;
  expect(await send()).toEqual(delivered);
  await send();
  await send();
  expect(await send()).toEqual(refused);
  clock.nowMs += 2_000;
  expect(await send()).toEqual(delivered);
});

test("payloads that were under way together open it no longer than one", async () => {
  const { clock, send } = brokenAfter([...Array(5).fill(unavailable), delivered]);
  await Promise.all(Array.from({ length: 5 }, send));
  clock.nowMs += 2_000;
  expect(await send()).toEqual(delivered);
});

test.each([-3_600_000, 3_600_000])("a clock that is set by %i ms does not keep it open", async (ms) => {
  const clock = manualClock();
  let skewMs = 0;
  const { send, attemptsMs } = scripted([unavailable, unavailable, delivered], clock.now);
  const guarded = withBreaker(send, policy, { ...clock, now: () => clock.nowMs + skewMs });
  const once = () => guarded(PAYLOAD, callUntil(Number.POSITIVE_INFINITY));
  await once();
  await once();
  skewMs = ms;
  clock.nowMs += policy.openMs;
  expect(await once()).toEqual(delivered);
  expect(attemptsMs).toHaveLength(3);
});

test("time in which the sandbox was frozen counts, though one of the clocks stood still", async () => {
  const clock = manualClock();
  let frozenMs = 0;
  const { send } = scripted([unavailable, unavailable, delivered], clock.now);
  const guarded = withBreaker(send, policy, { ...clock, now: () => clock.nowMs + frozenMs });
  const once = () => guarded(PAYLOAD, callUntil(Number.POSITIVE_INFINITY));
  await once();
  await once();
  frozenMs = policy.openMs;
  expect(await once()).toEqual(delivered);
});

import { beforeEach, expect, test } from "vitest";
import type { Clock } from "../../functions/clock.ts";
import { forward } from "../../functions/forwarder/forward.ts";
import { reservesFor } from "../../functions/forwarder/reserves.ts";
import { accountingGap } from "../../functions/records/fates.ts";
import { deliveryOf, INVOCATION, lines } from "../support/deliveries.ts";
import { storeAndIntake } from "../support/store-and-intake.ts";

const there = storeAndIntake();
beforeEach(() => {
  there.bucket.clear();
  there.intake.recorder.clear();
  there.intake.recorder.setFaults(undefined);
});

/** Waits take no time, but the clocks go on by them; the wall clock may be set at any moment. */
function jumpingClock(jumpMs: number, afterMs: number): Clock & { passedMs: () => number } {
  const start = Date.now();
  let passedMs = 0;
  return {
    now: () => start + passedMs + (passedMs >= afterMs ? jumpMs : 0),
    monotonicMs: () => passedMs,
    sleep: async (ms) => {
      passedMs += ms;
    },
    random: () => 1,
    passedMs: () => passedMs,
  };
}

const { parts } = there;

test.each([-3_600_000, -60_000, 60_000, 3_600_000])(
  "a clock that is set by %i ms within an invocation neither prolongs it nor loses anything",
  async (jumpMs) => {
    there.intake.recorder.setFaults({ always: { kind: "status", status: 503 } });
    const clock = jumpingClock(jumpMs, 300);
    const { report } = await forward(deliveryOf(lines(30)), { ...INVOCATION, deadlineMs: 8_000 }, parts(clock));
    expect(clock.passedMs()).toBeLessThan(8_000);
    expect(report).toMatchObject({ received: 30, undelivered: 30 });
    expect(accountingGap(report)).toBe(0);
    for (const ms of Object.values(report.durationsMs)) expect(ms).toBeGreaterThanOrEqual(0);
    expect(await there.bucket.ids("undelivered/")).toHaveLength(30);
  },
);

test("an intake that takes requests and never answers is given up after two time-outs, and then left alone", async () => {
  there.intake.recorder.setFaults({ always: { kind: "hang" } });
  const clock = { ...jumpingClock(0, 0), monotonicMs: () => 0 };
  const forwarder = parts(clock, { SIDECARLESS_REQUEST_TIMEOUT_MS: "100", DD_MAX_WORKERS: "4" });
  const invocation = { ...INVOCATION, deadlineMs: 60_000 };
  const first = await forward(deliveryOf(lines(10_000)), invocation, forwarder);
  // Four payloads are under way at once; none is begun after the first was given up.
  expect(first.report).toMatchObject({ received: 10_000, undelivered: 10_000, requests: 8 });
  const second = await forward(deliveryOf(lines(10_000)), invocation, forwarder);
  expect(second.report).toMatchObject({ undelivered: 10_000, requests: 0, reasons: { "breaker open": 10_000 } });
});

test("less memory is less of a CPU, and keeps more time for the end of an invocation", () => {
  const [small, medium, large, whole] = [128, 256, 512, 1_769].map(reservesFor);
  for (const [less, more] of [
    [small, medium],
    [medium, large],
    [large, whole],
  ]) {
    expect(less?.exitMs).toBeGreaterThan(more?.exitMs ?? 0);
    expect(less?.storeMs).toBeGreaterThan(more?.storeMs ?? 0);
  }
  expect(reservesFor(10_240)).toEqual(whole);
});

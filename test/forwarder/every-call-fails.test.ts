import { beforeEach, describe, expect, test } from "vitest";
import { type Forwarded, forward, type Parts } from "../../functions/forwarder/forward.ts";
import type { Writes } from "../../functions/forwarder/leftovers.ts";
import { accountingGap } from "../../functions/records/fates.ts";
import { StoreError } from "../../functions/undelivered/store.ts";
import { deliveryOf, INVOCATION, lines } from "../support/deliveries.ts";
import { INTAKE_FAULTS, storeAndIntake } from "../support/store-and-intake.ts";

/** Each request to the intake and each write to the store of a short trace fails in turn, in each of several ways. */

const there = storeAndIntake();
beforeEach(() => {
  there.bucket.clear();
  there.intake.recorder.clear();
});

const clock = {
  now: Date.now,
  monotonicMs: () => performance.now(),
  sleep: async () => undefined,
  random: () => 0.5,
};

/** Only a request that hangs is to run out of time, however busy the machine is. */
const timeoutOf = (fault?: (typeof INTAKE_FAULTS)[number]) => (fault?.kind === "hang" ? "150" : "60000");
const parts = (fault?: (typeof INTAKE_FAULTS)[number]) =>
  there.parts(clock, { SIDECARLESS_REQUEST_TIMEOUT_MS: timeoutOf(fault), DD_COMPRESSION: "zstd" });

/** Three payloads and one: what Lambda would try again is tried again, until it is not handed back. */
const TRACE = [deliveryOf(lines(2_200, 20), Date.now(), "a"), deliveryOf(lines(10), Date.now(), "b")];
const IDS = [...lines(2_200).map((_, i) => `a${i}`), ...lines(10).map((_, i) => `b${i}`)];
const MAX_TRIES = 5;

async function play(forwarder: Parts): Promise<readonly Forwarded[]> {
  const all: Forwarded[] = [];
  for (const event of TRACE) {
    for (let attempt = 0; ; attempt++) {
      expect(attempt).toBeLessThan(MAX_TRIES);
      const forwarded = await forward(event, { ...INVOCATION, deadlineMs: performance.now() + 60_000 }, forwarder);
      all.push(forwarded);
      expect(accountingGap(forwarded.report)).toBe(0);
      expect(forwarded.failure === undefined).toBe(forwarded.report.returned === 0);
      if (!forwarded.failure) break;
    }
  }
  return all;
}

async function expectNothingLost(): Promise<void> {
  const safe = new Set([
    ...there.intake.recorder.entries().map(({ id }) => String(id)),
    ...(await there.bucket.ids("undelivered/")),
    ...(await there.bucket.ids("rejected/")),
  ]);
  expect(IDS.filter((id) => !safe.has(id))).toEqual([]);
}

describe.each(INTAKE_FAULTS)("the intake answers one request with $kind $status", (fault) => {
  test.each([0, 1, 2, 3, 4])("request %i", async (n) => {
    there.intake.recorder.setFaults({ sequence: [...Array.from({ length: n }, () => null), fault] });
    const all = await play(parts(fault));
    await expectNothingLost();
    // With a hang, requests have little time: on a busy machine another one may run out of it, and go again.
    const mayRepeat = fault.kind === "lostAnswer" || fault.kind === "hang";
    const duplicates = mayRepeat ? expect.any(Number) : 0;
    const why = JSON.stringify(all.map(({ report: { reasons, notes } }) => ({ reasons, notes })));
    expect(there.intake.recorder.summary().duplicates, why).toEqual(duplicates);
    expect(all.every(({ failure }) => failure === undefined)).toBe(true);
  });
});

/** What a write may come to: before S3 has the object, or after. */
const WRITES: Readonly<Record<string, (write: () => Promise<void>) => Promise<void>>> = {
  refused: () => Promise.reject(new StoreError("s3 AccessDenied", "refused.")),
  throttled: () => Promise.reject(new StoreError("s3 SlowDown", "throttled.")),
  "late, its answer lost": async (write) => {
    await write();
    throw new StoreError("s3 TimeoutError", "no answer in time.");
  },
  "reset on its way": () => Promise.reject(new StoreError("s3 ECONNRESET", "reset.")),
  "done twice": async (write) => {
    await write();
    await write();
  },
  slow: async (write) => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    await write();
  },
};

describe.each(Object.entries(WRITES))("the intake is down, and one write to the store is %s", (_name, fail) => {
  test.each([0, 1, 2, 3])("write %i", async (n) => {
    there.intake.recorder.setFaults({ always: { kind: "status", status: 503 } });
    const forwarder = parts();
    let writes = 0;
    const store: Writes = {
      write: (object, timeoutMs) => {
        const write = () => forwarder.store.write(object, timeoutMs);
        return writes++ === n ? fail(write) : write();
      },
    };
    await play({ ...forwarder, store });
    await expectNothingLost();
    const ids = await there.bucket.ids("undelivered/");
    // What was stored before the invocation failed is written over, not stored twice.
    expect(new Set(ids).size).toBe(ids.length);
  });
});

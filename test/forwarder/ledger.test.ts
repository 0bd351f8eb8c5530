import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { forward, type Parts } from "../../functions/forwarder/forward.ts";
import { openLedger } from "../../functions/forwarder/ledger.ts";
import type { Report } from "../../functions/metrics/report.ts";
import { FATE_NAMES } from "../../functions/records/fates.ts";
import type { Outcome, Settled } from "../../functions/records/payload.ts";
import { type Store, StoreError } from "../../functions/undelivered/store.ts";
import { compress, deliveryOf, INVOCATION } from "../support/deliveries.ts";
import { manualClock } from "../support/sends.ts";

/** A payload of so many entries that came to this end. Its body is its number, by which the store knows it. */
const settled = (entryCount: number, outcome: Outcome, number = 0): Settled => ({
  payload: {
    body: Buffer.from(String(number)),
    encoding: "gzip",
    entryCount,
    rawBytes: 0,
    firstEventMs: 0,
    lastEventMs: 0,
  },
  outcome,
});

const REFUSED = "s3 AccessDenied";

/** A store that takes some bodies, and can't be written to with the others. */
const storeOf = (takes: (body: string) => boolean): Store => ({
  write: async ({ body }) => {
    if (!takes(body.toString())) throw new StoreError(REFUSED, "writing an object failed.");
  },
  async *list() {},
  read: async () => undefined,
  remove: async () => undefined,
});

/** The report of one delivery whose payload came to these ends. */
async function reportOf(ends: readonly Settled[], takes: (body: string) => boolean): Promise<Report> {
  const parts: Parts = {
    settings: {
      forwarderName: "forwarder",
      forwarderVersion: "0.0.0",
      tags: [],
      maxDecodedBytes: 1_000_000,
      maxConcurrentRequests: 1,
      metadata: { budgetMs: 0 },
    },
    reserves: { slowness: 1, storeMs: 5_000, exitMs: 250 },
    compress,
    deliver: async () => ends,
    store: storeOf(takes),
    clock: manualClock(),
  };
  return (await forward(deliveryOf(["x"]), INVOCATION, parts)).report;
}

describe("what became of payloads", () => {
  it("counts entries, not payloads, by outcome and by reason", async () => {
    const all = [
      settled(5, { status: "delivered" }),
      settled(3, { status: "retryable", reason: "http 503", retryAfterMs: 1_000 }),
      settled(2, { status: "rejected", reason: "http 400" }),
      settled(4, { status: "retryable", reason: "http 503" }),
      settled(1, { status: "delivered" }),
    ];
    const reasons = { "http 503": 7, "http 400": 2 };
    expect(await reportOf(all, () => true)).toMatchObject({
      delivered: 6,
      undelivered: 7,
      rejected: 2,
      returned: 0,
      reasons,
    });
    const notStored = await reportOf(all, () => false);
    expect(notStored).toMatchObject({ delivered: 6, undelivered: 0, rejected: 0, returned: 9 });
    expect(notStored.reasons).toEqual({ ...reasons, [REFUSED]: 9 });
    const none = await reportOf([], () => true);
    expect(none).toMatchObject({ delivered: 0, undelivered: 0, rejected: 0, returned: 0 });
    expect(none.reasons).toEqual({});
  });

  it("counts every entry once, and gives a reason for all that were not delivered", async () => {
    const outcome: fc.Arbitrary<Outcome> = fc.oneof(
      fc.constant<Outcome>({ status: "delivered" }),
      fc.record({
        status: fc.constantFrom("retryable" as const, "rejected" as const),
        reason: fc.constantFrom("a", "b", "c"),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(1_000), outcome, fc.boolean())), async (all) => {
        const ends = all.map(([count, end], i) => settled(count, end, i));
        const report = await reportOf(ends, (body) => all[Number(body)]?.[2] ?? false);
        const { delivered, undelivered, rejected, returned, reasons } = report;
        expect(delivered + undelivered + rejected + returned).toBe(sum(all.map(([count]) => count)));
        const { [REFUSED]: notStored = 0, ...why } = reasons;
        expect(sum(Object.values(why))).toBe(undelivered + rejected + returned);
        expect(notStored).toBe(returned);
      }),
    );
  });
});

const sum = (counts: readonly number[]) => counts.reduce((a, b) => a + b, 0);

describe("the age of events", () => {
  const NOW = 1_795_366_200_000;

  /** What a ledger closed at `NOW` says of events with these times. */
  function agesOf(timestamps: Iterable<number>) {
    const ledger = openLedger(INVOCATION, 1, { ...manualClock(), now: () => NOW });
    for (const timestamp of timestamps) ledger.addTime(timestamp);
    const { lagNewestMs, lagOldestMs } = ledger.close();
    return { lagNewestMs, lagOldestMs };
  }

  it("is that of the newest and the oldest, whatever their order", () => {
    expect(agesOf([NOW - 99, NOW - 98, NOW - 100])).toEqual({ lagNewestMs: 98, lagOldestMs: 100 });
  });

  it("is negative for an event from a clock that is ahead", () => {
    expect(agesOf([NOW + 5])).toEqual({ lagNewestMs: -5, lagOldestMs: -5 });
  });

  it("is not there without events", () => {
    const report = openLedger(INVOCATION, 1, manualClock()).close();
    expect(report).not.toHaveProperty("lagNewestMs");
    expect(report).not.toHaveProperty("lagOldestMs");
  });

  it("is told for more events than a call takes arguments", () => {
    expect(agesOf(Array<number>(200_000).fill(NOW)).lagOldestMs).toBe(0);
  });
});

describe("a ledger", () => {
  it("begins with nothing, whatever another one has counted", () => {
    const other = openLedger(INVOCATION, 1, manualClock());
    for (const fate of FATE_NAMES) other.add(fate, 7);
    other.add("received", 7);
    other.call.countRequest(7);
    other.addReason("http 503", 7);
    expect(openLedger(INVOCATION, 1, manualClock()).close()).toEqual({
      received: 0,
      delivered: 0,
      filtered: 0,
      sampledOut: 0,
      joinedAway: 0,
      undelivered: 0,
      rejected: 0,
      returned: 0,
      unreadable: 0,
      controlMessages: 0,
      truncated: 0,
      redated: 0,
      redacted: 0,
      metadataPartial: 0,
      bytesIn: 0,
      rawBytesIn: 0,
      bytesOut: 0,
      requests: 0,
      durationsMs: { decode: 0, metadata: 0, enrich: 0, send: 0, store: 0 },
      coldStart: false,
      reasons: {},
      notes: {},
    });
  });

  it("adds up what it is told", () => {
    const ledger = openLedger({ ...INVOCATION, coldStart: true }, 1, manualClock());
    for (const events of [1, 2]) {
      ledger.add("received", events);
      ledger.add("joinedAway", events);
      ledger.addReason("http 503", events);
      ledger.call.countRequest(10 * events);
      ledger.call.note("payload halved");
    }
    ledger.addReason("http 400", 5);
    expect(ledger.close()).toMatchObject({
      received: 3,
      joinedAway: 3,
      reasons: { "http 503": 3, "http 400": 5 },
      requests: 2,
      bytesOut: 30,
      notes: { "payload halved": 2 },
      coldStart: true,
    });
  });

  it("names each rule once, and none if none was applied", () => {
    const ledger = openLedger(INVOCATION, 1, manualClock());
    expect(ledger.close()).not.toHaveProperty("rule");
    for (const name of ["/ecs/*", "default", "/ecs/*"]) ledger.addRule(name);
    expect(ledger.close().rule).toBe("/ecs/*, default");
  });

  it("tells how long each stage took, over all of its turns", () => {
    const clock = manualClock();
    const ledger = openLedger(INVOCATION, 1, clock);
    for (const [stage, ms] of [
      ["decode", 5],
      ["send", 10],
      ["store", 0],
      ["decode", 7],
      ["send", 20],
    ] as const) {
      clock.nowMs += ms;
      ledger.lap(stage);
    }
    expect(ledger.close().durationsMs).toEqual({ decode: 12, metadata: 0, enrich: 0, send: 30, store: 0 });
  });
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { read } from "../../../functions/forwarder/stages/read.ts";
import { deliveryEvent, isBatchFull, takeBatch } from "../../../tools/backfill/delivery-batches.ts";
import { eventsIn, type HeldEvent, type ReadPage, slicesOf } from "../../../tools/backfill/held-events.ts";
import { plainEvents } from "../../support/deliveries.ts";

test("slices are all of a gap, none twice, whatever is in them", () => {
  const gap = fc.tuple(fc.nat(10 ** 12), fc.integer({ min: 1, max: 3 * 86_400_000 }));
  fc.assert(
    fc.property(gap, fc.array(fc.nat(200_000), { minLength: 1, maxLength: 20 }), ([from, length], counts) => {
      let at = from;
      let i = 0;
      for (const slice of slicesOf({ from, to: from + length }, () => counts[i++ % counts.length] ?? 0)) {
        expect(slice.from).toBe(at);
        expect(slice.to).toBeGreaterThan(slice.from);
        at = slice.to;
        // A gap of three days in milliseconds would take too long.
        if (i > 2_000) return;
      }
      expect(at).toBe(from + length);
    }),
  );
});

const heldAt = (timestamp: number, message = "x"): HeldEvent => ({
  id: String(timestamp),
  timestamp,
  message,
  logStream: "s",
});

async function all(readPage: ReadPage, to: number): Promise<HeldEvent[]> {
  const found: HeldEvent[] = [];
  for await (const page of eventsIn({ from: 0, to }, readPage)) found.push(...page);
  return found;
}

test("a full page without a token is not taken for the last", async () => {
  const events = Array.from({ length: 25_000 }, (_, i) => heldAt(i));
  const found = await all(
    async ({ from, to }) => ({ events: events.slice(from, Math.min(to, from + 10_000)) }),
    25_000,
  );
  expect(new Set(found.map(({ id }) => id)).size).toBe(25_000);
});

test("a token that comes again is the end", async () => {
  let pages = 0;
  const found = await all(async () => ({ events: [heldAt(pages++)], token: "again" }), 10);
  expect(found).toHaveLength(2);
});

test("batches hold all events in order, and fit into an invocation", () => {
  const sizes = fc.array(fc.oneof(fc.nat(500), fc.integer({ min: 300_000, max: 1_100_000 })), { maxLength: 12 });
  fc.assert(
    fc.property(sizes, (lengths) => {
      const events = lengths.map((length, i) => heldAt(i, "é".repeat(length / 2)));
      const waiting = [...events];
      const batches: HeldEvent[][] = [];
      while (waiting.length > 0) {
        const wasFull = isBatchFull(waiting);
        batches.push(takeBatch(waiting));
        if (!wasFull) expect(waiting).toEqual([]);
      }
      expect(batches.flat()).toEqual(events);
      for (const batch of batches.filter(({ length }) => length > 1)) {
        expect(batch.reduce((bytes, { message }) => bytes + Buffer.byteLength(message), 0)).toBeLessThan(1_048_576);
      }
    }),
    { numRuns: 30 },
  );
});

test("a batch is what a subscription sends: a delivery for each stream", () => {
  const events = ["a", "b", "a"].map((logStream, i) => ({ ...heldAt(i, `größe "${i}"\n`), logStream }));
  const { data } = deliveryEvent("111122223333", "/ecs/x", events).awslogs;
  const found = read(data, "data", 1_000_000);
  if (found.status !== "read") throw new Error(found.reason);
  expect(found.deliveries).toMatchObject([
    {
      kind: "data",
      account: "111122223333",
      logGroup: "/ecs/x",
      logStream: "a",
      subscriptionFilters: ["sidecarless-backfill"],
    },
    { logStream: "b" },
  ]);
  expect(found.deliveries.map((delivery) => plainEvents(delivery.events).map(({ id }) => id))).toEqual([
    ["0", "2"],
    ["1"],
  ]);
  // As AWS writes it, which the scanner reads.
  expect(found.deliveries.every(({ events: { dateMarks } }) => dateMarks !== undefined)).toBe(true);
});

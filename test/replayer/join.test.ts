import fc from "fast-check";
import { expect, test } from "vitest";
import { entriesOf, payloadOf } from "../../functions/intake/payload.ts";
import { INTAKE_LIMITS } from "../../functions/records/intake-limits.ts";
import type { Payload } from "../../functions/records/payload.ts";
import { shipments } from "../../functions/replayer/join.ts";
import { compress } from "../support/deliveries.ts";

let lastId = 0;
const payload = (count: number, bytes = 20) =>
  payloadOf(
    Array.from({ length: count }, (_, i) => ({ id: lastId++, timestamp: i, message: "x".repeat(bytes) })),
    compress,
  );
const idsIn = (body: Uint8Array) => (entriesOf(body) ?? []).map(({ id }) => id);

test("joining keeps every entry, their order and the limits", () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 1_000 }), { maxLength: 12 });
  const limit = fc.constantFrom(1_280_000, INTAKE_LIMITS.maxBytes);
  fc.assert(
    fc.property(sizes, fc.boolean(), limit, (counts, long, maxBytes) => {
      const parts = counts.map((count) => ({ payload: payload(count, long ? 9_000 : 20) }));
      const sent = [...shipments(parts, compress, maxBytes)];
      const ids = (all: readonly { readonly payload: Payload }[]) => all.flatMap((one) => idsIn(one.payload.body));
      expect(ids(sent)).toEqual(ids(parts));
      expect(sent.flatMap((one) => one.parts)).toEqual(parts);
      for (const { payload: one, parts: holds } of sent) {
        expect(one.entryCount).toBe(holds.reduce((sum, { payload: { entryCount } }) => sum + entryCount, 0));
        if (holds.length === 1) expect(one).toBe(holds[0].payload);
        else {
          expect(one.entryCount).toBeLessThanOrEqual(INTAKE_LIMITS.maxEntries);
          expect(one.rawBytes).toBeLessThanOrEqual(maxBytes);
        }
      }
    }),
    { numRuns: 30 },
  );
});

test("a hundred objects of ten entries are one request", () => {
  const parts = Array.from({ length: 100 }, () => ({ payload: payload(10) }));
  expect([...shipments(parts, compress)]).toHaveLength(1);
});

test("what is broken, written by somebody else, or may be bad goes alone, and the order stays", () => {
  const good = () => ({ payload: payload(1) });
  const broken = { payload: { ...payload(1), body: Buffer.from("not gzip") } };
  const spaced = { payload: { ...payload(1), ...compress(Buffer.from(' [{"timestamp":1}] ')) } };
  const bad = { payload: payload(1), alone: true };
  const parts = [good(), good(), broken, good(), spaced, good(), bad, good()];
  expect([...shipments(parts, compress)].map((one) => one.parts.length)).toEqual([2, 1, 1, 1, 1, 1, 1]);
});

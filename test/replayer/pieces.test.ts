import fc from "fast-check";
import { expect, test } from "vitest";
import { entriesOf, payloadOf } from "../../functions/intake/payload.ts";
import { joined, piecesOf } from "../../functions/replayer/pieces.ts";
import { storedPayloads } from "../../functions/undelivered/stored-parts.ts";
import { compress } from "../support/deliveries.ts";

const ranges = fc.array(
  fc.tuple(fc.nat(40), fc.nat(10)).map(([start, length]) => ({ start, end: start + length })),
  { maxLength: 6 },
);

test("what was taken of an object is left out, whatever its payloads, and nothing else", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 6 }), ranges, (counts, taken) => {
      let id = 0;
      const payloads = counts.map((count) =>
        payloadOf(
          Array.from({ length: count }, () => ({ id: id++, timestamp: 0 })),
          compress,
        ),
      );
      const [object] = storedPayloads(
        "undelivered",
        payloads.map((payload) => ({ payload, reason: "x" })),
      );
      const read = { body: object?.body as Uint8Array, etag: "", metadata: object?.metadata ?? {} };
      const pieces = piecesOf(object?.key ?? "", read, joined(taken), compress);
      if (typeof pieces === "string") throw new Error(pieces);
      const left = pieces.flatMap(({ payload, from }) => {
        const ids = (entriesOf(payload.body) ?? []).map((entry) => entry.id);
        expect(ids).toHaveLength(payload.entryCount);
        expect(ids[0]).toBe(from);
        return ids;
      });
      const all = Array.from({ length: id }, (_, i) => i);
      expect(left).toEqual(all.filter((i) => !taken.some(({ start, end }) => i >= start && i < end)));
    }),
  );
});

test("of an object that says a wrong number of entries nothing is left out: sent twice is better than lost", () => {
  const payload = payloadOf(
    [1, 2, 3].map((id) => ({ id, timestamp: 0 })),
    compress,
  );
  const metadata = { "entry-count": "5", "raw-bytes": "1", "first-event-ms": "0", "last-event-ms": "0" };
  const pieces = piecesOf("undelivered/x.json.gz", { body: payload.body, etag: "", metadata }, [0, 2], compress);
  expect(pieces).toMatchObject([{ payload: { body: payload.body, entryCount: 5 }, from: 0 }]);
});

import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compressed } from "../../functions/compression.ts";
import { pack } from "../../functions/forwarder/stages/pack.ts";
import { entriesOf, halve, payloadOf, type SentEntry } from "../../functions/intake/payload.ts";
import type { Compress, Encoding } from "../../functions/records/payload.ts";
import { entry, onTheWire } from "../support/deliveries.ts";
import { anyText } from "../support/texts.ts";

const compressAs =
  (encoding: Encoding, level = 1): Compress =>
  (json) => ({ body: compressed(json, encoding, { gzipLevel: level, zstdLevel: level }), encoding });

const encoding = fc.constantFrom<Encoding>("gzip", "zstd");
const DECODERS = { gzip: gunzipSync, zstd: zstdDecompressSync };

const someEntries = fc.array(
  fc
    .tuple(fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }), anyText(), fc.nat())
    .map(([more, message, timestamp]): SentEntry => ({ ...more, message, timestamp })),
  { minLength: 1, maxLength: 20 },
);

/** As JSON keeps them: there is no -0 in it. */
const asJson = (entries: readonly SentEntry[]) => JSON.parse(JSON.stringify(entries));

it.each([
  ["gzip", 0],
  ["gzip", 1],
  ["gzip", 6],
  ["gzip", 9],
  ["zstd", 0],
  ["zstd", 1],
  ["zstd", 19],
] as const)("reads what the forwarder packed as %s at level %i", (as, level) => {
  const entries = [entry("b", 1), entry("a 😀\ud83d", 0)];
  const [packed] = pack(entries, compressAs(as, level), entries.length);
  expect(packed?.encoding).toBe(as);
  expect(entriesOf(packed?.body ?? Buffer.alloc(0))).toEqual(entries.map(onTheWire));
});

describe("entries of a payload", () => {
  it("are those it was made of", () => {
    fc.assert(
      fc.property(someEntries, encoding, (entries, as) => {
        expect(entriesOf(payloadOf(entries, compressAs(as)).body)).toEqual(asJson(entries));
      }),
    );
  });

  it("are counted, measured and dated in it", () => {
    fc.assert(
      fc.property(someEntries, encoding, (entries, as) => {
        const { body, ...told } = payloadOf(entries, compressAs(as));
        const times = entries.map(({ timestamp }) => timestamp);
        expect(told).toEqual({
          encoding: as,
          entryCount: entries.length,
          rawBytes: DECODERS[as](body).length,
          firstEventMs: Math.min(...times),
          lastEventMs: Math.max(...times),
        });
      }),
    );
  });

  const json = JSON.stringify([onTheWire(entry("a"))]);
  it.each([
    ["no compression", Buffer.from('[{"timestamp":1}]')],
    ["gzip that ends early", gzipSync(json).subarray(0, -9)],
    ["zstd that ends early", zstdCompressSync(json).subarray(0, -9)],
    ["nothing but zstd's first bytes", zstdCompressSync(json).subarray(0, 4)],
    ["no bytes", Buffer.alloc(0)],
    ["no JSON", gzipSync('[{"timestamp":1}')],
    ["no JSON in zstd", zstdCompressSync('[{"timestamp":1}')],
    ["an object", gzipSync('{"timestamp":1}')],
    ["an empty list", gzipSync("[]")],
    ["an entry that is null", gzipSync('[{"timestamp":1},null]')],
    ["an entry without a time", gzipSync('[{"timestamp":1},{"message":"a"}]')],
    ["a time that is no number", gzipSync('[{"timestamp":"1"}]')],
  ])("are not to be had from a body with %s", (_what, body) => {
    expect(entriesOf(body)).toBeUndefined();
    const payload = { body, encoding: "gzip", entryCount: 2, rawBytes: 1, firstEventMs: 1, lastEventMs: 1 } as const;
    expect(halve(payload, compressAs("gzip"))).toBeUndefined();
  });
});

describe("halving", () => {
  it("keeps everything, in order, in halves that differ by one entry at most", () => {
    fc.assert(
      fc.property(someEntries, encoding, encoding, (entries, before, after) => {
        fc.pre(entries.length > 1);
        const halves = halve(payloadOf(entries, compressAs(before)), compressAs(after));
        const [first, second] = halves ?? [];
        expect((first?.entryCount ?? 0) - (second?.entryCount ?? 0)).toBe(entries.length % 2);
        expect([first?.encoding, second?.encoding]).toEqual([after, after]);
        const again = (halves ?? []).flatMap(({ body }) => entriesOf(body));
        expect(again).toEqual(asJson(entries));
      }),
    );
  });

  it("is not done to a single entry", () => {
    const alone = payloadOf([onTheWire(entry("alone"))], compressAs("gzip"));
    expect(halve(alone, compressAs("gzip"))).toBeUndefined();
  });
});

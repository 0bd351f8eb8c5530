import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pack } from "../../functions/forwarder/stages/pack.ts";
import { entriesOf, halve, payloadOf, type SentEntry } from "../../functions/intake/payload.ts";
import { entry, onTheWire } from "../support/deliveries.ts";
import { anyText } from "../support/texts.ts";

const LEVEL = 1;

const someEntries = fc.array(
  fc
    .tuple(fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }), anyText(), fc.nat())
    .map(([more, message, timestamp]): SentEntry => ({ ...more, message, timestamp })),
  { minLength: 1, maxLength: 20 },
);

/** As JSON keeps them: there is no -0 in it. */
const asJson = (entries: readonly SentEntry[]) => JSON.parse(JSON.stringify(entries));

it.each([0, 1, 6, 9])("reads what the forwarder packed at level %i", (level) => {
  const entries = [entry("b", 1), entry("a 😀\ud83d", 0)];
  const [packed] = pack(entries, level);
  expect(entriesOf(packed?.body ?? Buffer.alloc(0))).toEqual(entries.map(onTheWire));
});

describe("entries of a payload", () => {
  it("are those it was made of", () => {
    fc.assert(
      fc.property(someEntries, (entries) => {
        expect(entriesOf(payloadOf(entries, LEVEL).body)).toEqual(asJson(entries));
      }),
    );
  });

  it("are counted, measured and dated in it", () => {
    fc.assert(
      fc.property(someEntries, (entries) => {
        const { body, ...told } = payloadOf(entries, LEVEL);
        const times = entries.map(({ timestamp }) => timestamp);
        expect(told).toEqual({
          entryCount: entries.length,
          rawBytes: gunzipSync(body).length,
          firstEventMs: Math.min(...times),
          lastEventMs: Math.max(...times),
        });
      }),
    );
  });

  const whole = gzipSync(JSON.stringify([entry("a")]));
  it.each([
    ["no gzip", Buffer.from('[{"timestamp":1}]')],
    ["gzip that ends early", whole.subarray(0, -9)],
    ["no bytes", Buffer.alloc(0)],
    ["no JSON", gzipSync('[{"timestamp":1}')],
    ["an object", gzipSync('{"timestamp":1}')],
    ["an empty list", gzipSync("[]")],
    ["an entry that is null", gzipSync('[{"timestamp":1},null]')],
    ["an entry without a time", gzipSync('[{"timestamp":1},{"message":"a"}]')],
    ["a time that is no number", gzipSync('[{"timestamp":"1"}]')],
  ])("are not to be had from a body with %s", (_what, body) => {
    expect(entriesOf(body)).toBeUndefined();
    const payload = { body, entryCount: 2, rawBytes: 1, firstEventMs: 1, lastEventMs: 1 };
    expect(halve(payload, LEVEL)).toBeUndefined();
  });
});

describe("halving", () => {
  it("keeps everything, in order, in halves that differ by one entry at most", () => {
    fc.assert(
      fc.property(someEntries, (entries) => {
        fc.pre(entries.length > 1);
        const halves = halve(payloadOf(entries, LEVEL), LEVEL);
        const [first, second] = halves ?? [];
        expect((first?.entryCount ?? 0) - (second?.entryCount ?? 0)).toBe(entries.length % 2);
        const again = (halves ?? []).flatMap(({ body }) => entriesOf(body));
        expect(again).toEqual(asJson(entries));
      }),
    );
  });

  it("is not done to a single entry", () => {
    expect(halve(payloadOf([entry("alone") as unknown as SentEntry], LEVEL), LEVEL)).toBeUndefined();
  });
});

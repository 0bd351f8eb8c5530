import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Encoding, Payload } from "../../functions/records/payload.ts";
import {
  keyOfPart,
  payloadFrom,
  payloadKey,
  storedEvent,
  storedPayload,
  storedUnknown,
  timeOf,
} from "../../functions/undelivered/stored-object.ts";

const NOW = Date.UTC(2026, 10, 2, 3, 4, 5, 6);
const PAYLOAD: Payload = {
  body: Buffer.from("b"),
  encoding: "gzip",
  entryCount: 1,
  rawBytes: 1,
  firstEventMs: NOW,
  lastEventMs: NOW,
};
/** The first half of SHA-256 of "b". */
const HASH = "3e23e8160039594a33894f6564e1b134";
const KEY = `undelivered/2026/11/02/03/20261102T030405.006Z-${HASH}.json.gz`;

const payloadKind = fc.constantFrom("undelivered", "rejected");
const kind = fc.constantFrom("undelivered", "rejected", "unreadable");
const encoding = fc.constantFrom<Encoding>("gzip", "zstd");
/** To the end of the year 9999. */
const time = fc.integer({ min: 0, max: 253_402_300_799_999 });
const body = fc.uint8Array();
/** S3 lists keys in the order of their UTF-8 bytes. */
const listed = (...keys: string[]) => keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

describe("a key", () => {
  it("tells kind, hour, time and encoding, in UTC", () => {
    expect(payloadKey("undelivered", PAYLOAD)).toBe(KEY);
    expect(payloadKey("rejected", PAYLOAD)).toBe(KEY.replace("undelivered", "rejected"));
    expect(payloadKey("rejected", { ...PAYLOAD, encoding: "zstd" })).toBe(
      KEY.replace("undelivered", "rejected").replace(".gz", ".zst"),
    );
  });

  it("sorts by time, whatever the payloads", () => {
    const other = fc.tuple(body, encoding).map(([bytes, as]) => ({ ...PAYLOAD, body: bytes, encoding: as }));
    fc.assert(
      fc.property(time, fc.integer({ min: 1, max: 10 ** 9 }), other, other, (earlier, later, a, b) => {
        fc.pre(earlier + later < 253_402_300_800_000);
        const keys = [
          payloadKey("undelivered", { ...a, firstEventMs: earlier }),
          payloadKey("undelivered", { ...b, firstEventMs: earlier + later }),
        ];
        expect(listed(...keys)).toEqual(keys);
      }),
    );
  });

  it("tells its time", () => {
    fc.assert(
      fc.property(payloadKind, time, body, encoding, (of, firstEventMs, bytes, as) => {
        expect(timeOf(payloadKey(of, { ...PAYLOAD, firstEventMs, body: bytes, encoding: as }))).toBe(firstEventMs);
      }),
    );
  });

  it("as earlier versions made it, with the request's id, tells its time, too", () => {
    const old = "undelivered/2026/11/02/03/20261102T030405.006Z-5b0f2f3e-0000-4000-8000-000000000001-0000.json.gz";
    expect(timeOf(old)).toBe(NOW);
  });

  it.each(["", "undelivered/", "undelivered/notes.txt", "undelivered/2026/11/02/03/readme.json.gz", `${KEY}/more`])(
    "tells no time if it is not ours: %s",
    (key) => {
      expect(timeOf(key)).toBeUndefined();
    },
  );

  it("tells no time if there is no such time", () => {
    expect(timeOf("undelivered/20261345T996099.9Z-x.json.gz")).toBeUndefined();
  });
});

describe("a payload's key", () => {
  it("is the same when Lambda tries the same request again, at whatever time", () => {
    expect(payloadKey("undelivered", PAYLOAD)).toBe(payloadKey("undelivered", { ...PAYLOAD }));
  });

  it("is another one for another payload", () => {
    const others = [
      payloadKey("undelivered", PAYLOAD),
      payloadKey("undelivered", { ...PAYLOAD, body: Buffer.from("c") }),
      payloadKey("undelivered", { ...PAYLOAD, firstEventMs: NOW + 1 }),
    ];
    expect(new Set(others).size).toBe(3);
  });

  it.each([-1, Number.MAX_SAFE_INTEGER])("can be had for any time that an event may claim: %i", (firstEventMs) => {
    expect(payloadKey("rejected", { ...PAYLOAD, firstEventMs })).toMatch(/^rejected\/(1970|9999)\//);
  });
});

describe("a part's key", () => {
  it("keeps the time, and names kind, part and encoding", () => {
    fc.assert(
      fc.property(kind, time, body, fc.nat(999), encoding, encoding, (of, firstEventMs, bytes, part, whole, as) => {
        const key = keyOfPart(
          payloadKey("undelivered", { ...PAYLOAD, firstEventMs, body: bytes, encoding: whole }),
          of,
          part,
          { ...PAYLOAD, body: bytes, encoding: as },
        );
        expect(key.startsWith(`${of}/`)).toBe(true);
        expect(key.endsWith(as === "gzip" ? ".json.gz" : ".json.zst")).toBe(true);
        expect(timeOf(key)).toBe(firstEventMs);
        expect(timeOf(keyOfPart(key, of, 0, { ...PAYLOAD, encoding: whole }))).toBe(firstEventMs);
      }),
    );
  });

  it("is another one for other content, though only their suffixes differ", () => {
    const [a, b] = [PAYLOAD, { ...PAYLOAD, body: Buffer.from("c") }];
    expect(keyOfPart("undelivered/by-hand.json.gz", "rejected", 0, a)).not.toBe(
      keyOfPart("undelivered/by-hand.json.zst", "rejected", 0, b),
    );
  });

  it("is another one for each part, and for parts of parts", () => {
    const parts = [0, 1, 10].map((part) => keyOfPart(KEY, "undelivered", part, PAYLOAD));
    const partsOfParts = parts.flatMap((key) => [0, 1].map((part) => keyOfPart(key, "undelivered", part, PAYLOAD)));
    expect(new Set([KEY, ...parts, ...partsOfParts]).size).toBe(10);
  });

  const ofTheSameTime = (hash: string) => KEY.replace(HASH, hash);
  const before = ofTheSameTime(HASH.replace(/^3/, "2"));
  const after = ofTheSameTime(HASH.replace(/4$/, "5"));

  it.each(["gzip", "zstd"] as const)("sorts between the keys before and after its own: %s", (as) => {
    const part = keyOfPart(KEY, "undelivered", 0, { ...PAYLOAD, encoding: as });
    expect(listed(after, part, before)).toEqual([before, part, after]);
  });

  it.each(["gzip", "zstd"] as const)(
    "sorts before its own, so that a listing that has come to that one does not find the part, too: %s",
    (as) => {
      for (const whole of [KEY, KEY.replace(".gz", ".zst")]) {
        const part = keyOfPart(whole, "undelivered", 0, { ...PAYLOAD, encoding: as });
        expect(listed(whole, part)).toEqual([part, whole]);
      }
    },
  );

  it("sorts by the number of the part, whatever the encoding of each", () => {
    const parts = Array.from({ length: 12 }, (_, part) =>
      keyOfPart(KEY, "undelivered", part, { ...PAYLOAD, encoding: part % 2 ? "gzip" : "zstd" }),
    );
    expect(listed(...parts)).toEqual(parts);
  });
});

describe("a stored payload", () => {
  const count = fc.nat();
  const bytes = fc
    .tuple(body, encoding)
    .map(([raw, as]) => ({ body: as === "gzip" ? gzipSync(raw) : zstdCompressSync(raw), encoding: as }));
  const payload = fc
    .record({
      bytes,
      entryCount: fc.integer({ min: 1, max: 1_000 }),
      rawBytes: count,
      firstEventMs: count,
      lastEventMs: count,
    })
    .map(({ bytes: compressed, ...told }): Payload => ({ ...compressed, ...told }));

  it("is the request's body, byte for byte, and gives the payload again", () => {
    fc.assert(
      fc.property(payload, (given) => {
        const { body: stored, metadata, ...rest } = storedPayload("undelivered", given, "http 503", KEY);
        expect(stored).toBe(given.body);
        expect(rest).toEqual({ key: KEY, contentType: "application/json", contentEncoding: given.encoding });
        expect(metadata.reason).toBe("http 503");
        expect(metadata.encoding).toBe(given.encoding);
        expect(payloadFrom(given.body, metadata)).toEqual(given);
      }),
    );
  });

  it("has its own key unless it is a part", () => {
    expect(storedPayload("rejected", PAYLOAD, "x").key).toBe(payloadKey("rejected", PAYLOAD));
  });

  it("is known by its bytes: objects of earlier versions name no encoding, and a name may be wrong", () => {
    fc.assert(
      fc.property(payload, encoding, (given, claimed) => {
        const { encoding: _, ...old } = storedPayload("undelivered", given, "x").metadata;
        expect(payloadFrom(given.body, old)).toEqual(given);
        expect(payloadFrom(given.body, { ...old, encoding: claimed })).toEqual(given);
      }),
    );
  });

  const gzipped = gzipSync("body");
  const { metadata } = storedPayload(
    "undelivered",
    { ...PAYLOAD, body: gzipped, rawBytes: 2, firstEventMs: 3, lastEventMs: 4 },
    "x",
  );
  it.each(["entry-count", "raw-bytes", "first-event-ms", "last-event-ms"])("is none without a number in %s", (name) => {
    const { [name]: _left, ...without } = metadata;
    expect(payloadFrom(gzipped, without)).toBeUndefined();
    expect(payloadFrom(gzipped, { ...metadata, [name]: "many" })).toBeUndefined();
    expect(payloadFrom(gzipped, { ...metadata, [name]: "1.5" })).toBeUndefined();
    expect(payloadFrom(gzipped, metadata)).toBeDefined();
  });

  it("is none with no entries", () => {
    expect(payloadFrom(gzipped, { ...metadata, "entry-count": "0" })).toBeUndefined();
  });

  it("is none if its bytes are compressed in no way that we know", () => {
    expect(payloadFrom(Buffer.from("body"), metadata)).toBeUndefined();
    expect(payloadFrom(Buffer.alloc(0), metadata)).toBeUndefined();
  });
});

it("keeps an event that could not be read as it came, under a key of its own", () => {
  const event = { awslogs: { data: "😀" } };
  const stored = storedEvent(event, "awslogs.data is not base64");
  expect(stored).toEqual({
    key: expect.stringMatching(/^unreadable\/[0-9a-f]{32}\.json$/),
    body: JSON.stringify(event),
    contentType: "application/json",
    metadata: { reason: "awslogs.data is not base64" },
  });
  expect(storedEvent(undefined, "x").body).toBe("null");
  expect(storedEvent({ awslogs: { data: "😀" } }, "x").key).toBe(stored.key);
  expect(storedEvent({ awslogs: { data: "?" } }, "x").key).not.toBe(stored.key);
});

it.each([
  ["gzip", gzipSync("x"), { contentEncoding: "gzip" }],
  ["zstd", zstdCompressSync("x"), { contentEncoding: "zstd" }],
  ["neither", Buffer.from("x"), {}],
])("keeps what is no payload of ours as it is, and names its encoding: %s", (_what, bytes, encodingTold) => {
  expect(storedUnknown("undelivered/2020/01/01/00/by-hand.json.gz", bytes)).toEqual({
    key: expect.stringMatching(/^rejected\/2020\/01\/01\/00\/by-hand-[0-9a-f]{32}\.json\.gz$/),
    body: bytes,
    contentType: "application/json",
    ...encodingTold,
    metadata: { reason: "not a stored payload" },
  });
});

it("keeps objects apart that are no payloads and differ only in their suffix or only in what is in them", () => {
  const keys = ["by-hand", "by-hand.json", "by-hand.json.gz", "by-hand.json.zst"].flatMap((name) =>
    ["a", "b"].map((text) => storedUnknown(`undelivered/${name}`, Buffer.from(text)).key),
  );
  expect(new Set(keys).size).toBe(8);
});

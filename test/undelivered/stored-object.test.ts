import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  keyFor,
  keyOfPart,
  payloadFrom,
  payloadKey,
  storedEvent,
  storedPayload,
  timeOf,
} from "../../functions/undelivered/stored-object.ts";

const NOW = Date.UTC(2026, 10, 2, 3, 4, 5, 6);
const ID = "5b0f2f3e-0000-4000-8000-000000000001-0000";
const KEY = keyFor("undelivered", NOW, ID);

const kind = fc.constantFrom("undelivered", "rejected", "unreadable");
/** To the end of the year 9999. */
const time = fc.integer({ min: 0, max: 253_402_300_799_999 });
const id = fc.uuid();
/** S3 lists keys in the order of their UTF-8 bytes. */
const listed = (...keys: string[]) => keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

describe("a key", () => {
  it("tells kind, hour and time, in UTC", () => {
    expect(KEY).toBe(`undelivered/2026/11/02/03/20261102T030405.006Z-${ID}.json.gz`);
    expect(keyFor("rejected", NOW, ID)).toBe(KEY.replace("undelivered", "rejected"));
    expect(keyFor("unreadable", NOW, ID)).toBe(KEY.replace("undelivered", "unreadable").replace(".gz", ""));
  });

  it("sorts by time, whatever the ids", () => {
    fc.assert(
      fc.property(time, fc.integer({ min: 1, max: 10 ** 9 }), id, id, (earlier, later, a, b) => {
        fc.pre(earlier + later < 253_402_300_800_000);
        const keys = [keyFor("undelivered", earlier, a), keyFor("undelivered", earlier + later, b)];
        expect(listed(...keys)).toEqual(keys);
      }),
    );
  });

  it("tells its time", () => {
    fc.assert(
      fc.property(kind, time, id, (of, now, name) => {
        expect(timeOf(keyFor(of, now, name))).toBe(now);
      }),
    );
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
  const payload = { body: Buffer.from("b"), entryCount: 1, rawBytes: 1, firstEventMs: NOW, lastEventMs: NOW };

  it("is the same when Lambda tries the same request again, at whatever time", () => {
    expect(payloadKey("undelivered", payload, ID)).toBe(payloadKey("undelivered", { ...payload }, ID));
  });

  it("is another one for another payload, and for another request", () => {
    const others = [
      payloadKey("undelivered", payload, ID),
      payloadKey("undelivered", { ...payload, body: Buffer.from("c") }, ID),
      payloadKey("undelivered", payload, "another"),
    ];
    expect(new Set(others).size).toBe(3);
  });

  it.each([-1, Number.MAX_SAFE_INTEGER])("can be had for any time that an event may claim: %i", (firstEventMs) => {
    expect(payloadKey("rejected", { ...payload, firstEventMs }, ID)).toMatch(/^rejected\/(1970|9999)\//);
  });
});

describe("a part's key", () => {
  it("keeps the time, and names kind and part", () => {
    fc.assert(
      fc.property(kind, time, id, fc.nat(999), (of, now, name, part) => {
        const key = keyOfPart(keyFor("undelivered", now, name), of, part);
        expect(key.startsWith(`${of}/`)).toBe(true);
        expect(timeOf(key)).toBe(now);
        expect(timeOf(keyOfPart(key, of, 0))).toBe(now);
      }),
    );
  });

  it("is another one for each part, and for parts of parts", () => {
    const parts = [0, 1, 10].map((part) => keyOfPart(KEY, "undelivered", part));
    const partsOfParts = parts.flatMap((key) => [0, 1].map((part) => keyOfPart(key, "undelivered", part)));
    expect(new Set([KEY, ...parts, ...partsOfParts]).size).toBe(10);
  });

  const before = keyFor("undelivered", NOW, ID.replace(/^5/, "4"));
  const after = keyFor("undelivered", NOW, ID.replace(/0000$/, "0001"));

  it("sorts between the keys before and after its own", () => {
    const part = keyOfPart(KEY, "undelivered", 0);
    expect(listed(after, part, before)).toEqual([before, part, after]);
  });

  it("sorts before its own, so that a listing that has come to that one does not find the part, too", () => {
    const part = keyOfPart(KEY, "undelivered", 0);
    expect(listed(KEY, part)).toEqual([part, KEY]);
  });

  it("sorts by the number of the part", () => {
    const parts = Array.from({ length: 12 }, (_, part) => keyOfPart(KEY, "undelivered", part));
    expect(listed(...parts)).toEqual(parts);
  });
});

describe("a stored payload", () => {
  const count = fc.nat();
  const payload = fc.record({
    body: fc.uint8Array(),
    entryCount: fc.integer({ min: 1, max: 1_000 }),
    rawBytes: count,
    firstEventMs: count,
    lastEventMs: count,
  });

  it("is the request's body, byte for byte, and gives the payload again", () => {
    fc.assert(
      fc.property(payload, (given) => {
        const { body, metadata, ...rest } = storedPayload(KEY, given, "http 503");
        expect(body).toBe(given.body);
        expect(rest).toEqual({ key: KEY, contentType: "application/json", contentEncoding: "gzip" });
        expect(metadata.reason).toBe("http 503");
        expect(payloadFrom(given.body, metadata)).toEqual(given);
      }),
    );
  });

  const body = Buffer.from("body");
  const { metadata } = storedPayload(KEY, { body, entryCount: 1, rawBytes: 2, firstEventMs: 3, lastEventMs: 4 }, "x");
  it.each(["entry-count", "raw-bytes", "first-event-ms", "last-event-ms"])("is none without a number in %s", (name) => {
    const { [name]: _left, ...without } = metadata;
    expect(payloadFrom(body, without)).toBeUndefined();
    expect(payloadFrom(body, { ...metadata, [name]: "many" })).toBeUndefined();
    expect(payloadFrom(body, { ...metadata, [name]: "1.5" })).toBeUndefined();
    expect(payloadFrom(body, metadata)).toBeDefined();
  });

  it("is none with no entries", () => {
    expect(payloadFrom(body, { ...metadata, "entry-count": "0" })).toBeUndefined();
  });
});

it("keeps an event that could not be read as it came", () => {
  const event = { awslogs: { data: "😀" } };
  const stored = storedEvent("unreadable/k.json", event, "awslogs.data is not base64");
  expect(stored).toEqual({
    key: "unreadable/k.json",
    body: JSON.stringify(event),
    contentType: "application/json",
    metadata: { reason: "awslogs.data is not base64" },
  });
  expect(storedEvent("unreadable/k.json", undefined, "x").body).toBe("null");
});

import { spawnSync } from "node:child_process";
import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decompress } from "../../functions/compression.ts";
import type { Encoding, Payload } from "../../functions/records/payload.ts";
import {
  keyOfPart,
  payloadFrom,
  storedPayload,
  storedUnknown,
  timeOf,
} from "../../functions/undelivered/stored-object.ts";
import { type NotDelivered, partsOf, storedPayloads } from "../../functions/undelivered/stored-parts.ts";

/** To the end of the year 9999. */
const time = fc.integer({ min: 0, max: 253_402_300_799_999 });
const payload = fc
  .record({
    json: fc.json(),
    encoding: fc.constantFrom<Encoding>("gzip", "zstd"),
    entryCount: fc.integer({ min: 1, max: 1_000 }),
    rawBytes: fc.nat(),
    firstEventMs: time,
    lastEventMs: time,
  })
  .map(
    ({ json, ...told }): Payload => ({
      ...told,
      body: told.encoding === "gzip" ? gzipSync(json) : zstdCompressSync(json),
    }),
  );
const notDelivered = fc.record({ payload, reason: fc.string() });
const many = fc.array(notDelivered, { minLength: 2, maxLength: 20 });
const kind = fc.constantFrom("undelivered", "rejected");

const bodyOf = (object: { readonly body: Uint8Array | string } | undefined) => object?.body as Uint8Array;
const example = (count: number): NotDelivered[] =>
  Array.from({ length: count }, (_, i) => {
    const json = JSON.stringify([{ id: `e${i}`, timestamp: i }]);
    const encoding = i % 2 ? "gzip" : "zstd";
    const body = encoding === "gzip" ? gzipSync(json) : zstdCompressSync(json);
    const told = { entryCount: 1, rawBytes: json.length, firstEventMs: 1_000 - i, lastEventMs: 1_000 };
    return { payload: { body, encoding, ...told }, reason: i < 3 ? "timeout" : "breaker open" };
  });

describe("many payloads in one object", () => {
  it("are the same again, in their order, byte for byte", () => {
    fc.assert(
      fc.property(kind, many, (of, given) => {
        const objects = storedPayloads(of, given);
        expect(objects).toHaveLength(1);
        for (const object of objects) {
          expect(partsOf(bodyOf(object))).toEqual(given.map((one) => one.payload));
          expect(object.holds).toEqual(given);
        }
      }),
    );
  });

  it("are found wherever the bytes stand in memory, and are not copied", () => {
    const [object] = storedPayloads("undelivered", example(4));
    const padded = Buffer.concat([Buffer.alloc(3), bodyOf(object)]);
    const parts = partsOf(padded.subarray(3)) ?? [];
    expect(parts).toHaveLength(4);
    for (const { body } of parts) expect(body.buffer).toBe(padded.buffer);
  });

  it("become as many objects as the limit asks for, each with all that is told of it", () => {
    fc.assert(
      fc.property(fc.array(notDelivered, { maxLength: 20 }), fc.integer({ min: 1, max: 200 }), (given, maxBytes) => {
        const objects = storedPayloads("undelivered", given, maxBytes);
        expect(objects.flatMap(({ holds }) => holds)).toEqual(given);
        for (const { holds } of objects) {
          const bytes = holds.reduce((sum, one) => sum + one.payload.body.length, 0);
          expect(holds.length === 1 || bytes <= maxBytes).toBe(true);
        }
        for (const [
          i,
          {
            holds: [first],
          },
        ] of objects.entries()) {
          const before = objects[i - 1]?.holds ?? [];
          const bytes = before.reduce((sum, one) => sum + one.payload.body.length, first?.payload.body.length ?? 0);
          expect(i === 0 || bytes > maxBytes).toBe(true);
        }
      }),
    );
  });

  it("are stored as ever if there is only one, and not at all if there is none", () => {
    const [one] = example(1) as [NotDelivered];
    expect(storedPayloads("rejected", [one])).toEqual([
      { ...storedPayload("rejected", one.payload, one.reason), holds: [one] },
    ]);
    expect(storedPayloads("undelivered", [])).toEqual([]);
  });

  it("have a key that tells the time of the oldest event, is the same for the same payloads, and another for others", () => {
    const key = (given: NotDelivered[]) => storedPayloads("undelivered", given)[0]?.key ?? "";
    expect(key(example(4))).toMatch(/^undelivered\/1970\/01\/01\/00\/19700101T000000\.997Z-[0-9a-f]{32}\.parts$/);
    expect(timeOf(key(example(4)))).toBe(997);
    expect(key(example(4))).toBe(key(example(4)));
    expect(key(example(5))).not.toBe(key(example(4)));
  });

  it("say why, how many payloads and how many events, in ASCII and not as a single payload does", () => {
    const [object] = storedPayloads("undelivered", [
      ...example(4),
      { ...(example(1)[0] as NotDelivered), reason: "é\n" },
    ]);
    expect(object).toMatchObject({
      contentType: "application/octet-stream",
      metadata: { reason: "timeout, breaker open, ??", parts: "5", events: "5" },
    });
    expect(payloadFrom(bodyOf(object), object?.metadata ?? {})).toBeUndefined();
  });

  it("have keys for what is left of them and for what is set apart", () => {
    const { key = "" } = storedPayloads("undelivered", example(4))[0] ?? {};
    const [{ payload: part }] = example(1) as [NotDelivered];
    expect(keyOfPart(key, "undelivered", 0, part)).toMatch(/[0-9a-f]{32}-part0000-[0-9a-f]{8}\.json\.zst$/);
    expect(timeOf(keyOfPart(key, "undelivered", 0, part))).toBe(997);
    expect(storedUnknown(key, Buffer.from("x")).key).toMatch(/^rejected\/.*-[0-9a-f]{32}\.parts$/);
  });

  it.skipIf(spawnSync("zstd", ["--version"]).error)("can be read by a person with zstd alone", () => {
    const [object] = storedPayloads("undelivered", example(4));
    const { stdout, status } = spawnSync("zstd", ["-dc"], { input: bodyOf(object) });
    expect(status).toBe(0);
    expect(stdout.toString()).toBe(
      example(4)
        .map((one) => decompress(one.payload.body).toString())
        .join(""),
    );
  });
});

describe("an object is not of many payloads", () => {
  const [object] = storedPayloads("undelivered", example(4));
  const whole = Buffer.from(bodyOf(object));

  it("if any byte of it is missing, at either end", () => {
    for (let length = 0; length < whole.length; length++) {
      expect(partsOf(whole.subarray(0, length))).toBeUndefined();
      expect(partsOf(whole.subarray(whole.length - length))).toBeUndefined();
    }
  });

  it("if bytes of its index were changed so that it does not fit; it never throws", () => {
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }), (at, byte) => {
        const changed = Buffer.from(whole);
        changed[at] = byte;
        const parts = partsOf(changed);
        const bytes = parts?.reduce((sum, { body }) => sum + body.length, 0);
        expect(parts === undefined || (bytes ?? 0) < whole.length).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it("if it is a single payload, or anything else", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          payload.map(({ body }) => body),
        ),
        (body) => {
          expect(partsOf(body)).toBeUndefined();
        },
      ),
    );
  });
});

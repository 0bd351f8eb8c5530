import { readFileSync } from "node:fs";
import { deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { type Arrival, createRecorder, type Recorder } from "../../functions/recorder/record.ts";
import { LOG_HEADERS } from "../support/http-request.ts";

interface Parts {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string | Uint8Array;
}

/** A request that is right in all but what is given. */
const reply = (recorder: Recorder, { method = "POST", path = "/api/v2/logs", headers, body = "[]" }: Parts = {}) =>
  recorder.reply({ method, path, headers: { ...LOG_HEADERS, ...headers }, body: Buffer.from(body) }, undefined);

const postEntries = (recorder: Recorder, entries: readonly unknown[]) =>
  reply(recorder, { body: JSON.stringify(entries) });

/** One entry, as JSON of exactly that many bytes. */
const entryOfBytes = (bytes: number) => `{"m":"${"x".repeat(bytes - '{"m":""}'.length)}"}`;

const ENTRIES = [{ id: "a", message: "größe 🎉" }, { id: "b" }];
const JSON_TEXT = JSON.stringify(ENTRIES);

describe("the intake's contract", () => {
  test("takes an array of entries, in order", async () => {
    const recorder = createRecorder();
    expect(await reply(recorder, { body: JSON_TEXT })).toMatchObject({ delivery: "answer", status: 202 });
    expect(recorder.entries()).toEqual(ENTRIES);
  });

  test("takes a single object", async () => {
    const recorder = createRecorder();
    expect((await reply(recorder, { body: '{"message":"one"}' })).status).toBe(202);
    expect(recorder.entries()).toEqual([{ message: "one" }]);
  });

  test("takes one without fields as a question whether it is there, and keeps nothing of it", async () => {
    const recorder = createRecorder();
    expect((await reply(recorder, { body: "{}" })).status).toBe(202);
    expect(recorder.summary()).toMatchObject({ requests: 1, entries: 0 });
  });

  test("takes any key if it has none of its own", async () => {
    expect((await reply(createRecorder(), { headers: { "dd-api-key": "whatever" } })).status).toBe(202);
  });

  test("takes a key that replaced the old one, and the old one no longer", async () => {
    const recorder = createRecorder({ apiKey: "old" });
    recorder.setApiKey("new");
    expect((await reply(recorder, { headers: { "dd-api-key": "new" } })).status).toBe(202);
    expect((await reply(recorder, { headers: { "dd-api-key": "old" } })).status).toBe(403);
  });

  test.each<[number, string, Parts]>([
    [401, "without a key", { headers: { "dd-api-key": undefined } }],
    [401, "with an empty key", { headers: { "dd-api-key": "" } }],
    [403, "with a wrong key", { headers: { "dd-api-key": "wrong" } }],
    [404, "to another path", { path: "/api/v1/logs" }],
    [404, "with another method", { method: "PUT" }],
    [400, "that is not JSON", { body: "hello" }],
    [400, "without a body", { body: "" }],
    [400, "of another content type", { headers: { "content-type": "text/plain" } }],
    [400, "of a type whose name only starts like JSON's", { headers: { "content-type": "application/jsonish" } }],
    [400, "without a content type", { headers: { "content-type": undefined } }],
    [400, "with an entry that is text", { body: '[{"m":1},"text"]' }],
    [400, "with an entry that is null", { body: "[null]" }],
    [400, "with an entry that is an array", { body: "[[]]" }],
    [400, "that is JSON, but a number", { body: "1" }],
    [400, "in an unknown encoding", { headers: { "content-encoding": "br" } }],
    [400, "in an encoding named like a property of all objects", { headers: { "content-encoding": "constructor" } }],
    [400, "that says gzip and is not", { headers: { "content-encoding": "gzip" }, body: JSON_TEXT }],
    [400, "that is gzip and doesn't say so", { body: gzipSync(JSON_TEXT) }],
    [400, "with half a gzip", { headers: { "content-encoding": "gzip" }, body: gzipSync(JSON_TEXT).subarray(0, 40) }],
  ])("answers %i to a request %s, and takes nothing", async (status, _what, parts) => {
    const recorder = createRecorder({ apiKey: LOG_HEADERS["dd-api-key"] });
    const answer = await reply(recorder, parts);
    expect(answer).toMatchObject({ delivery: "answer", status });
    expect(JSON.parse(answer.body)).toMatchObject({ errors: [{ status: String(status) }] });
    expect(recorder.summary()).toMatchObject({ requests: 1, answers: { [status]: 1 }, entries: 0 });
  });

  test("takes JSON with parameters in its content type", async () => {
    const headers = { "content-type": "application/json; charset=utf-8" };
    expect((await reply(createRecorder(), { headers })).status).toBe(202);
  });

  test.each([
    ["gzip", gzipSync(JSON_TEXT)],
    ["GZIP", gzipSync(JSON_TEXT)],
    ["deflate", deflateSync(JSON_TEXT)],
    ["zstd", zstdCompressSync(JSON_TEXT)],
    ["identity", Buffer.from(JSON_TEXT)],
    ["Identity", Buffer.from(JSON_TEXT)],
  ])("takes the encoding %s and counts bytes with and without it", async (encoding, body) => {
    const recorder = createRecorder();
    expect((await reply(recorder, { headers: { "content-encoding": encoding }, body })).status).toBe(202);
    expect(recorder.entries()).toEqual(ENTRIES);
    const rawBytes = Buffer.byteLength(JSON_TEXT);
    expect(recorder.summary()).toMatchObject({ wireBytes: body.length, rawBytes });
  });

  test("takes what Fluent Bit sends, as it sends it", async () => {
    const fixture = readFileSync(new URL("../fixtures/fluent-bit-request.json", import.meta.url), "utf8");
    const { method, url, headers, body, bodyText, decompressedBytes } = JSON.parse(fixture);
    const recorder = createRecorder({ apiKey: headers["dd-api-key"] });
    expect((await reply(recorder, { method, path: url, headers, body: gzipSync(bodyText) })).status).toBe(202);
    expect(recorder.entries()).toEqual(body);
    expect(recorder.summary()).toMatchObject({ entries: 2, rawBytes: decompressedBytes, overLimit: 0 });
  });
});

describe("limits of a request", () => {
  const bytes = (count: number) => entryOfBytes(count);
  const entries = (count: number) => JSON.stringify(Array(count).fill({ m: 1 }));

  test.each([
    ["5,000,000 bytes", bytes(5_000_000)],
    ["1,000 entries", entries(1_000)],
  ])("%s are taken, strictly or not, and not counted as over the limit", async (_what, body) => {
    for (const lenient of [false, true]) {
      const recorder = createRecorder({ lenient });
      expect((await reply(recorder, { body })).status).toBe(202);
      expect(recorder.summary().overLimit).toBe(0);
    }
  });

  test.each([
    ["one byte over 5,000,000", bytes(5_000_001), 1],
    ["1,001 entries", entries(1_001), 1_001],
  ])("%s answer 413; a lenient recorder takes and counts them", async (_what, body, count) => {
    const strict = createRecorder();
    expect((await reply(strict, { body })).status).toBe(413);
    expect(strict.summary()).toMatchObject({ entries: 0, overLimit: 0, answers: { 413: 1 } });
    const lenient = createRecorder({ lenient: true });
    expect((await reply(lenient, { body })).status).toBe(202);
    expect(lenient.summary()).toMatchObject({ entries: count, overLimit: 1, answers: { 202: 1 } });
  });

  test("bytes are counted without their encoding", async () => {
    const headers = { "content-encoding": "gzip" };
    expect((await reply(createRecorder(), { headers, body: gzipSync(bytes(5_000_001)) })).status).toBe(413);
  });

  test("may be set lower", async () => {
    const recorder = createRecorder({ limits: { maxEntries: 2, maxBytes: 100 } });
    expect((await postEntries(recorder, [{}, {}])).status).toBe(202);
    expect((await postEntries(recorder, [{}, {}, {}])).status).toBe(413);
    expect((await reply(recorder, { body: entryOfBytes(101) })).status).toBe(413);
  });

  test.each([true, false])("a decompression bomb answers 413 (lenient: %s)", async (lenient) => {
    const bomb = gzipSync(Buffer.alloc(70_000_000));
    const recorder = createRecorder({ lenient });
    expect((await reply(recorder, { headers: { "content-encoding": "gzip" }, body: bomb })).status).toBe(413);
    expect(recorder.summary()).toMatchObject({ entries: 0, rawBytes: 0, wireBytes: bomb.length });
  });
});

describe("the account", () => {
  const NOW = 1_795_366_123_000;
  const HOURS_18_MS = 18 * 3_600_000;
  const HOURS_2_MS = 2 * 3_600_000;

  test("has entries over 1,000,000 bytes", async () => {
    const recorder = createRecorder();
    const body = `[${entryOfBytes(1_000_000)},${entryOfBytes(1_000_001)}]`;
    await reply(recorder, { body });
    expect(recorder.summary()).toMatchObject({ entries: 2, oversized: 1 });
  });

  test("has entries older than 18 hours, and more than two hours ahead", async () => {
    const recorder = createRecorder({ now: () => NOW });
    const ages = [0, HOURS_18_MS, HOURS_18_MS + 1, -HOURS_2_MS, -HOURS_2_MS - 1, -HOURS_2_MS - 2];
    await postEntries(recorder, [...ages.map((ageMs) => ({ timestamp: NOW - ageMs })), { message: "no time" }]);
    expect(recorder.summary()).toMatchObject({ entries: 7, tooOld: 1, tooNew: 2 });
  });

  test("counts by any date that the intake may take, and each entry once", async () => {
    const recorder = createRecorder({ now: () => NOW });
    const at = (ageMs: number) => new Date(NOW - ageMs).toISOString();
    const messages = [
      { timestamp: at(HOURS_18_MS), date: at(-HOURS_2_MS) },
      { eventTime: at(HOURS_18_MS + 1), "@timestamp": at(HOURS_18_MS + 1) },
      { syslog: { timestamp: NOW - HOURS_18_MS - 1 } },
      { date: at(-HOURS_2_MS - 1) },
      { details: { date: at(HOURS_18_MS + 1) } },
    ];
    await postEntries(
      recorder,
      messages.map((message) => ({ timestamp: NOW, message: JSON.stringify(message) })),
    );
    expect(recorder.summary()).toMatchObject({ entries: 5, tooOld: 2, tooNew: 1 });
  });

  test("has entries whose id came before, in the same request or another", async () => {
    const recorder = createRecorder();
    await postEntries(recorder, [{ id: "a" }, { id: "b" }, { id: "b" }, { m: 1 }, { m: 1 }]);
    await postEntries(recorder, [{ id: "a" }, { id: "c" }]);
    expect(recorder.summary()).toMatchObject({ entries: 7, duplicates: 2 });
  });

  test("has duplicates of entries that are no longer kept", async () => {
    const recorder = createRecorder({ keepEntries: 0 });
    await postEntries(recorder, [{ id: "a" }]);
    await postEntries(recorder, [{ id: "a" }]);
    expect(recorder.summary()).toMatchObject({ entries: 2, duplicates: 1 });
  });

  test("has duplicates of the newest ids only, so that its memory has a bound", async () => {
    const recorder = createRecorder({ keepIds: 2 });
    await postEntries(recorder, [{ id: "a" }, { id: "b" }, { id: "c" }]);
    await postEntries(recorder, [{ id: "c" }, { id: "a" }]);
    expect(recorder.summary()).toMatchObject({ entries: 5, duplicates: 1 });
  });

  test("goes on when no more entries are kept", async () => {
    const recorder = createRecorder({ keepEntries: 3 });
    await postEntries(recorder, [{ id: "a" }, { id: "b" }]);
    await postEntries(recorder, [{ id: "c" }, { id: "d" }]);
    expect(recorder.entries()).toEqual([{ id: "a" }, { id: "b" }, { id: "c" }]);
    expect(recorder.summary().entries).toBe(4);
  });

  test("has the first and the last arrival", async () => {
    const times = [NOW, NOW + 5, NOW + 9];
    const recorder = createRecorder({ now: () => times.shift() ?? 0 });
    for (let i = 0; i < 3; i++) await postEntries(recorder, [{}]);
    expect(recorder.summary()).toMatchObject({ firstArrivalMs: NOW, lastArrivalMs: NOW + 9 });
  });

  test("starts anew when it is cleared", async () => {
    const recorder = createRecorder();
    await postEntries(recorder, [{ id: "a" }]);
    recorder.clear();
    expect(recorder.summary()).toEqual(createRecorder().summary());
    expect(recorder.entries()).toEqual([]);
    await postEntries(recorder, [{ id: "a" }]);
    expect(recorder.summary()).toMatchObject({ entries: 1, duplicates: 0 });
  });

  test("tells of arrivals with ids and times, never with text", async () => {
    const arrivals: Arrival[] = [];
    const recorder = createRecorder({ now: () => NOW, onArrival: (arrival) => arrivals.push(arrival) });
    const body = JSON.stringify([{ id: "a", timestamp: 5, message: "secret", ddtags: "secret" }, { id: 7 }]);
    await reply(recorder, { body });
    await reply(recorder, { body: "refused" });
    const sizes = { wireBytes: body.length, rawBytes: body.length, contentEncoding: "identity" };
    expect(arrivals).toEqual([{ arrivedAtMs: NOW, ...sizes, entries: [{ id: "a", timestamp: 5 }, {}] }]);
  });

  test("a delay is the same for a request that is refused", async () => {
    const request = { method: "POST", path: "/api/v2/logs", headers: LOG_HEADERS, body: Buffer.from("no JSON") };
    const answer = await createRecorder().reply(request, { kind: "delay", ms: 50 });
    expect(answer).toMatchObject({ status: 400, delayMs: 50 });
  });
});

describe("the control paths", () => {
  const call = async (recorder: Recorder, method: string, name: string, parts: Parts = {}) => {
    const { status, body } = await reply(recorder, { method, path: `/recorder/${name}`, ...parts });
    return { status, body: JSON.parse(body) };
  };

  test("give the summary and the entries, and are not counted themselves", async () => {
    const recorder = createRecorder();
    await postEntries(recorder, ENTRIES);
    const summary = JSON.parse(JSON.stringify(recorder.summary()));
    expect(await call(recorder, "GET", "summary")).toEqual({ status: 200, body: summary });
    expect(await call(recorder, "GET", "entries")).toEqual({ status: 200, body: ENTRIES });
    expect(recorder.summary().requests).toBe(1);
  });

  test("clear the entries and the counts", async () => {
    const recorder = createRecorder();
    await postEntries(recorder, ENTRIES);
    expect((await call(recorder, "DELETE", "entries")).status).toBe(200);
    expect(recorder.entries()).toEqual([]);
    expect(recorder.summary().requests).toBe(0);
  });

  test("set faults, and end them with null", async () => {
    const recorder = createRecorder();
    const fault = { kind: "status", status: 500 };
    expect((await call(recorder, "PUT", "faults", { body: JSON.stringify({ always: fault }) })).status).toBe(200);
    expect(recorder.nextFault()).toEqual(fault);
    expect((await call(recorder, "PUT", "faults", { body: "null" })).status).toBe(200);
    expect(recorder.nextFault()).toBeUndefined();
  });

  test.each([
    ["no JSON", "{", "a fault plan is JSON"],
    ["a wrong plan", '{"always":{"kind":"fire"}}', expect.stringMatching(/^always must be/)],
  ])("refuse %s with a message, and keep the faults there are", async (_what, body, error) => {
    const recorder = createRecorder({ faults: { always: { kind: "reset" } } });
    expect(await call(recorder, "PUT", "faults", { body })).toEqual({ status: 400, body: { error } });
    expect(recorder.nextFault()).toEqual({ kind: "reset" });
  });

  test.each([
    ["GET", "summary"],
    ["GET", "entries"],
    ["DELETE", "entries"],
    ["PUT", "faults"],
  ])("want the key for %s %s if one is set", async (method, name) => {
    const recorder = createRecorder({ apiKey: "right" });
    await reply(recorder, { headers: { "dd-api-key": "right" }, body: '{"m":1}' });
    const body = '{"always":{"kind":"reset"}}';
    for (const key of ["wrong", undefined]) {
      const answer = await call(recorder, method, name, { headers: { "dd-api-key": key }, body });
      expect(answer).toEqual({ status: 403, body: { error: expect.stringContaining("DD-API-KEY") } });
    }
    expect(recorder.entries()).toHaveLength(1);
    expect(recorder.nextFault()).toBeUndefined();
    expect((await call(recorder, method, name, { headers: { "dd-api-key": "right" }, body })).status).toBe(200);
  });

  test("say what there is if there is nothing under a name", async () => {
    const { status, body } = await call(createRecorder(), "GET", "nothing");
    expect(status).toBe(404);
    expect(body.error).toContain("/recorder/summary");
  });
});

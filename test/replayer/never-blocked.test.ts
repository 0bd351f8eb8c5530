import { gzipSync, zstdCompressSync } from "node:zlib";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { compressed, decompress } from "../../functions/compression.ts";
import { payloadOf } from "../../functions/intake/payload.ts";
import type { Fault } from "../../functions/recorder/faults.ts";
import type { Payload } from "../../functions/records/payload.ts";
import { MAX_FAILURES, MEMORY_KEY } from "../../functions/replayer/memory.ts";
import { replay } from "../../functions/replayer/replay.ts";
import { s3Store } from "../../functions/undelivered/store.ts";
import { payloadKey, storedPayload } from "../../functions/undelivered/stored-object.ts";
import { storedPayloads } from "../../functions/undelivered/stored-parts.ts";
import { AWS_CREDENTIALS, type Bucket, startBucket } from "../support/aws.ts";
import { quickClock } from "../support/forwarder.ts";
import { type PickyIntake, startPickyIntake } from "../support/picky-intake.ts";
import { replayerOf } from "../support/replayer.ts";
import { startS3Proxy } from "./s3-proxy.ts";

let bucket: Bucket;
let s3: Awaited<ReturnType<typeof startS3Proxy>>;
let intake: PickyIntake;
/** What the intake does to a body, by the ids in it. */
let faultOf: (body: string) => Fault | undefined;
/** How far the clock on the wall is ahead. */
let skewMs: number;

beforeAll(async () => {
  bucket = await startBucket();
  s3 = await startS3Proxy(bucket.endpoint);
  for (const [name, value] of Object.entries(AWS_CREDENTIALS)) vi.stubEnv(name, value);
  vi.stubEnv("AWS_ENDPOINT_URL_S3", s3.endpoint);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await s3.stop();
  await bucket.stop();
});
beforeEach(async () => {
  bucket.clear();
  s3.faultOf = () => undefined;
  faultOf = () => undefined;
  skewMs = 0;
  intake = await startPickyIntake(({ body }) => faultOf(decompress(body).toString()));
});
afterEach(() => intake.server.stop());

const clock = { ...quickClock, now: () => Date.now() + skewMs };
const START = Date.now() - 60_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;

const compress = (json: Uint8Array) =>
  ({ body: compressed(json, "gzip", { gzipLevel: 1, zstdLevel: 1 }), encoding: "gzip" }) as const;

/** A payload with one entry, as the forwarder makes it. */
const payload = (id: string, timestamp: number) => payloadOf([{ id, timestamp, message: id }], compress);

const direct = () => s3Store(bucket.name, true);

/** One object each, in this order. @returns their keys */
async function put(ids: readonly string[], startMs = START): Promise<string[]> {
  const objects = ids.map((id, i) => storedPayload("undelivered", payload(id, startMs + i), "http 503"));
  for (const object of objects) await direct().write(object, 5_000);
  return objects.map(({ key }) => key);
}

/** A sandbox that may run more than once. */
function sandbox() {
  const environment = { ...intake.environment, DD_S3_BUCKET_NAME: bucket.name, AWS_ENDPOINT_URL_S3: s3.endpoint };
  const replayer = replayerOf(environment, { clock });
  return async (leftMs = 60_000) => {
    const { report, failure } = await replay(replayer, clock.monotonicMs() + leftMs);
    expect(report.readEvents).toBe(report.delivered + report.rejected + report.left);
    return { ...report, failure };
  };
}

/** One run of the replayer, in a fresh sandbox. */
const run = (leftMs?: number) => sandbox()(leftMs);

const arrived = () => intake.recorder.entries().map(({ id }) => String(id));
const undelivered = () => bucket.ids("undelivered/");
const GOOD = Array.from({ length: 10 }, (_, i) => `good${i}`);
const refuses = (...ids: string[]) => {
  faultOf = (body) => (ids.some((id) => body.includes(`"${id}"`)) ? { kind: "status", status: 500 } : undefined);
};

describe("two objects that the intake can't digest", () => {
  test("do not hold up the ten behind them", async () => {
    refuses("bad0", "bad1");
    await put(["bad0", "bad1", ...GOOD]);
    expect(await run()).toMatchObject({ delivered: 10, left: 2 });
    expect(arrived().toSorted()).toEqual(GOOD);
    expect(await undelivered()).toEqual(["bad0", "bad1"]);
  });

  test("are set aside some day, though nothing else is ever in the store", async () => {
    refuses("bad0", "bad1");
    const bad = await put(["bad0", "bad1"]);
    for (let i = 0; i < MAX_FAILURES; i++, skewMs += HOUR) {
      expect(await run()).toMatchObject({ delivered: 0, setAside: 0 });
    }
    expect(await run()).toMatchObject({ setAside: 2, oldestStoredMs: 0 });
    expect(await bucket.keys()).toEqual(bad.map((key) => key.replace("undelivered/", "rejected/")));
    // What was asked meanwhile, whether the intake answers at all, is no log.
    expect(intake.recorder.summary()).toMatchObject({ entries: 0 });
  });

  test("are set aside after ten runs in which others were taken, and can be sent again", async () => {
    refuses("bad0", "bad1");
    const bad = await put(["bad0", "bad1"]);
    // Nobody knows yet whose fault it is.
    await run();
    for (let i = 0; i < MAX_FAILURES; i++, skewMs += HOUR) {
      expect(await bucket.ids("rejected/")).toEqual([]);
      await put([`new${i}`, `newer${i}`], START + 1_000 + 10 * i);
      await run();
    }
    expect(await run()).toMatchObject({ setAside: 2 });
    expect(await bucket.ids("rejected/")).toEqual(["bad0", "bad1"]);
    expect(await bucket.keys()).toEqual(bad.map((key) => key.replace("undelivered/", "rejected/")));

    faultOf = () => undefined;
    for (const key of bad) {
      await direct().copy(key.replace("undelivered/", "rejected/"), key, 5_000);
    }
    expect(await run()).toMatchObject({ delivered: 2 });
    expect(await bucket.keys("undelivered/")).toEqual([]);
  });

  test("are tried again later and later, and meanwhile only others are sent", async () => {
    refuses("bad0");
    await put(["bad0", "good0", "good1"]);
    await run();
    const tries: number[] = [];
    for (let minute = 1; minute <= 40; minute++) {
      skewMs = minute * MINUTE;
      await put([`new${minute}`], START + 1_000 + minute);
      const before = intake.requests.length;
      await run();
      if (intake.requests.length > before + 1) tries.push(minute);
    }
    expect(tries).toEqual([1, 3, 7, 15, 31]);
    expect(new Set(arrived()).size).toBe(42);
  });

  test("are named with the reason when they are set aside", async () => {
    refuses("bad0");
    const [key = ""] = await put(["bad0"]);
    for (let i = 0; i < MAX_FAILURES; i++, skewMs += HOUR) {
      await put([`new${i}`], START + 1_000 + i);
      await run();
    }
    const report = await run();
    expect(report).toMatchObject({ setAside: 1, setAsideKeys: { [key]: "http 500" }, oldestStoredMs: 0 });
    expect(await bucket.keys()).toEqual([key.replace("undelivered/", "rejected/")]);
  });
});

test("fifty bad objects in front hide nothing: each run begins with others", async () => {
  const bad = Array.from({ length: 50 }, (_, i) => `bad${i}`);
  refuses(...bad);
  await put([...bad, "good"]);
  for (let i = 0; i < 26; i++) await run();
  expect(arrived()).toEqual(["good"]);
});

test("an outage is nobody's fault: however long it lasts, nothing is set aside, and then all is sent", async () => {
  const ids = Array.from({ length: 7 }, (_, i) => `e${i}`);
  await put(ids, Date.now());
  faultOf = () => ({ kind: "status", status: 503 });
  for (let i = 0; i < 3 * MAX_FAILURES; i++, skewMs += MINUTE) {
    const before = intake.requests.length;
    expect(await run()).toMatchObject({ delivered: 0, setAside: 0, stoppedBy: "http 503" });
    // As many as one payload is worth, and whether the intake answers at all.
    expect(intake.requests.length - before).toBe(7);
  }
  faultOf = () => undefined;
  expect(await run()).toMatchObject({ delivered: 7, left: 0 });
  expect(arrived().toSorted()).toEqual(ids);
  expect(await bucket.keys()).toEqual([]);
});

test.each([401, 403])("a refused key (%i) stops the run at once and counts against nobody", async (status) => {
  await put(["a", "b"]);
  faultOf = () => ({ kind: "status", status });
  expect(await run()).toMatchObject({ left: 2, requests: 1, stoppedBy: `http ${status}` });
  expect(await bucket.keys("replayer/")).toEqual([]);
});

describe("objects that can't be read", () => {
  test("do not hold up the others, and after ten runs are set aside where they are", async () => {
    const unreadable = (await put(["bad0", "bad1", ...GOOD])).slice(0, 2);
    s3.faultOf = ({ method, path }) => {
      const isRead = method === "GET" && unreadable.some((key) => path.includes(key));
      // Moving one reads it, too.
      return isRead || (method === "PUT" && path.includes("rejected/")) ? "refuse" : undefined;
    };
    expect(await run()).toMatchObject({ delivered: 10, notes: { "left: s3 AccessDenied": 2 } });
    expect(arrived()).toEqual(GOOD);
    for (let i = 0; i < MAX_FAILURES; i++) {
      skewMs += HOUR;
      await put([`new${i}`, `newer${i}`], START + 1_000 + 10 * i);
      await run();
    }
    const report = await run();
    expect(Object.keys(report.setAsideKeys ?? {}).toSorted()).toEqual(unreadable);
    expect(report).toMatchObject({ failure: undefined, oldestStoredMs: 0 });

    // A day later somebody has given back the right.
    s3.faultOf = () => undefined;
    skewMs += 24 * HOUR;
    expect(await run()).toMatchObject({ delivered: 2 });
    expect(await bucket.keys()).toEqual([]);
  });
});

describe("an object that S3 does not remove", () => {
  test("is sent once, however many runs there are, and removed when S3 does it again", async () => {
    await put(["a", "b", ...GOOD]);
    s3.faultOf = ({ method, path }) => (method === "POST" && path.includes("?delete") ? "refuse" : undefined);
    for (let i = 0; i < 15; i++) {
      const report = await run();
      expect(report.failure).toMatchObject({ reason: "s3 AccessDenied" });
      expect(report.notRemoved).toBe(12);
    }
    expect(arrived()).toEqual(["a", "b", ...GOOD]);
    s3.faultOf = () => undefined;
    expect(await run()).toMatchObject({ objects: 12, delivered: 0, requests: 0, failure: undefined });
    expect(await bucket.keys()).toEqual([]);
    expect(intake.recorder.summary()).toMatchObject({ duplicates: 0 });
  });

  test("is sent again if a person put something else under its key", async () => {
    const [key = ""] = await put(["a"]);
    s3.faultOf = ({ method, path }) => (method === "POST" && path.includes("?delete") ? "refuse" : undefined);
    await run();
    s3.faultOf = () => undefined;
    await direct().write(storedPayload("undelivered", payload("b", START), "x", key), 5_000);
    await run();
    expect(arrived()).toEqual(["a", "b"]);
  });

  test("stops the run if it can't be remembered either, and a warm sandbox remembers all the same", async () => {
    await put(["a", "b", ...GOOD]);
    s3.faultOf = ({ method, path }) =>
      method !== "GET" && (path.includes("?delete") || path.includes(MEMORY_KEY)) ? "refuse" : undefined;
    const warm = sandbox();
    for (let i = 0; i < 5; i++) await warm();
    expect(intake.recorder.summary()).toMatchObject({ duplicates: 0 });
    expect(arrived().length).toBeGreaterThan(0);
  });
});

describe("what would not fit into memory", () => {
  test("a few KB that unzip to hundreds of MB are set aside, and the next is sent", async () => {
    const bomb = zstdCompressSync(Buffer.alloc(300_000_000, " "));
    const Key = "undelivered/2020/01/01/00/bomb.json.zst";
    await bucket.client.send(new PutObjectCommand({ Bucket: bucket.name, Key, Body: bomb }));
    await put(["good"]);
    const report = await run();
    expect(report).toMatchObject({ setAside: 1, delivered: 1, setAsideKeys: { [Key]: "unzips to too much" } });
    const [aside = ""] = await bucket.keys();
    expect(aside).toBe("rejected/2020/01/01/00/bomb.json.zst");
    expect(Buffer.compare((await bucket.read(aside)).body, bomb)).toBe(0);
  });

  test("one with the metadata of a payload is rejected, whatever the intake answers", async () => {
    const bomb = {
      ...payload("x", START),
      body: zstdCompressSync(Buffer.alloc(300_000_000)),
      encoding: "zstd",
    } as const;
    await direct().write(storedPayload("undelivered", bomb, "x"), 5_000);
    await intake.server.stop();
    intake = await startPickyIntake(() => ({ kind: "status", status: 413 }));
    expect(await run()).toMatchObject({ rejected: 1 });
    expect(await bucket.keys("undelivered/")).toEqual([]);
  });

  test("an object of 60 MB is moved without being read", async () => {
    const [large = ""] = await put(["large", "good"]);
    s3.faultOf = ({ method, path }) => (method === "GET" && path.includes(large) ? "large" : undefined);
    expect(await run()).toMatchObject({ setAside: 1, delivered: 1, setAsideKeys: { [large]: "object too large" } });
    expect(await bucket.keys()).toEqual([large.replace("undelivered/", "rejected/")]);
  });
});

test("an object that can't be taken apart does not end the run, and is set aside after ten", async () => {
  const deep = `[{"timestamp":1,"deep":${"[".repeat(50_000)}${"]".repeat(50_000)}}]`;
  const Key = "undelivered/2020/01/01/00/deep.json.gz";
  await bucket.client.send(new PutObjectCommand({ Bucket: bucket.name, Key, Body: gzipSync(deep) }));
  await put(["good"]);
  expect(await run()).toMatchObject({ delivered: 1, notes: { "left: error RangeError": 1 } });
  for (let i = 0; i < MAX_FAILURES; i++) {
    skewMs += HOUR;
    await run();
  }
  expect(await bucket.keys()).toEqual([Key.replace("undelivered/", "rejected/")]);
});

describe("S3 that hangs", () => {
  const LEFT_MS = 2_600;
  const isObject = (path: string) => path.includes("undelivered/2");

  test.each([
    ["a listing", { method: "GET", of: (path: string) => path.includes("list-type"), fault: "hang" }],
    ["an object", { method: "GET", of: isObject, fault: "hang" }],
    ["the body of an object", { method: "GET", of: isObject, fault: "hangBody" }],
    ["a removal", { method: "POST", of: (path: string) => path.includes("?delete"), fault: "hang" }],
    ["all of it", { method: "", of: () => true, fault: "hang" }],
  ] as const)("%s: the run ends in time, with a report", async (_what, { method, of, fault }) => {
    await put(["a"]);
    s3.faultOf = (request) => ((method === "" || request.method === method) && of(request.path) ? fault : undefined);
    const startMs = performance.now();
    const report = await run(LEFT_MS);
    // The SDK alone would give up after three attempts of 5 s.
    expect(performance.now() - startMs).toBeLessThan(10_000);
    expect(report.objects).toBe(0);

    s3.faultOf = () => undefined;
    await run();
    expect(arrived()).toEqual(["a"]);
    expect(await bucket.keys()).toEqual([]);
  });
});

describe("the memory", () => {
  const remember = (text: string) =>
    direct().write({ key: MEMORY_KEY, body: text, contentType: "application/json", metadata: {} }, 5_000);

  test.each([
    " ",
    "{",
    "[]",
    "null",
    '{"version":2,"objects":{}}',
    '{"version":1,"objects":{"undelivered/x":{"etag":7}}}',
  ])("that is broken counts as none: %s", async (text) => {
    await remember(text);
    await put(["a"]);
    expect(await run()).toMatchObject({ delivered: 1 });
    expect(await bucket.keys("undelivered/")).toEqual([]);
  });

  test("that can't be read is not written over, and the others are sent", async () => {
    await put(["a", "b"]);
    s3.faultOf = ({ method, path }) => (method === "POST" && path.includes("?delete") ? "refuse" : undefined);
    await run();
    const { body } = await bucket.read(MEMORY_KEY);
    s3.faultOf = ({ path }) => (path.includes(MEMORY_KEY) ? "refuse" : undefined);
    await put(["c"], START + 1_000);
    expect(await run()).toMatchObject({ notes: { "memory not read: s3 AccessDenied": 1 } });
    expect(Buffer.compare((await bucket.read(MEMORY_KEY)).body, body)).toBe(0);
  });

  test("that can't be written: two bad objects still do not hold up the others for a warm sandbox", async () => {
    refuses("bad0", "bad1");
    await put(["bad0", "bad1", ...GOOD]);
    s3.faultOf = ({ method, path }) => (method !== "GET" && path.includes(MEMORY_KEY) ? "refuse" : undefined);
    const warm = sandbox();
    expect(await warm()).toMatchObject({ delivered: 10, notes: { "memory not saved: s3 AccessDenied": 1 } });
    await put(["later"], START + 1_000);
    // The bad ones wait.
    expect(await warm()).toMatchObject({ delivered: 1, requests: 1 });
  });

  test("is written once a run at most, and not at all when nothing is new", async () => {
    let writes = 0;
    s3.faultOf = ({ method, path }) => {
      if (method === "PUT" && path.includes(MEMORY_KEY)) writes += 1;
      return undefined;
    };
    refuses("bad0");
    await put(["bad0", "good"]);
    await run();
    expect(writes).toBe(1);
    // Its pause is not over.
    await run();
    expect(writes).toBe(1);
  });

  test("forgets objects that are gone", async () => {
    refuses("bad0");
    const [bad = ""] = await put(["bad0", "good"]);
    await run();
    expect(await bucket.keys("replayer/")).toEqual([MEMORY_KEY]);
    await direct().remove(bad, 5_000);
    await run();
    expect(await bucket.keys()).toEqual([]);
  });
});

describe("an object of many payloads", () => {
  const many = (ids: readonly string[], maxBytes?: number) =>
    storedPayloads(
      "undelivered",
      ids.map((id, i) => ({ payload: payload(id, START + i), reason: "timeout" })),
      maxBytes,
    );
  /** So many entries that a payload is sent as it is. */
  const LARGE = 600;
  const largePayload = (name: string) =>
    payloadOf(
      Array.from({ length: LARGE }, (_, i) => ({ id: `${name}-${i}`, timestamp: START, message: "m" })),
      compress,
    );
  const storedTogether = (payloads: readonly Payload[]) =>
    storedPayloads(
      "undelivered",
      payloads.map((one) => ({ payload: one, reason: "timeout" })),
    );
  const idsOf = (count: number, name = "e") => Array.from({ length: count }, (_, i) => `${name}${i}`);

  test("is sent, its small payloads joined, and removed", async () => {
    const [object] = many(idsOf(20));
    expect(object?.key).toMatch(/\.parts$/);
    if (object) await direct().write(object, 5_000);
    expect(await run()).toMatchObject({ objects: 1, delivered: 20, requests: 1 });
    expect(arrived()).toEqual(idsOf(20));
    expect(await bucket.keys()).toEqual([]);
  });

  test("is sent part by part where they are large, byte for byte", async () => {
    const payloads = ["a", "b", "c"].map(largePayload);
    for (const object of storedTogether(payloads)) await direct().write(object, 5_000);
    expect(await run()).toMatchObject({ objects: 1, requests: 3 });
    const bodies = intake.requests.map(({ body }) => Buffer.from(body).toString("base64"));
    expect(bodies.toSorted()).toEqual(payloads.map(({ body }) => Buffer.from(body).toString("base64")).toSorted());
  });

  test("with bad ones in front: the good ones are delivered, and the bad ones stand alone", async () => {
    refuses("e0", "e1");
    for (const object of many(idsOf(12))) await direct().write(object, 5_000);
    await put(["other"], START - 1_000);
    for (let i = 0; i < 4; i++) await run();
    expect(arrived().toSorted()).toEqual(["other", ...idsOf(12).slice(2)].toSorted());
    expect(await undelivered()).toEqual(["e0", "e1"]);
    expect(intake.recorder.summary()).toMatchObject({ duplicates: 0 });
  });

  test("in an outage stays as it is", async () => {
    for (const object of many(idsOf(12))) await direct().write(object, 5_000);
    const before = await bucket.keys();
    faultOf = () => ({ kind: "status", status: 503 });
    expect(await run()).toMatchObject({ left: 12, delivered: 0, requests: 7, stoppedBy: "http 503" });
    expect(await bucket.keys("undelivered/")).toEqual(before);
  });

  test("what the intake refuses of it goes to rejected/", async () => {
    faultOf = (body) => (body.includes('"e3"') ? { kind: "status", status: 400 } : undefined);
    for (const object of many(idsOf(6))) await direct().write(object, 5_000);
    expect(await run()).toMatchObject({ objects: 1, delivered: 5, rejected: 1 });
    expect(await bucket.ids("rejected/")).toEqual(["e3"]);
    expect(await bucket.keys("undelivered/")).toEqual([]);
  });

  test("sent in part is remembered as such when the rest can't be stored: no entry goes twice", async () => {
    const payloads = idsOf(8).map(largePayload);
    for (const object of storedTogether(payloads)) await direct().write(object, 5_000);
    let taken = 0;
    faultOf = () => (++taken > 3 && taken < 20 ? { kind: "status", status: 503 } : undefined);
    s3.faultOf = ({ method, path }) => (method === "PUT" && path.includes("undelivered/") ? "refuse" : undefined);
    expect(await run()).toMatchObject({ delivered: 3 * LARGE, left: 5 * LARGE });
    s3.faultOf = () => undefined;
    faultOf = () => undefined;
    expect(await run()).toMatchObject({ delivered: 5 * LARGE });
    expect(arrived()).toHaveLength(8 * LARGE);
    expect(intake.recorder.summary()).toMatchObject({ duplicates: 0 });
    expect(await bucket.keys()).toEqual([]);
  });

  test("that is not whole is moved to rejected/, since only some of it could be read", async () => {
    for (const object of many(idsOf(3))) {
      await direct().write({ ...object, body: object.body.slice(0, -1) }, 5_000);
    }
    expect(await run()).toMatchObject({ unreadable: 1, delivered: 0 });
    expect((await bucket.keys("rejected/"))[0]).toMatch(/\.parts$/);
  });

  test("has a key that sorts by its oldest event", () => {
    const [object] = many(idsOf(3));
    expect((object?.key ?? "") < payloadKey("undelivered", payload("x", START + 1))).toBe(true);
  });
});

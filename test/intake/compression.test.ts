import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { encodingOf } from "../../functions/compression.ts";
import { forward, type Parts } from "../../functions/forwarder/forward.ts";
import { createCompression } from "../../functions/intake/compression.ts";
import { payloadOf } from "../../functions/intake/payload.ts";
import type { Answer, Send } from "../../functions/intake/send.ts";
import { accountingGap } from "../../functions/records/fates.ts";
import type { Payload } from "../../functions/records/payload.ts";
import { AWS_CREDENTIALS, type Bucket, startBucket } from "../support/aws.ts";
import { deliveryOf, INVOCATION, lines } from "../support/deliveries.ts";
import { forwarderOf } from "../support/forwarder.ts";
import { type PickyIntake, refusesZstd, startPickyIntake } from "../support/picky-intake.ts";
import { callUntil } from "../support/sends.ts";

const ZSTD = { DD_COMPRESSION: "zstd" };
/** Each payload is made when the one before it has been settled. */
const ONE_AT_A_TIME = { DD_MAX_WORKERS: "1" };
const GZIP_TAKEN = "zstd refused, gzip taken";

let bucket: Bucket;
let intake: PickyIntake;

beforeAll(async () => {
  bucket = await startBucket();
  for (const [name, value] of Object.entries(AWS_CREDENTIALS)) vi.stubEnv(name, value);
  vi.stubEnv("AWS_ENDPOINT_URL_S3", bucket.endpoint);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await bucket.stop();
});
beforeEach(() => bucket.clear());
afterEach(() => intake.server.stop());

/** A sandbox with its intake and a store. */
async function sandbox(faultOf: Parameters<typeof startPickyIntake>[0], settings: Readonly<Record<string, string>>) {
  intake = await startPickyIntake(faultOf);
  const store = { DD_S3_BUCKET_NAME: bucket.name, AWS_ENDPOINT_URL_S3: bucket.endpoint };
  return forwarderOf({ ...intake.environment, ...store, ...settings });
}

const takesAll = () => undefined;

/** Forwards one delivery. Its report accounts for every line. */
async function deliver(messages: readonly string[], forwarder: Parts, idPrefix = "e") {
  const invocation = { ...INVOCATION, deadlineMs: performance.now() + 60_000 };
  const { report } = await forward(deliveryOf(messages, Date.now(), idPrefix), invocation, forwarder);
  expect(report.received).toBe(messages.length);
  expect(accountingGap(report)).toBe(0);
  return report;
}

const count = (encoding: string) => intake.encodings().filter((one) => one === encoding).length;
const arrivedIds = () => intake.recorder.entries().map(({ id }) => id);
const ids = (prefix: string, number: number) => Array.from({ length: number }, (_, i) => `${prefix}${i}`);

describe("bodies in zstd", () => {
  test("say that they are, and hold the entries", async () => {
    const messages = ["eins", "größe 🎉", '{"msg":"three"}'];
    const report = await deliver(messages, await sandbox(takesAll, ZSTD));
    expect(report).toMatchObject({ delivered: 3, requests: 1, notes: {} });
    const [{ headers, body } = { headers: {}, body: Buffer.alloc(0) }] = intake.requests;
    expect(headers).toMatchObject({ "content-encoding": "zstd", "content-length": String(body.length) });
    expect(report.bytesOut).toBe(body.length);
    const sent: { message: string }[] = JSON.parse(zstdDecompressSync(body).toString());
    expect(sent.map(({ message }) => message)).toEqual(messages);
    expect(intake.recorder.entries().map(({ message }) => message)).toEqual(messages);
  });
});

describe.each([400, 415])("an intake that refuses zstd with %i", (status) => {
  test("gets the same entries as gzip, and from then on nothing but gzip", async () => {
    const forwarder = await sandbox(refusesZstd(status), { ...ZSTD, ...ONE_AT_A_TIME });
    const first = await deliver(lines(2_500), forwarder, "a");
    expect(first).toMatchObject({
      delivered: 2_500,
      rejected: 0,
      requests: 4,
      reasons: {},
      notes: { [GZIP_TAKEN]: 1 },
    });
    expect(intake.encodings()).toEqual(["zstd", "gzip", "gzip", "gzip"]);
    const [refused, taken] = intake.requests;
    expect(gunzipSync(taken?.body ?? "")).toEqual(zstdDecompressSync(refused?.body ?? ""));

    const second = await deliver(lines(2_500), forwarder, "b");
    expect(second).toMatchObject({ delivered: 2_500, requests: 3, reasons: {}, notes: {} });
    expect([count("zstd"), count("gzip")]).toEqual([1, 6]);
    expect(arrivedIds()).toEqual([...ids("a", 2_500), ...ids("b", 2_500)]);
    expect(await bucket.keys()).toEqual([]);
  });

  test("is told about by every payload that was under way", async () => {
    const forwarder = await sandbox(refusesZstd(status), ZSTD);
    const { delivered, requests, notes } = await deliver(lines(4_000, 20), forwarder, "a");
    expect(delivered).toBe(4_000);
    expect(notes).toEqual({ [GZIP_TAKEN]: count("zstd") });
    expect([count("gzip"), requests]).toEqual([4, 4 + count("zstd")]);
    const before = count("zstd");
    expect(await deliver(lines(4_000, 20), forwarder, "b")).toMatchObject({ delivered: 4_000, requests: 4, notes: {} });
    expect([count("zstd"), count("gzip")]).toEqual([before, 8]);
    expect(intake.recorder.summary()).toMatchObject({ entries: 8_000, duplicates: 0 });
  });

  test("and refuses gzip, too: the entries end under rejected/, and the sandbox goes on with zstd", async () => {
    const forwarder = await sandbox(takesAll, ZSTD);
    intake.recorder.setFaults({ always: { kind: "status", status } });
    const refused = await deliver(lines(20), forwarder, "a");
    expect(refused).toMatchObject({ rejected: 20, requests: 2, reasons: { [`http ${status}`]: 20 }, notes: {} });
    expect(intake.encodings()).toEqual(["zstd", "gzip"]);
    const [key = "", ...others] = await bucket.keys();
    expect([key, others]).toEqual([expect.stringMatching(/^rejected\/.*-[0-9a-f]{32}\.json\.zst$/), []]);
    expect((await bucket.read(key)).metadata).toMatchObject({ reason: `http ${status}`, encoding: "zstd" });
    expect(await bucket.ids("rejected/")).toEqual(ids("a", 20));

    intake.recorder.setFaults(undefined);
    expect(await deliver(lines(20), forwarder, "b")).toMatchObject({ delivered: 20, requests: 1, notes: {} });
    expect(intake.encodings()).toEqual(["zstd", "gzip", "zstd"]);
  });

  test("and is out for gzip: the entries wait in the store, and are not rejected", async () => {
    const forwarder = await sandbox((request) => refusesZstd(status)(request) ?? { kind: "status", status: 503 }, ZSTD);
    const report = await deliver(lines(20), forwarder);
    expect(report).toMatchObject({ undelivered: 20, rejected: 0, reasons: { "http 503": 20 }, notes: {} });
    expect(await bucket.ids("undelivered/")).toEqual(ids("e", 20));
  });

  test("and calls the gzip too large: its halves are delivered", async () => {
    let refusals = 1;
    const forwarder = await sandbox((request) => {
      const refused = refusesZstd(status)(request);
      return refused ?? (refusals-- > 0 ? { kind: "status", status: 413 } : undefined);
    }, ZSTD);
    const report = await deliver(lines(20), forwarder);
    expect(report).toMatchObject({ delivered: 20, rejected: 0, notes: { "payload halved": 1, [GZIP_TAKEN]: 2 } });
    // Both halves were made before the first was taken.
    expect(intake.encodings()).toEqual(["zstd", "gzip", "zstd", "gzip", "zstd", "gzip"]);
    expect(arrivedIds()).toEqual(ids("e", 20));
  });
});

describe("bodies in gzip", () => {
  test.each<[string, Record<string, string>]>([
    ["it is asked for", { DD_COMPRESSION: "gzip" }],
    ["the host is not Datadog's", { DD_COMPRESSION: "auto" }],
    ["nothing is set and the host is not Datadog's", {}],
  ])("are all there are if %s", async (_why, settings) => {
    const forwarder = await sandbox(takesAll, settings);
    expect(await deliver(lines(2_500), forwarder)).toMatchObject({ delivered: 2_500, requests: 3, notes: {} });
    expect(intake.encodings()).toEqual(["gzip", "gzip", "gzip"]);
    for (const { body } of intake.requests) expect(encodingOf(body)).toBe("gzip");
  });

  test("that are refused are not sent again", async () => {
    const forwarder = await sandbox(() => ({ kind: "status", status: 400 }), { DD_COMPRESSION: "gzip" });
    expect(await deliver(lines(20), forwarder)).toMatchObject({ rejected: 20, requests: 1 });
  });
});

describe("gzip instead of zstd", () => {
  const levels = { zstdLevel: 1, gzipLevel: 3 };
  const ENTRIES = [{ timestamp: 1, message: "größe" }];
  const call = callUntil(60_000);

  /** Answers by encoding; keeps what it got. */
  function answering(answers: Readonly<Record<Payload["encoding"], Answer>>) {
    const sent: Payload[] = [];
    const send: Send<Answer> = async (payload) => {
      sent.push(payload);
      return answers[payload.encoding];
    };
    return { sent, send };
  }

  test.each<Answer>([
    { status: "delivered" },
    { status: "retryable", reason: "http 503" },
    { status: "retryable", reason: "http 408" },
    { status: "rejected", reason: "http 404" },
    { status: "rejected", reason: "http 422" },
    { status: "tooLarge", reason: "http 413" },
    { status: "unauthorized", reason: "http 403" },
  ])("is not tried when the answer has nothing to do with it: %j", async (answer) => {
    const { compress, withGzipToo } = createCompression("zstd", levels);
    const { send, sent } = answering({ zstd: answer, gzip: { status: "delivered" } });
    expect(await withGzipToo(send)(payloadOf(ENTRIES, compress), call)).toEqual(answer);
    expect(sent.map(({ encoding }) => encoding)).toEqual(["zstd"]);
    expect(compress(Buffer.from("[]")).encoding).toBe("zstd");
  });

  test("is the same payload but for its body", async () => {
    const { compress, withGzipToo } = createCompression("zstd", levels);
    const rejected: Answer = { status: "rejected", reason: "http 415" };
    const { send, sent } = answering({ zstd: rejected, gzip: { status: "delivered" } });
    const payload = payloadOf(ENTRIES, compress);
    expect(await withGzipToo(send)(payload, call)).toEqual({ status: "delivered" });
    const { body, ...told } = sent[1] ?? payload;
    expect(told).toEqual({ ...payload, body: undefined, encoding: "gzip" });
    expect(JSON.parse(gunzipSync(body).toString())).toEqual(ENTRIES);
    expect(compress(Buffer.from("[]")).encoding).toBe("gzip");
  });

  test("can't be had of a body that is broken: the answer stands", async () => {
    const { withGzipToo, compress } = createCompression("zstd", levels);
    const rejected: Answer = { status: "rejected", reason: "http 400" };
    const { send, sent } = answering({ zstd: rejected, gzip: { status: "delivered" } });
    const payload = payloadOf(ENTRIES, compress);
    const broken = { ...payload, body: payload.body.subarray(0, -3) };
    expect(await withGzipToo(send)(broken, call)).toEqual(rejected);
    expect(sent).toHaveLength(1);
  });
});

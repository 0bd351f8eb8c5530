import { PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Clock } from "../../functions/clock.ts";
import { decompress } from "../../functions/compression.ts";
import { forward } from "../../functions/forwarder/forward.ts";
import type { FaultPlan } from "../../functions/recorder/faults.ts";
import { replay } from "../../functions/replayer/replay.ts";
import { type ReplayStore, s3Store } from "../../functions/undelivered/store.ts";
import { AWS_CREDENTIALS, type Bucket, startBucket, startS3Refusals } from "../support/aws.ts";
import { deliveryOf, INVOCATION, lines } from "../support/deliveries.ts";
import { forwarderOf, type Intake, quickClock, startIntake } from "../support/forwarder.ts";
import { refusesZstd, startPickyIntake } from "../support/picky-intake.ts";
import { replayerOf } from "../support/replayer.ts";

let bucket: Bucket;
let intake: Intake;

beforeAll(async () => {
  bucket = await startBucket();
  for (const [name, value] of Object.entries(AWS_CREDENTIALS)) vi.stubEnv(name, value);
  vi.stubEnv("AWS_ENDPOINT_URL_S3", bucket.endpoint);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await bucket.stop();
});
beforeEach(async () => {
  bucket.clear();
  intake = await startIntake();
});
afterEach(() => intake.server.stop());

const environment = () => ({
  ...intake.environment,
  DD_S3_BUCKET_NAME: bucket.name,
  AWS_ENDPOINT_URL_S3: bucket.endpoint,
});

/** What the forwarder leaves behind when the intake does this to it. Event ids are `<idPrefix>0`, …. */
async function leaveBehind(
  plan: FaultPlan,
  count: number,
  idPrefix: string,
  timestamp = Date.now(),
  settings: Readonly<Record<string, string>> = {},
): Promise<void> {
  intake.recorder.setFaults(plan);
  const invocation = { ...INVOCATION, requestId: idPrefix, deadlineMs: performance.now() + 60_000 };
  const forwarder = forwarderOf({ ...environment(), ...settings });
  await forward(deliveryOf(lines(count), timestamp, idPrefix), invocation, forwarder);
  intake.recorder.setFaults(undefined);
}

interface RunOptions {
  readonly leftMs?: number;
  readonly clock?: Clock;
  readonly settings?: Readonly<Record<string, string>>;
}

/** One run of the replayer, in a fresh sandbox. */
async function runReplayer({ leftMs = 60_000, clock = quickClock, settings = {} }: RunOptions = {}) {
  const replayer = replayerOf({ ...environment(), ...settings }, { clock });
  const { report, failure } = await replay(replayer, clock.monotonicMs() + leftMs);
  expect(failure).toBeUndefined();
  expect(report.readEvents).toBe(report.delivered + report.rejected + report.left);
  return report;
}

/** From now on another one, which treats some requests otherwise. */
async function changeIntake(faultOf: Parameters<typeof startPickyIntake>[0]) {
  await intake.server.stop();
  const picky = await startPickyIntake(faultOf);
  intake = picky;
  return picky;
}

const arrivedIds = () => intake.recorder.entries().map(({ id }) => id);
const unavailable = { always: { kind: "status", status: 503 } } as const;

test("sends what was stored, oldest first, and leaves the store empty", async () => {
  for (const prefix of ["a", "b", "c"]) await leaveBehind(unavailable, 3, prefix);
  const report = await runReplayer();
  expect(report).toMatchObject({ objects: 3, readEvents: 9, delivered: 9, left: 0, oldestStoredMs: 0 });
  expect(arrivedIds()).toEqual(["a0", "a1", "a2", "b0", "b1", "b2", "c0", "c1", "c2"]);
  expect(await bucket.keys()).toEqual([]);
});

test("stops after two objects while the intake is still out, and the next run goes on from there", async () => {
  await leaveBehind(unavailable, 2, "a");
  await leaveBehind(unavailable, 2, "b");
  intake.recorder.setFaults(unavailable);
  const stopped = await runReplayer();
  expect(stopped).toMatchObject({ objects: 0, left: 4, stoppedBy: "http 503" });
  expect(stopped.oldestStoredMs).toBeGreaterThan(0);
  expect(await bucket.keys("undelivered/")).toHaveLength(2);

  intake.recorder.setFaults(undefined);
  expect(await runReplayer()).toMatchObject({ objects: 2, delivered: 4 });
  expect(arrivedIds()).toEqual(["a0", "a1", "b0", "b1"]);
});

test.each([401, 403])("stops at a refused key (%i), says so, and leaves all", async (status) => {
  await leaveBehind(unavailable, 2, "a");
  intake.recorder.setFaults({ always: { kind: "status", status } });
  expect(await runReplayer()).toMatchObject({ left: 2, stoppedBy: `http ${status}` });
  expect(await bucket.keys("undelivered/")).toHaveLength(1);
});

test.each([400, 413])("moves what the intake refuses for good (%i) to rejected/, and goes on", async (status) => {
  await leaveBehind(unavailable, 1, "a");
  await leaveBehind(unavailable, 1, "b");
  await changeIntake(({ body }) => (decompress(body).includes('"id":"a0"') ? { kind: "status", status } : undefined));
  expect(await runReplayer()).toMatchObject({ objects: 2, rejected: 1, delivered: 1 });
  expect(await bucket.ids("rejected/")).toEqual(["a0"]);
  expect(arrivedIds()).toEqual(["b0"]);
});

test("when half of an object is taken and then the intake goes out, the other half stays, and only that", async () => {
  await leaveBehind(unavailable, 4, "a");
  const out = { kind: "status", status: 503 } as const;
  intake.recorder.setFaults({ sequence: [{ kind: "status", status: 413 }, null, ...Array(20).fill(out)] });
  expect(await runReplayer()).toMatchObject({ objects: 1, delivered: 2, left: 2, notes: { "left: http 503": 1 } });
  expect(await bucket.ids("undelivered/")).toEqual(["a2", "a3"]);

  intake.recorder.setFaults(undefined);
  await runReplayer();
  expect(arrivedIds()).toEqual(["a0", "a1", "a2", "a3"]);
  expect(await bucket.keys()).toEqual([]);
});

test("begins no object when the time is up", async () => {
  await leaveBehind(unavailable, 1, "a");
  expect(await runReplayer({ leftMs: 500 })).toMatchObject({ objects: 0, stoppedBy: "deadline", requests: 0 });
  expect(await bucket.keys("undelivered/")).toHaveLength(1);
});

test("gives events older than 18 hours the present time, and keeps the original in an attribute", async () => {
  const old = Date.now() - 17 * 3_600_000;
  await leaveBehind(unavailable, 2, "a", old);
  const twoHoursLater = { ...quickClock, now: () => Date.now() + 2 * 3_600_000 };
  expect(await runReplayer({ clock: twoHoursLater })).toMatchObject({ delivered: 2, redated: 2 });
  const [entry] = intake.recorder.entries();
  expect(entry).toMatchObject({ id: "a0", redated: { originalTimestamp: old } });
  expect(intake.recorder.summary().tooOld).toBe(0);
});

test("leaves newer events as they are", async () => {
  const recent = Date.now() - 17 * 3_600_000;
  await leaveBehind(unavailable, 1, "a", recent);
  await runReplayer();
  expect(intake.recorder.entries()[0]).toMatchObject({ timestamp: recent });
  expect(intake.recorder.entries()[0]).not.toHaveProperty("redated");
});

test("an object that is no payload does not hold up the others: it is moved to rejected/ whole", async () => {
  const put = (Key: string, Body: string) =>
    bucket.client.send(new PutObjectCommand({ Bucket: bucket.name, Key, Body }));
  await put("undelivered/2020/01/01/00/by-hand.json.gz", "not gzip");
  await leaveBehind(unavailable, 1, "a");
  expect(await runReplayer()).toMatchObject({ objects: 2, unreadable: 1, delivered: 1 });
  const [rejected = ""] = await bucket.keys("rejected/");
  expect(Buffer.from((await bucket.read(rejected)).body).toString()).toBe("not gzip");
});

test("sends what a person moved back from rejected/, without our metadata", async () => {
  await leaveBehind({ always: { kind: "status", status: 400 } }, 2, "a");
  const [key = ""] = await bucket.keys("rejected/");
  const { body } = await bucket.read(key);
  await bucket.client.send(
    new PutObjectCommand({ Bucket: bucket.name, Key: key.replace("rejected/", "undelivered/"), Body: body }),
  );
  expect(await runReplayer()).toMatchObject({ delivered: 2 });
  expect(arrivedIds()).toEqual(["a0", "a1"]);
});

describe("an object in zstd", () => {
  const ZSTD = { DD_COMPRESSION: "zstd" };

  /** The one object that is there. */
  async function stored() {
    const [key = ""] = await bucket.keys("undelivered/");
    return { key, ...(await bucket.read(key)) };
  }

  test("is sent as it is, whatever the replayer's own bodies are", async () => {
    await leaveBehind(unavailable, 3, "a", Date.now(), ZSTD);
    const { key, body, metadata } = await stored();
    expect(key).toMatch(/\.json\.zst$/);
    expect(metadata).toMatchObject({ encoding: "zstd" });
    const taking = await changeIntake(() => undefined);
    expect(await runReplayer()).toMatchObject({ objects: 1, delivered: 3, requests: 1 });
    expect(taking.encodings()).toEqual(["zstd"]);
    expect(Buffer.compare(taking.requests[0]?.body ?? Buffer.alloc(0), body)).toBe(0);
    expect(arrivedIds()).toEqual(["a0", "a1", "a2"]);
    expect(await bucket.keys()).toEqual([]);
  });

  test.each([400, 415])("goes as gzip to an intake that refuses zstd (%i)", async (status) => {
    await leaveBehind(unavailable, 3, "a", Date.now(), ZSTD);
    const refusing = await changeIntake(refusesZstd(status));
    const report = await runReplayer();
    expect(report).toMatchObject({ objects: 1, delivered: 3, rejected: 0, notes: { "zstd refused, gzip taken": 1 } });
    expect(refusing.encodings()).toEqual(["zstd", "gzip"]);
    expect(arrivedIds()).toEqual(["a0", "a1", "a2"]);
    expect(await bucket.keys()).toEqual([]);
  });

  test("that is refused as gzip, too, is moved to rejected/ as it was", async () => {
    await leaveBehind(unavailable, 3, "a", Date.now(), ZSTD);
    const { body } = await stored();
    intake.recorder.setFaults({ always: { kind: "status", status: 400 } });
    expect(await runReplayer()).toMatchObject({ objects: 1, rejected: 3, requests: 2 });
    const [rejected = ""] = await bucket.keys();
    expect(rejected).toMatch(/^rejected\/.*\.json\.zst$/);
    const kept = await bucket.read(rejected);
    expect(Buffer.compare(kept.body, body)).toBe(0);
    expect(kept.metadata).toMatchObject({ reason: "http 400", encoding: "zstd", "entry-count": "3" });
  });

  test("that is broken does not hold up the others: what can't be sent as gzip is refused as it is", async () => {
    await leaveBehind(unavailable, 3, "a", Date.now() - 1_000, ZSTD);
    const { key, body, metadata } = await stored();
    const broken = body.subarray(0, -5);
    await bucket.client.send(new PutObjectCommand({ Bucket: bucket.name, Key: key, Body: broken, Metadata: metadata }));
    await leaveBehind(unavailable, 1, "b", Date.now(), ZSTD);
    expect(await runReplayer()).toMatchObject({ objects: 2, rejected: 3, delivered: 1 });
    const [rejected = ""] = await bucket.keys();
    expect(Buffer.compare((await bucket.read(rejected)).body, broken)).toBe(0);
    expect(arrivedIds()).toEqual(["b0"]);
  });
});

test("sends what earlier versions stored: gzip, a request's id in the key, no encoding in the metadata", async () => {
  await leaveBehind(unavailable, 2, "a");
  const [key = ""] = await bucket.keys();
  const { body, metadata } = await bucket.read(key);
  const { encoding, ...old } = metadata;
  expect(encoding).toBe("gzip");
  bucket.clear();
  const oldKey = key.replace(/[0-9a-f]{32}(?=\.json\.gz$)/, `${INVOCATION.requestId}-0123456789abcdef`);
  expect(oldKey).not.toBe(key);
  await bucket.client.send(
    new PutObjectCommand({ Bucket: bucket.name, Key: oldKey, Body: body, ContentEncoding: "gzip", Metadata: old }),
  );
  const taking = await changeIntake(() => undefined);
  expect(await runReplayer({ settings: { DD_COMPRESSION: "zstd" } })).toMatchObject({ objects: 1, delivered: 2 });
  expect(taking.encodings()).toEqual(["gzip"]);
  expect(Buffer.compare(taking.requests[0]?.body ?? Buffer.alloc(0), body)).toBe(0);
  expect(arrivedIds()).toEqual(["a0", "a1"]);
  expect(await bucket.keys()).toEqual([]);
});

test("reads on beyond one page of a listing", async () => {
  await leaveBehind(unavailable, 1, "a");
  const [key = ""] = await bucket.keys();
  const { body, metadata } = await bucket.read(key);
  await Promise.all(
    Array.from({ length: 1_100 }, (_, i) =>
      bucket.client.send(
        new PutObjectCommand({ Bucket: bucket.name, Key: `${key}-${i}`, Body: body, Metadata: metadata }),
      ),
    ),
  );
  expect(await runReplayer({ leftMs: 600_000 })).toMatchObject({ objects: 1_101, delivered: 1_101 });
  expect(await bucket.keys()).toEqual([]);
});

test("keeps the first of two times when events are redated again", async () => {
  const old = Date.now() - 19 * 3_600_000;
  await leaveBehind({ always: { kind: "status", status: 503 } }, 1, "a", old);
  const inTwoDays = { ...quickClock, now: () => Date.now() + 48 * 3_600_000 };
  await runReplayer({ clock: inTwoDays });
  expect(intake.recorder.entries()[0]).toMatchObject({ redated: { originalTimestamp: old } });
});

test("an object that the intake can't digest does not hold up the others", async () => {
  const now = Date.now();
  for (const [i, prefix] of ["a", "b", "c"].entries()) await leaveBehind(unavailable, 1, prefix, now + i);
  await changeIntake(({ body }) =>
    decompress(body).includes('"id":"a0"') ? { kind: "status", status: 500 } : undefined,
  );
  const report = await runReplayer();
  expect(report).toMatchObject({ objects: 2, delivered: 2, left: 1, notes: { "left: http 500": 1 } });
  expect(report.oldestStoredMs).toBeGreaterThan(0);
  expect(arrivedIds().toSorted()).toEqual(["b0", "c0"]);
});

test("a bucket that can't be listed fails the run, with a report and the bucket's name", async () => {
  const { report, failure } = await replayWith(s3Store("no-such-bucket", true));
  expect(failure).toMatchObject({ name: "StoreError", reason: "s3 NoSuchBucket" });
  expect(failure?.message).toContain("no-such-bucket");
  expect(report).toMatchObject({ objects: 0, stoppedBy: "s3 NoSuchBucket" });
});

test("objects that can't be removed fail the run, and what was taken is in its report", async () => {
  const refusals = await startS3Refusals(bucket.endpoint, "POST");
  for (const prefix of ["a", "b", "c"]) await leaveBehind(unavailable, 1, prefix);
  vi.stubEnv("AWS_ENDPOINT_URL_S3", refusals.endpoint);
  const { report, failure } = await replayWith(s3Store(bucket.name, true));
  vi.stubEnv("AWS_ENDPOINT_URL_S3", bucket.endpoint);
  await refusals.stop();
  expect(failure).toMatchObject({ reason: "s3 AccessDenied" });
  expect(report).toMatchObject({
    delivered: 3,
    objects: 0,
    notRemoved: 3,
    notes: { "sent, not removed: s3 AccessDenied": 3 },
  });
  expect(await bucket.keys("undelivered/")).toHaveLength(3);
});

function replayWith(store: ReplayStore) {
  return replay(replayerOf(environment(), { store }), performance.now() + 60_000);
}

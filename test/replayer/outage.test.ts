import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { payloadOf } from "../../functions/intake/payload.ts";
import { replay } from "../../functions/replayer/replay.ts";
import { replayAlone } from "../../functions/replayer/replay-alone.ts";
import type { ReplayReport } from "../../functions/replayer/report.ts";
import { storedPayload } from "../../functions/undelivered/stored-object.ts";
import { compress } from "../support/deliveries.ts";
import { type Intake, quickClock, startIntake } from "../support/forwarder.ts";
import { patientStore } from "../support/patient-store.ts";
import { replayerOf } from "../support/replayer.ts";
import { s3OfTests } from "../support/s3-of-tests.ts";

const s3 = s3OfTests();
let intake: Intake;

beforeAll(async () => {
  intake = await startIntake({ keepEntries: 200_000 });
});
afterAll(async () => {
  await intake.server.stop();
});
beforeEach(() => {
  intake.recorder.clear();
});

const environment = () => ({
  ...intake.environment,
  DD_S3_BUCKET_NAME: "store",
  AWS_ENDPOINT_URL_S3: s3.endpoint,
  // A busy machine is no outage.
  SIDECARLESS_REQUEST_TIMEOUT_MS: "60000",
});

const OBJECTS = 10_000;
const ENTRIES = 10;

/** As an outage leaves them: one object for each delivery, oldest first. */
function leaveBehind(count: number): void {
  const startMs = Date.now() - 3 * 3_600_000;
  for (let n = 0; n < count; n++) {
    const timestamp = startMs + n * 1_000;
    const entries = Array.from({ length: ENTRIES }, (_, j) => ({ id: `e${n}-${j}`, timestamp, message: "a line" }));
    s3.put(storedPayload("undelivered", payloadOf(entries, compress), "http 503"));
  }
}

test(`an outage of ${OBJECTS} objects is drained in one run, each entry once, oldest first`, {
  timeout: 900_000,
}, async () => {
  leaveBehind(OBJECTS);
  const replayer = replayerOf(environment(), { store: patientStore() });
  const { report, failure } = await replayAlone(replayer, performance.now() + 890_000, "a run");
  expect(failure).toBeUndefined();
  expect(report).toMatchObject({ objects: OBJECTS, delivered: OBJECTS * ENTRIES, left: 0, oldestStoredMs: 0 });
  expect(report.stoppedBy).toBeUndefined();
  expect(s3.objects.size).toBe(0);
  expect(intake.recorder.summary()).toMatchObject({
    entries: OBJECTS * ENTRIES,
    duplicates: 0,
    answers: { 202: report.requests },
  });
  // A hundred objects are a request to the intake, and one to remove them.
  expect(report.requests).toBeLessThan(OBJECTS / 80);
  expect(s3.requests.removeAll).toBeLessThan(OBJECTS / 80);
  // Within what is under way at a time.
  const order = intake.recorder.entries().map(({ id }) => Number(/\d+/.exec(String(id))?.[0]));
  const behind = order.map((n, i) => Math.abs(n - Math.floor(i / ENTRIES))).reduce((a, b) => Math.max(a, b));
  expect(behind).toBeLessThan(10 * 100);
});

test("each minute of a long run has a line, so that alarms see it; all lines together are its report", async () => {
  leaveBehind(600);
  // Each request takes 45 s.
  const clock = { ...quickClock, monotonicMs: () => performance.now() + 45_000 * intake.recorder.summary().requests };
  const told: ReplayReport[] = [];
  const { report } = await replayAlone(
    replayerOf(environment(), { clock, told }),
    clock.monotonicMs() + 8_000_000,
    "a run",
  );
  expect(report).toMatchObject({ objects: 600, left: 0 });
  expect(told.length).toBeGreaterThan(1);
  for (const name of ["objects", "delivered", "requests", "bytesOut"] as const) {
    expect(told.map((part) => part[name]).reduce((a, b) => a + b)).toBe(report[name]);
  }
  // Three hours old, until all is sent.
  expect(told[0]?.oldestStoredMs).toBeGreaterThan(2 * 3_600_000);
  expect(told.at(-1)?.oldestStoredMs).toBe(0);
});

test("a run that loses its lock begins nothing more: another may have it", async () => {
  leaveBehind(30);
  const before = [...s3.objects.keys()];
  const { report } = await replay(replayerOf(environment()), performance.now() + 60_000, () => false);
  expect(report).toMatchObject({ objects: 0, requests: 0, stoppedBy: "lock lost" });
  expect(report.oldestStoredMs).toBeGreaterThan(2 * 3_600_000);
  expect([...s3.objects.keys()]).toEqual(before);
});

test("without anything to send, a run is one request to S3", async () => {
  const { report } = await replayAlone(replayerOf(environment()), performance.now() + 60_000, "a run");
  expect(report).toMatchObject({ objects: 0, oldestStoredMs: 0 });
  expect(s3.requests).toEqual({ list: 1 });
});

test("a second run at the same time sends nothing, and tells how old the oldest log is", async () => {
  leaveBehind(300);
  const runs = await Promise.all(
    ["a", "b", "c"].map((holder) => replayAlone(replayerOf(environment()), performance.now() + 60_000, holder)),
  );
  const held = runs.filter(({ report }) => report.stoppedBy === "another run is under way");
  expect(held).toHaveLength(2);
  for (const { report } of held) expect(report.oldestStoredMs).toBeGreaterThan(2 * 3_600_000);
  expect(intake.recorder.summary()).toMatchObject({ entries: 300 * ENTRIES, duplicates: 0 });
  expect(s3.objects.size).toBe(0);
});

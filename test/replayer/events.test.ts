import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { forward } from "../../functions/forwarder/forward.ts";
import { type Invoke, type Invoked, testEvent } from "../../functions/replayer/invoke-forwarder.ts";
import { MAX_FAILURES } from "../../functions/replayer/memory.ts";
import { replayAlone } from "../../functions/replayer/replay-alone.ts";
import { s3Store } from "../../functions/undelivered/store.ts";
import { backKey } from "../../functions/undelivered/stored-object.ts";
import { deliveryOf, INVOCATION, lines } from "../support/deliveries.ts";
import { forwarderOf, type Intake, quickClock, startIntake } from "../support/forwarder.ts";
import { kinesisBatch } from "../support/kinesis.ts";
import { replayerOf } from "../support/replayer.ts";
import { s3OfTests } from "../support/s3-of-tests.ts";

const s3 = s3OfTests();
let intake: Intake;
let skewMs = 0;

beforeAll(async () => {
  intake = await startIntake();
});
afterAll(async () => {
  await intake.server.stop();
});
beforeEach(() => {
  intake.recorder.clear();
  intake.recorder.setFaults(undefined);
  skewMs = 0;
});

const HOUR = 3_600_000;
const clock = { ...quickClock, now: () => Date.now() + skewMs };
const environment = () => ({
  ...intake.environment,
  DD_S3_BUCKET_NAME: "store",
  AWS_ENDPOINT_URL_S3: s3.endpoint,
});

/** The real pipeline, answering as Lambda would for it. */
const forwarder: Invoke = async (event) => {
  try {
    const invocation = { ...INVOCATION, deadlineMs: performance.now() + 60_000 };
    const { answer } = await forward(event, invocation, forwarderOf(environment()));
    const { batchItemFailures = [] } = answer() as { batchItemFailures?: unknown[] };
    return batchItemFailures.length > 0
      ? { status: "failed", reason: "handed back", isWell: true }
      : { status: "taken" };
  } catch (error) {
    return { status: "failed", reason: `forwarder ${(error as Error).name}`, isWell: true };
  }
};

/** What Lambda writes under `aws/lambda/async/<function>/…`, or for a batch of a stream. */
const ASYNC = "aws/lambda/async/forwarder/2026/11/25/2026-11-25T10.00.";
const record = (event: unknown) => ({
  version: "1.0",
  timestamp: "2026-11-25T10:00:00.000Z",
  requestContext: {
    requestId: "5b0f2f3e-0000-4000-8000-000000000001",
    functionArn: `${INVOCATION.functionArn}:$LATEST`,
    condition: "RetriesExhausted",
    approximateInvokeCount: 3,
  },
  requestPayload: event,
  responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
  responsePayload: { errorType: "Sandbox.Timedout", errorMessage: "Task timed out" },
});
const batchRecord = (event: unknown) => ({
  requestContext: {
    functionArn: INVOCATION.functionArn,
    condition: "RetryAttemptsExhausted",
    approximateInvokeCount: 3,
  },
  responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
  version: "1.0",
  timestamp: "2026-11-25T10:00:00.000Z",
  KinesisBatchInfo: { shardId: "shardId-000000000000", batchSize: 2 },
  payload: JSON.stringify(event),
});

const put = (key: string, content: unknown) =>
  s3Store("store", true).write(
    { key, body: JSON.stringify(content), contentType: "application/json", metadata: {} },
    5_000,
  );
const putEvents = async (names: readonly string[]) => {
  for (const [i, name] of names.entries()) {
    await put(`${ASYNC}${String(i).padStart(2, "0")}-${name}`, record(deliveryOf(lines(2), Date.now(), name)));
  }
};

const run = async (invoke: Invoke = forwarder) => {
  const replayer = replayerOf(environment(), { clock, invoke });
  const { report } = await replayAlone(replayer, clock.monotonicMs() + 600_000, "run");
  return report;
};
const keys = () => [...s3.objects.keys()].toSorted();
const arrived = () => intake.recorder.entries().map(({ id }) => String(id));

test("what Lambda gave up on goes through the forwarder again, and is removed when it is taken", async () => {
  await putEvents(["a", "b"]);
  expect(await run()).toMatchObject({ forwarded: 2, objects: 2, delivered: 0, left: 0, oldestStoredMs: 0 });
  expect(arrived()).toEqual(["a0", "a1", "b0", "b1"]);
  expect(keys()).toEqual([]);
});

test("so does a batch of a stream, which Lambda writes as text", async () => {
  const { awslogs: a } = deliveryOf(lines(2), Date.now(), "a");
  const { awslogs: b } = deliveryOf(lines(1), Date.now(), "b");
  const key = "aws/lambda/0c5d3d2e-1b2a-4f0e-9d3c-1a2b3c4d5e6f/shardId-000000000000/2026/11/25/2026-11-25T10.00.00-x";
  await put(key, batchRecord(kinesisBatch([a.data, b.data])));
  expect(await run()).toMatchObject({ forwarded: 1 });
  expect(arrived().toSorted()).toEqual(["a0", "a1", "b0"]);
  expect(keys()).toEqual([]);
});

test("in an outage of the intake its logs are stored by the forwarder, and no second object is made of the event", async () => {
  await putEvents(["a"]);
  intake.recorder.setFaults({ always: { kind: "status", status: 503 } });
  await run();
  expect(keys().filter((key) => key.startsWith("aws/"))).toEqual([]);
  expect(keys().filter((key) => key.startsWith("undelivered/"))).toHaveLength(1);
  intake.recorder.setFaults(undefined);
  await run();
  expect(arrived()).toEqual(["a0", "a1"]);
  expect(keys()).toEqual([]);
});

test("while neither intake nor store take anything, it stays, and is never to blame", async () => {
  await putEvents(["a"]);
  const failing: Invoke = async () => ({ status: "failed", reason: "forwarder HandedBackError", isWell: true });
  for (let i = 0; i < 3 * MAX_FAILURES; i++, skewMs += HOUR) {
    const report = await run(failing);
    expect(report).toMatchObject({ forwarded: 0, setAside: 0, notes: { "left: forwarder HandedBackError": 1 } });
    expect(report.oldestStoredMs).toBeGreaterThan(0);
  }
  expect(await run()).toMatchObject({ forwarded: 1 });
});

describe("an event that kills the forwarder", () => {
  const killing =
    (name: string): Invoke =>
    async (event, timeoutMs) =>
      JSON.stringify(event) === JSON.stringify(poison.get(name))
        ? { status: "failed", reason: "forwarder Runtime.OutOfMemory", isWell: false }
        : forwarder(event, timeoutMs);
  const poison = new Map<string, unknown>();

  test.each([
    ["others are taken", ["good"]],
    ["it is alone, which a test message tells from a forwarder that is broken", []],
  ])("does not hold up others, and is set aside after ten runs: %s", async (_what, others) => {
    const event = deliveryOf(lines(1), Date.now(), "poison");
    poison.set("p", event);
    const key = `${ASYNC}00-poison`;
    await put(key, record(event));
    for (let i = 0; i < MAX_FAILURES; i++, skewMs += HOUR) {
      expect(keys()).toContain(key);
      for (const name of others)
        await put(`${ASYNC}01-${name}${i}`, record(deliveryOf(lines(1), Date.now(), `${name}${i}`)));
      expect(await run(killing("p"))).toMatchObject({ forwarded: others.length, setAside: 0 });
    }
    expect(await run(killing("p"))).toMatchObject({
      setAside: 1,
      setAsideKeys: { [key]: "forwarder Runtime.OutOfMemory" },
    });
    expect(keys()).toEqual([`rejected/${key}`]);
    // Where it is tried again, by hand or by the tool.
    expect(backKey(`rejected/${key}`)).toBe(key);
    expect(arrived().filter((id) => id.startsWith("poison"))).toEqual([]);
  });

  test("is not to blame where the forwarder takes nothing at all: it may be broken", async () => {
    await putEvents(["a"]);
    const broken: Invoke = async () => ({
      status: "failed",
      reason: "forwarder Runtime.ImportModuleError",
      isWell: false,
    });
    for (let i = 0; i < 2 * MAX_FAILURES; i++, skewMs += HOUR) expect(await run(broken)).toMatchObject({ setAside: 0 });
    expect(await run()).toMatchObject({ forwarded: 1 });
  });
});

test("when Lambda does not run the forwarder, the others are not tried either: new logs need it", async () => {
  await putEvents(["a", "b", "c"]);
  let invoked = 0;
  const busy: Invoke = async (): Promise<Invoked> => {
    invoked += 1;
    return { status: "not invoked", reason: "lambda TooManyRequestsException" };
  };
  expect(await run(busy)).toMatchObject({
    forwarded: 0,
    notes: { "failed events wait: lambda TooManyRequestsException": 1 },
  });
  expect(invoked).toBe(1);
  expect(keys()).toHaveLength(3);
});

test("one forwarder at a time is invoked: new logs keep all the others", async () => {
  await putEvents(["a", "b", "c", "d"]);
  let underWay = 0;
  let most = 0;
  await run(async () => {
    most = Math.max(most, ++underWay);
    await new Promise((resolve) => setImmediate(resolve));
    underWay -= 1;
    return { status: "taken" };
  });
  expect(most).toBe(1);
});

test("what is no event of the forwarder is moved to rejected/, untouched", async () => {
  const key = `${ASYNC}00-other`;
  await put(key, record({ Records: [{ eventSource: "aws:sqs" }] }));
  expect(await run()).toMatchObject({ setAside: 1, setAsideKeys: { [key]: "not an event of the forwarder" } });
  expect(keys()).toEqual([`rejected/${key}`]);
});

test("where the replayer does not know the forwarder, they stay", async () => {
  await putEvents(["a"]);
  const replayer = replayerOf(environment(), { clock });
  await replayAlone(replayer, clock.monotonicMs() + 60_000, "run");
  expect(keys()).toHaveLength(1);
});

test("the message with which the forwarder is tested delivers nothing and stores nothing", async () => {
  expect(await forwarder(testEvent(), 1_000)).toEqual({ status: "taken" });
  expect(arrived()).toEqual([]);
  expect(keys()).toEqual([]);
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Clock } from "../../../functions/clock.ts";
import { forward } from "../../../functions/forwarder/forward.ts";
import { HandedBackError } from "../../../functions/forwarder/leftovers.ts";
import { type Backfilling, backfill } from "../../../tools/backfill/backfill.ts";
import { pageReader } from "../../../tools/backfill/held-events.ts";
import { forwarderAt } from "../../../tools/backfill/invoke-forwarder.ts";
import type { Gap } from "../../../tools/backfill/options.ts";
import { problemsOf } from "../../../tools/backfill/print.ts";
import { openProgress } from "../../../tools/backfill/progress-file.ts";
import { INVOCATION } from "../../support/deliveries.ts";
import { quickClock } from "../../support/forwarder.ts";
import {
  FORWARDER_ARN,
  HELD_ACCOUNT,
  HELD_GROUP,
  type HeldLogs,
  heldLogs,
  startHeldLogs,
} from "../../support/held-logs-server.ts";
import { storeAndIntake } from "../../support/store-and-intake.ts";

const HOUR_MS = 3_600_000;
const services = storeAndIntake();
let held: HeldLogs;
let folder: string;

beforeAll(async () => {
  held = await startHeldLogs();
});
afterAll(() => held.stop());
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "sidecarless-backfill-"));
  services.intake.recorder.clear();
  services.intake.recorder.setFaults(undefined);
  services.bucket.clear();
  held.requests.length = 0;
  held.fault = () => undefined;
  held.invoke = forwardIt;
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The deployed forwarder, in this process. */
async function forwardIt(event: unknown): Promise<unknown> {
  const invocation = { ...INVOCATION, requestId: String(held.requests.length), deadlineMs: performance.now() + 60_000 };
  const { answer } = await forward(event, invocation, services.parts(quickClock));
  return answer();
}

/** Time that passes only while somebody sleeps. */
function sleepingClock() {
  let slept = 0;
  const clock: Clock = {
    now: Date.now,
    monotonicMs: () => slept,
    sleep: async (ms) => {
      slept += ms;
    },
    random: () => 0.5,
  };
  return { clock, slept: () => slept };
}

interface Run extends Partial<Omit<Backfilling, "gap">> {
  readonly gap?: Partial<Gap>;
  readonly file?: string;
}

function run({ gap: part, file = "progress.jsonl", ...others }: Run = {}) {
  const client = { endpoint: held.endpoint, region: "eu-west-1", maxAttempts: 1 };
  const times = held.events.map(({ timestamp }) => timestamp);
  const [from, to] = [Math.min(...times), Math.max(...times) + 1];
  const gap: Gap = { logGroup: HELD_GROUP, from, to, logStreams: [], ...part };
  const progress = openProgress(path.join(folder, file), HELD_ACCOUNT, "eu-west-1", gap);
  return backfill({
    gap,
    account: HELD_ACCOUNT,
    ratePerSecond: 1_000_000,
    readPage: pageReader(new CloudWatchLogsClient(client), gap),
    invoke: forwarderAt(new LambdaClient(client), FORWARDER_ARN),
    progress,
    clock: sleepingClock().clock,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...others,
  }).finally(progress.close);
}

/** Each event arrived once: with its id, its text and its stream, and marked. */
function expectAllArrivedOnce(except: (i: number) => boolean = () => false): void {
  const { recorder } = services.intake;
  expect(recorder.summary()).toMatchObject({ duplicates: 0, tooOld: 0 });
  const arrived = new Map(recorder.entries().map((entry) => [entry.id, entry]));
  const expected = held.events.filter((_, i) => !except(i));
  expect(arrived.size).toBe(expected.length);
  for (const { eventId, message, logStreamName } of expected) {
    const entry = arrived.get(eventId);
    expect(entry?.message).toBe(message);
    expect(entry?.aws).toMatchObject({
      awslogs: { logGroup: HELD_GROUP, logStream: logStreamName, owner: HELD_ACCOUNT },
    });
    if (!String(entry?.ddtags).includes("backfilled:true")) throw new Error(`not marked: ${entry?.ddtags}`);
  }
}

describe("a gap of 25,000 events in three streams", () => {
  beforeEach(() => {
    held.events = heldLogs(25_000, 3, Date.now() - 2 * HOUR_MS, 100);
  });

  test("arrives whole, each event once, with its id and a tag, in few invocations", async () => {
    const seen = await run();
    expectAllArrivedOnce();
    expect(seen.counts).toMatchObject({ sent: 25_000, received: 25_000, delivered: 25_000, redated: 0 });
    expect(problemsOf(seen)).toEqual([]);
    expect([...seen.streams.values()].toSorted()).toEqual([8_333, 8_333, 8_334]);
    expect(seen.repeated).toBeGreaterThan(0);
    expect(held.count("Invoke")).toBeLessThan(12);
  });

  test("only of some streams, or what matches a filter", async () => {
    const stream = held.events[1]?.logStreamName ?? "";
    await run({ gap: { logStreams: [stream], filter: "line 1" } });
    expectAllArrivedOnce((i) => i % 3 !== 1 || !`line ${i}`.includes("line 1"));
  });

  test("all of it in spite of throttling, which is waited for longer and longer", async () => {
    const { clock, slept } = sleepingClock();
    const faults = [
      "ThrottlingException",
      "TooManyRequestsException",
      "ServiceUnavailableException",
      "ThrottlingException",
    ];
    let calls = 0;
    held.fault = () => (calls++ % 5 < 4 ? faults[calls % 4] : undefined);
    const seen = await run({ clock });
    expectAllArrivedOnce();
    expect(seen.counts.sent).toBe(25_000);
    expect(slept()).toBeGreaterThan(held.count("Invoke") * 1_000);
  });

  test("is no faster than asked for", async () => {
    const { clock, slept } = sleepingClock();
    await run({ clock, ratePerSecond: 1_000 });
    expect(slept()).toBeGreaterThanOrEqual(24_000);
    expect(slept()).toBeLessThan(26_000);
  });

  test("is counted, and nothing sent, in a dry run", async () => {
    const { clock, slept } = sleepingClock();
    const seen = await run({ invoke: undefined, clock, ratePerSecond: 1 });
    expect(seen.counts).toMatchObject({ sent: 25_000, received: 0 });
    expect(slept()).toBe(0);
    expect(held.count("Invoke")).toBe(0);
  });

  test("goes on where it was interrupted, however often", async () => {
    for (let runs = 1; runs < 100; runs++) {
      const stop = new AbortController();
      const seen = await run({ signal: stop.signal, onProgress: () => stop.abort() });
      if (
        seen.counts.sent === 25_000 &&
        seen.doneTo === Math.max(...held.events.map(({ timestamp }) => timestamp)) + 1
      ) {
        expect(runs).toBeGreaterThan(5);
        expect(seen.counts).toMatchObject({ received: 25_000, delivered: 25_000 });
        break;
      }
    }
    expectAllArrivedOnce();
  });

  test("goes on where the process was killed, in the midst of writing a line", async () => {
    const file = path.join(folder, "progress.jsonl");
    held.fault = (operation) =>
      operation === "Invoke" && held.count("Invoke") > 4 ? "AccessDeniedException" : undefined;
    await expect(run()).rejects.toThrow("AWS refuses lambda:InvokeFunction");
    held.fault = () => undefined;
    writeFileSync(file, `${readFileSync(file, "utf8")}{"sent":["abc`);
    const seen = await run();
    expect(seen.counts).toMatchObject({ sent: 25_000, received: 25_000 });
    expectAllArrivedOnce();
    expect(readFileSync(file, "utf8")).not.toContain("line 1");
  });

  test("is not sent again when it is done", async () => {
    await run();
    held.requests.length = 0;
    expect((await run()).counts.sent).toBe(25_000);
    expect(held.requests).toEqual([]);
  });
});

describe("what becomes of what is sent", () => {
  test("old events are redated, and so are the dates in their JSON", async () => {
    const old = Date.now() - 60 * HOUR_MS;
    const date = new Date(old).toISOString();
    held.events = heldLogs(100, 2, old, 10).map((event) => ({ ...event, message: `{"timestamp":"${date}","n":1}` }));
    const { counts } = await run();
    expect(counts).toMatchObject({ sent: 100, delivered: 100, redated: 100 });
    expect(services.intake.recorder.summary().tooOld).toBe(0);
    expect(services.intake.recorder.entries()).toContainEqual(
      expect.objectContaining({
        id: held.events[1]?.eventId,
        message: `{"original_timestamp":"${date}","n":1}`,
        redated: { originalTimestamp: old + 10, attributes: ["original_timestamp"] },
      }),
    );
  });

  test("an intake that is down stores it, and that is no failure", async () => {
    held.events = heldLogs(100, 2, Date.now() - HOUR_MS, 10);
    services.intake.recorder.setFaults({ always: { kind: "status", status: 503 } });
    const seen = await run();
    expect(seen.counts).toMatchObject({ sent: 100, delivered: 0, undelivered: 100 });
    expect(problemsOf(seen)).toEqual([]);
    expect(await services.bucket.ids("undelivered/")).toHaveLength(100);
  });

  test("a forwarder that can't store either is asked again, then it ends and can go on", async () => {
    held.events = heldLogs(100, 2, Date.now() - HOUR_MS, 10);
    held.invoke = async () => {
      throw Object.assign(new Error("order of anna@example.com"), { name: HandedBackError.name });
    };
    const failure = run();
    await expect(failure).rejects.toThrow(/failed with HandedBackError: its log group says why/);
    await expect(failure).rejects.not.toThrow("anna");
    expect(held.count("Invoke")).toBe(10);
    held.invoke = forwardIt;
    await run();
    expectAllArrivedOnce();
  });

  test("a forwarder that is none is told from one that is", async () => {
    held.events = heldLogs(10, 1, Date.now() - HOUR_MS, 10);
    held.invoke = async () => null;
    await expect(run()).rejects.toThrow("does not answer with sidecarless' report");
    expect(held.count("Invoke")).toBe(1);
  });

  test("a forwarder that lost some is a problem", async () => {
    held.events = heldLogs(10, 1, Date.now() - HOUR_MS, 10);
    held.invoke = async (event) => ({ ...((await forwardIt(event)) as object), received: 9, delivered: 8 });
    expect(problemsOf(await run())).toEqual([
      "10 events were sent, and the forwarder received 9.",
      "1 events are unaccounted for.",
    ]);
  });

  test("of events of a megabyte, few go at once", async () => {
    held.events = heldLogs(12, 2, Date.now() - HOUR_MS, 10, "x".repeat(400_000));
    await run();
    expectAllArrivedOnce();
    expect(held.count("Invoke")).toBe(6);
  });

  test("events of one moment, more than a page has", async () => {
    held.events = heldLogs(12_000, 3, Date.now() - HOUR_MS, 0);
    await run();
    expectAllArrivedOnce();
  });
});

describe("the progress file", () => {
  beforeEach(() => {
    held.events = heldLogs(10, 1, Date.now() - HOUR_MS, 10);
  });

  test("of another question is refused", async () => {
    await run();
    expect(() => run({ gap: { filter: "x" } })).toThrow("is of another backfill");
  });

  test("that is none is refused", () => {
    writeFileSync(path.join(folder, "progress.jsonl"), "hello\n");
    expect(() => run()).toThrow("is not a progress file of a backfill");
  });

  test("of a run that is still at it is refused, and of one that was killed is not", async () => {
    const lock = path.join(folder, "progress.jsonl.lock");
    writeFileSync(lock, String(process.ppid));
    expect(() => run()).toThrow(`Process ${process.ppid} is running this backfill`);
    writeFileSync(lock, "99999999");
    await run();
    expectAllArrivedOnce();
  });
});

vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");

import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import type { FirelensProfile } from "../../../compare/firelens/agent-config.ts";
import { chunkSender } from "../../../compare/firelens/chunk-sender.ts";
import type { FirelensTask } from "../../../compare/firelens/firelens-task.ts";
import { startModelledTask } from "../../../compare/firelens/modelled-fluent-bit.ts";
import { type FigureName, openModel } from "../../../compare/modelled.ts";
import type { Fault } from "../../../functions/recorder/faults.ts";
import { createRecorder } from "../../../functions/recorder/record.ts";
import { type RecorderServer, serveRecorder } from "../../../functions/recorder/server.ts";

const API_KEY = "0123456789abcdef0123456789abcdef";
const TASK_ID = "0123456789abcdef0123456789abcdef";
const FAST = {
  "firelens.flushIntervalMs": 20,
  "firelens.retryBaseMs": 10,
  "firelens.retryCapMs": 40,
  "firelens.retryLeastMs": 5,
};
const NEVER_MS = 600_000;
const UNAVAILABLE: Fault = { kind: "status", status: 503 };

let server: RecorderServer | undefined;
let task: FirelensTask | undefined;
afterEach(async () => {
  await task?.kill();
  await server?.stop();
});

interface Options {
  readonly fault?: Fault;
  readonly figures?: Partial<Record<FigureName, number>>;
  readonly driverLimit?: number;
}

async function start(profile: FirelensProfile, { fault, figures, driverLimit }: Options = {}) {
  const sizes: number[] = [];
  const recorder = createRecorder({
    apiKey: API_KEY,
    lenient: true,
    onArrival: ({ entries }) => sizes.push(entries.length),
    ...(fault && { faults: { always: fault } }),
  });
  server = await serveRecorder(recorder, 0);
  task = startModelledTask({
    profile,
    recorder: server,
    apiKey: API_KEY,
    taskId: TASK_ID,
    model: openModel({ ...FAST, ...figures }),
    ...(driverLimit !== undefined && { driverLimit }),
  });
  const messages = () => recorder.entries().map(({ message }) => String(message));
  return { task, recorder, sizes, messages, answers: () => recorder.summary().answers };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(5);
}

const LINES = Array.from({ length: 100 }, (_, i) => `line ${i}`);

test.each(["as-documented", "hardened"] as const)("%s, every line arrives once, in order", async (profile) => {
  const { task, messages } = await start(profile);
  for (const line of LINES) task.write(line);
  await until(() => messages().length >= LINES.length);
  await task.stop();
  expect(messages()).toEqual(LINES);
  expect(task.dropped()).toBe(0);
  expect(task.problem()).toBeUndefined();
});

test("nothing goes out before the flush, full chunks included, each a request of its own", async () => {
  const figures = { "firelens.flushIntervalMs": NEVER_MS, "firelens.chunkBytes": 10 * 275 };
  const { task, recorder, sizes } = await start("as-documented", { figures });
  for (const line of LINES.slice(0, 25)) task.write(line);
  await sleep(100);
  expect(recorder.summary().requests).toBe(0);
  await task.stop();
  expect(sizes.toSorted((a, b) => b - a)).toEqual([10, 10, 5]);
});

// Every answer but 200 to 205, whatever it says.
test.each<[FirelensProfile, number, number]>([
  ["as-documented", 503, 2],
  ["as-documented", 429, 2],
  ["as-documented", 403, 2],
  ["hardened", 503, 7],
])("%s, a chunk that %i always answers is tried %i times, then lost", async (profile, status, attempts) => {
  const { task, messages, answers } = await start(profile, { fault: { kind: "status", status } });
  task.write("lost");
  await until(() => answers()[status] === attempts);
  await sleep(200);
  expect(answers()).toEqual({ [status]: attempts });
  expect(messages()).toEqual([]);
});

test("lines of an outage longer than the retries are lost as documented, and arrive late when hardened", async () => {
  const outage = async (profile: FirelensProfile) => {
    const { task, recorder, messages, answers } = await start(profile, { fault: UNAVAILABLE });
    task.write("during");
    await until(() => answers()[503] === 2);
    recorder.setFaults(undefined);
    task.write("after");
    await until(() => messages().includes("after"));
    await task.stop();
    await server?.stop();
    return messages().toSorted();
  };
  expect(await outage("as-documented")).toEqual(["after"]);
  expect(await outage("hardened")).toEqual(["after", "during"]);
});

test("as documented, what a silent intake has taken never comes free, and at the memory limit nothing more goes in", async () => {
  const { task, recorder, messages } = await start("as-documented", { fault: { kind: "hang" }, driverLimit: 3 });
  const line = "x".repeat(16_000);
  for (let bytes = 0; bytes < 26e6; bytes += line.length) task.write(line);
  await until(() => (recorder.summary().answers.hang ?? 0) > 10);
  recorder.setFaults(undefined);
  const droppedBefore = task.dropped();
  for (const late of LINES) task.write(late);
  await sleep(200);
  expect(messages()).toEqual([]);
  expect(droppedBefore).toBeGreaterThan(0);
  expect(task.dropped() - droppedBefore).toBe(LINES.length);
});

test("below the limit, lines that come after a silent intake arrive", async () => {
  const { task, recorder, messages, answers } = await start("as-documented", { fault: { kind: "hang" } });
  task.write("stuck");
  await until(() => answers().hang === 1);
  recorder.setFaults(undefined);
  task.write("free");
  await until(() => messages().length > 0);
  expect(messages()).toEqual(["free"]);
});

test("hardened, the limit of memory stops nothing: what waits is on disk", async () => {
  const { task, messages } = await start("hardened", { figures: { "firelens.flushIntervalMs": NEVER_MS } });
  const line = "x".repeat(16_000);
  for (let bytes = 0; bytes < 70e6; bytes += line.length) task.write(line);
  task.write("last");
  await task.stop();
  expect(messages().includes("last")).toBe(true);
});

test("stopping sends what it has, and tries at once what waits for its next attempt", async () => {
  const { task, recorder, messages, answers } = await start("as-documented", {
    fault: UNAVAILABLE,
    figures: { "firelens.retryBaseMs": NEVER_MS, "firelens.retryCapMs": NEVER_MS },
  });
  task.write("waits");
  await until(() => answers()[503] === 1);
  recorder.setFaults(undefined);
  task.write("new");
  await task.stop();
  expect(messages().toSorted()).toEqual(["new", "waits"]);
});

test("stopping while the intake is down ends with the retries", async () => {
  const { task, answers } = await start("hardened", { fault: UNAVAILABLE });
  task.write("lost");
  await task.stop();
  expect(answers()).toEqual({ 503: 7 });
});

test("stopping while the intake is silent ends with the grace", async () => {
  const recorder = createRecorder({ faults: { always: { kind: "hang" } } });
  server = await serveRecorder(recorder, 0);
  const sender = chunkSender({ profile: "as-documented", recorder: server, apiKey: API_KEY, model: openModel(FAST) });
  sender.send({ entries: ["{}"], bytes: 300 });
  await until(() => recorder.summary().answers.hang === 1);
  expect([sender.heldBytes(), sender.memoryBytes()]).toEqual([300, 304]);
  await sender.finish(50);
  expect([sender.heldBytes(), sender.memoryBytes()]).toEqual([0, 0]);
  expect(recorder.summary().requests).toBe(1);
});

test("killed, it sends nothing more", async () => {
  const { task, recorder, answers } = await start("hardened", {
    fault: UNAVAILABLE,
    figures: { "firelens.retryBaseMs": NEVER_MS },
  });
  task.write("waits");
  await until(() => answers()[503] === 1);
  recorder.setFaults(undefined);
  task.write("new");
  await task.kill();
  await sleep(100);
  expect(recorder.summary()).toMatchObject({ requests: 1, entries: 0 });
});

test("its usage follows from lines and from what it holds, and says which figures it took", async () => {
  const model = openModel(FAST);
  server = await serveRecorder(createRecorder(), 0);
  const settings = { recorder: server, apiKey: API_KEY, taskId: TASK_ID, model };
  task = startModelledTask({ ...settings, profile: "hardened" });
  task.write("a\nb");
  await task.stop();
  expect(task.usage()?.cpuSeconds).toBeCloseTo((2 * 20) / 1e6, 9);
  expect(task.usage()?.peakMemoryMb).toBeCloseTo(14 + (2 * 269 + 2 * 460) / 1e6, 3);
  expect(model.used().map(({ name }) => name)).toContain("firelens.cpuSecondsPerMillionLines");
});

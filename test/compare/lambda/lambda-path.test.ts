import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { openLambdaPath } from "../../../compare/lambda/lambda-path.ts";
import type { IntakeArrival } from "../../../compare/local/intake-process.ts";
import { openModel } from "../../../compare/modelled.ts";
import type { RunningPath } from "../../../compare/path.ts";
import type { FaultPlan } from "../../../functions/recorder/faults.ts";
import { line, numbers, pathOfTest, sorted, TAIL } from "../../support/path-of-lines.ts";

const start = pathOfTest("lambda");
const FAST = {
  "driver.flushIntervalMs": 100,
  "ingestion.delayMs": 5,
  "subscription.delayMs.p50": 20,
  "subscription.delayMs.p99": 60,
  "replay.intervalMs": 100,
};

const open = (faults?: FaultPlan, figures: Parameters<typeof openModel>[0] = {}) =>
  start(
    (opened) => openLambdaPath({ ...opened, memoryMb: 512, model: openModel({ ...FAST, ...figures }), seed: 1 }),
    faults,
  );

async function write(to: RunningPath, seqs: readonly number[]) {
  const lines = seqs.map(line);
  for (const one of lines) to.write(one);
  return lines;
}

test("brings every line once, and its stages add up to its latency", async () => {
  const { path, arrivals, seqs } = await open();
  const lines = await write(path, numbers(50));
  await path.settle(TAIL);
  await sleep(100);
  expect(sorted(seqs())).toEqual(numbers(50));
  for (const { headersAtMs, arrivedAtMs, seqs: brought } of arrivals) {
    for (const seq of brought) {
      const { seq: number, dueMs } = lines[seq] as (typeof lines)[number];
      const { stagesMs, addedMs } = path.journey({ seq: number, dueMs }, headersAtMs, arrivedAtMs);
      const sum = Object.values(stagesMs).reduce((total, ms) => total + ms, 0);
      expect(sum).toBeCloseTo(arrivedAtMs - dueMs + addedMs, 5);
      expect(addedMs).toBe(0);
    }
  }
  expect(path.usage()).toMatchObject({ lambda: { coldStarts: 1, storedLines: 0, replayedLines: 0 } });
  expect(path.usage().lambda?.ingestedBytes).toBe(
    lines.reduce((sum, { text }) => sum + Buffer.byteLength(text) + 26, 0),
  );
  expect(path.problem()).toBeUndefined();
});

test("what an intake that is down refuses goes to the store, and comes by the schedule's next replay", async () => {
  const { intakes, path, arrivals, seqs } = await open({ always: { kind: "status", status: 503 } });
  const lines = await write(path, numbers(20));
  while ((path.usage().lambda?.storedLines ?? 0) < 20) await sleep(20);
  expect(seqs()).toEqual([]);
  intakes.setFaults(undefined);
  await path.settle(TAIL);
  await sleep(100);
  expect(sorted(seqs())).toEqual(numbers(20));
  expect(path.usage().lambda).toMatchObject({ storedLines: 20, replayedLines: 20 });
  const arrival = arrivals[0] as IntakeArrival;
  const line = lines[0] as (typeof lines)[number];
  const { stagesMs, addedMs } = path.journey(line, arrival.headersAtMs, arrival.arrivedAtMs);
  // All of it was waited for, and it is told apart from the forwarder's own time.
  expect(addedMs).toBe(0);
  expect(stagesMs.again).toBeGreaterThan(0);
  expect(Object.values(stagesMs).reduce((sum, ms) => sum + ms, 0)).toBeCloseTo(arrival.arrivedAtMs - line.dueMs, 5);
});

test("a host that dies takes what is in its log driver, and nothing else", async () => {
  const { path, seqs } = await open();
  await write(path, numbers(10));
  while (seqs().length < 10) await sleep(10);
  const lost = [10, 11, 12];
  await write(path, lost);
  await path.disrupt("host-lost");
  await write(path, [13, 14]);
  await path.settle(TAIL);
  await sleep(100);
  expect(sorted(seqs())).toEqual(numbers(15).filter((seq) => !lost.includes(seq)));
  expect(path.lostInModel?.()).toBe(3);
  expect(path.notes().join()).toContain("3 lines in the awslogs driver (modelled)");
});

test("what the log driver's buffer has no place for is lost, and is counted as the model's", async () => {
  const figures = {
    "driver.maxCallEvents": 1,
    "driver.channelLines": 2,
    "driver.bufferBytes": 1,
    "ingestion.delayMs": 200,
  };
  const { path, seqs } = await open(undefined, figures);
  await write(path, numbers(20));
  await path.settle(TAIL);
  await sleep(100);
  const lost = path.lostInModel?.() ?? 0;
  expect(lost).toBeGreaterThan(10);
  expect(seqs()).toHaveLength(20 - lost);
  expect(path.notes().join()).toContain(`the awslogs driver's buffer dropped ${lost} lines (modelled)`);
});

test("a killed sandbox loses nothing: Lambda tries again, and its wait counts", async () => {
  const { path, arrivals, seqs } = await open();
  await path.disrupt("stopped");
  const lines = await write(path, numbers(20));
  await path.settle(TAIL);
  await sleep(100);
  expect(sorted([...new Set(seqs())])).toEqual(numbers(20));
  const last = arrivals.at(-1) as IntakeArrival;
  const { addedMs, stagesMs } = path.journey(lines[0] as (typeof lines)[number], last.headersAtMs, last.arrivedAtMs);
  expect({ addedMs, again: stagesMs.again }).toEqual({ addedMs: 60_000, again: 60_000 });
  expect(path.notes().join()).toContain("1 invocation failed");
});

test("ends at once when it is killed, also in the middle", async () => {
  const { path } = await open({ always: { kind: "hang" } });
  await write(path, numbers(5));
  await sleep(300);
  await path.kill();
  expect(path.problem()).toBeUndefined();
});

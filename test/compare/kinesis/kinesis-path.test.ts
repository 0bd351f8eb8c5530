import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { openKinesisPath } from "../../../compare/kinesis/kinesis-path.ts";
import { openModel } from "../../../compare/modelled.ts";
import type { RunningPath } from "../../../compare/path.ts";
import type { FaultPlan } from "../../../functions/recorder/faults.ts";
import { line, numbers, pathOfTest, sorted, TAIL } from "../../support/path-of-lines.ts";

const start = pathOfTest("kinesis");
const FAST = {
  "driver.flushIntervalMs": 20,
  "ingestion.delayMs": 5,
  "subscription.delayMs.p50": 5,
  "subscription.delayMs.p99": 10,
  "kinesis.putMs": 1,
  "kinesis.pollIntervalMs": 20,
  "kinesis.retryDelayMs": 20,
  "cost.kinesisWindowMs": 250,
  "replay.intervalMs": 200,
};

const open = ({ faults, memoryMb = 512 }: { faults?: FaultPlan; memoryMb?: number } = {}) =>
  start((opened) => openKinesisPath({ ...opened, memoryMb, model: openModel(FAST), seed: 1 }), faults);

/** Over several flushes of the driver, so that there are several deliveries. */
async function write(to: RunningPath, seqs: readonly number[]) {
  const lines: ReturnType<typeof line>[] = [];
  for (const seq of seqs) {
    lines.push(line(seq));
    to.write(lines.at(-1) as ReturnType<typeof line>);
    if (seq % 10 === 9) await sleep(25);
  }
  return lines;
}

test("brings every line once and in order, and its stages add up to its latency", async () => {
  const { path, arrivals, seqs } = await open();
  const lines = await write(path, numbers(100));
  await path.settle(TAIL);
  await sleep(100);
  expect(seqs()).toEqual(numbers(100));
  for (const { headersAtMs, arrivedAtMs, seqs: brought } of arrivals) {
    for (const seq of brought) {
      const { seq: number, dueMs } = lines[seq] as (typeof lines)[number];
      const { stagesMs, addedMs } = path.journey({ seq: number, dueMs }, headersAtMs, arrivedAtMs);
      const sum = Object.values(stagesMs).reduce((total, ms) => total + ms, 0);
      expect(sum).toBeCloseTo(arrivedAtMs - dueMs + addedMs, 5);
      expect(Object.keys(stagesMs).toSorted()).toEqual(path.info.stages.map(({ id }) => id).toSorted());
      expect(addedMs).toBe(0);
    }
  }
  expect(path.problem()).toBeUndefined();
});

test("what an intake that is down refuses goes to the store, and is replayed", async () => {
  const { intakes, path, seqs } = await open({ faults: { always: { kind: "status", status: 503 } } });
  await write(path, numbers(20));
  while ((path.usage().lambda?.storedLines ?? 0) < 20) await sleep(20);
  expect(seqs()).toEqual([]);
  intakes.setFaults(undefined);
  await path.settle(TAIL);
  await sleep(100);
  expect(sorted(seqs())).toEqual(numbers(20));
  expect(path.usage().lambda).toMatchObject({ storedLines: 20, replayedLines: 20 });
});

test("a killed sandbox loses nothing: the batch comes again", async () => {
  const { path, seqs } = await open();
  await path.disrupt("stopped");
  await write(path, numbers(20));
  await path.settle(TAIL);
  await sleep(100);
  expect(sorted([...new Set(seqs())])).toEqual(numbers(20));
  expect(path.notes().join()).toContain("1 invocation failed");
});

test("ends at once when it is killed, also in the middle", async () => {
  const { path } = await open({ faults: { always: { kind: "hang" } } });
  await write(path, numbers(5));
  await sleep(600);
  await path.kill();
  expect(path.problem()).toBeUndefined();
});

import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { type ReplaySchedule, replaySchedule } from "../../../compare/lambda/replay-schedule.ts";

let schedule: ReplaySchedule | undefined;
afterEach(() => schedule?.end());

test("runs again and again, one at a time, and knows when it is in vain", async () => {
  const [running, most] = [{ now: 0 }, { now: 0 }];
  let runs = 0;
  schedule = replaySchedule(5, 1, async () => {
    running.now += 1;
    most.now = Math.max(most.now, running.now);
    // Longer than the interval.
    await sleep(12);
    running.now -= 1;
    runs += 1;
    return runs > 2;
  });
  while (runs < 2) await sleep(1);
  expect(schedule.isVain()).toBe(false);
  while (runs < 5) await sleep(1);
  await sleep(1);
  expect(schedule.isVain()).toBe(true);
  expect(most.now).toBe(1);
});

test("with nothing to replay it is not in vain", async () => {
  let runs = 0;
  schedule = replaySchedule(2, 1, async () => {
    runs += 1;
    return undefined;
  });
  while (runs < 8) await sleep(1);
  expect(schedule.isVain()).toBe(false);
});

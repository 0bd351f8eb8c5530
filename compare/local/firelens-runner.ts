import { setTimeout as sleep } from "node:timers/promises";
import type { FirelensPath } from "../firelens/firelens-path.ts";
import type { RunningPath } from "../path.ts";

const POLL_MS = 200;

/** A FireLens path as the runner of a phase sees it. */
export function firelensRunner(path: FirelensPath): RunningPath {
  const notes: string[] = [];
  let stopped = false;
  return {
    info: path.info,
    write: path.write,
    disrupt: async () => {
      const startMs = Date.now();
      const stopped = path.stop().then(() => Date.now() - startMs);
      // As in a deployment, the next one does not wait for the old one's end.
      await path.restart();
      notes.push(`the task was stopped, which took ${((await stopped) / 1_000).toFixed(1)} s, and another started`);
    },
    settle: async (deadlineMs, allArrived) => {
      while (!allArrived() && Date.now() < deadlineMs) await sleep(POLL_MS);
      if (!allArrived()) notes.push("not all lines had arrived when the task was stopped at the end");
    },
    stop: async () => {
      stopped = true;
      await path.stop();
    },
    kill: async () => {
      stopped = true;
      await path.kill();
    },
    journey: ({ dueMs }, headersAtMs, arrivedAtMs) => ({
      addedMs: 0,
      stagesMs: { buffer: headersAtMs - dueMs, network: arrivedAtMs - headersAtMs },
    }),
    usage: path.usage,
    notes: () => [...notes, ...(path.dropped() > 0 ? [`the log driver dropped ${path.dropped()} lines`] : [])],
    problem: () => (stopped ? undefined : path.problem()),
  };
}

import { setTimeout as sleep } from "node:timers/promises";
import type { ProfileSettings } from "../firelens/agent-config.ts";
import type { FirelensPath } from "../firelens/firelens-path.ts";
import type { RunningPath } from "../path.ts";

const POLL_MS = 100;

/** A FireLens path as the runner of a phase sees it. */
export function firelensRunner(
  path: FirelensPath,
  profile: Pick<ProfileSettings, "retryLimit" | "ioTimeoutMs">,
): RunningPath {
  const notes: string[] = [];
  const openedMs = performance.now();
  let stopped = false;
  const replaceTask = async () => {
    const startMs = performance.now();
    const ended = path.stop().then(() => performance.now() - startMs);
    // As in a deployment, the next one does not wait for the old one's end.
    await path.restart();
    notes.push(`the task was stopped, which took ${((await ended) / 1_000).toFixed(1)} s, and another started`);
  };
  const loseHost = async () => {
    await path.kill();
    await path.restart();
    notes.push("the host died with the log driver and the sidecar (SIGKILL), and another task started");
  };
  return {
    info: path.info,
    write: path.write,
    disrupt: (how) => (how === "host-lost" ? loseHost() : replaceTask()),
    settle: async ({ allArrived, quietMs, brokenMs, patienceMs = longestQuietMs(profile, brokenMs) }) => {
      while (!allArrived() && quietMs() < patienceMs) await sleep(POLL_MS);
      if (!allArrived())
        notes.push(
          `nothing had come for ${(patienceMs / 1_000).toFixed(0)} s when the task was stopped, and lines were missing`,
        );
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
    usage: () => {
      const { waitedSeconds, ...used } = path.usage();
      const seconds = (performance.now() - openedMs) / 1_000;
      return { ...used, ...(waitedSeconds !== undefined && { starvedShare: waitedSeconds / seconds }) };
    },
    notes: () => [...notes, ...(path.dropped() > 0 ? [`the log driver dropped ${path.dropped()} lines`] : [])],
    problem: () => (stopped ? undefined : path.problem()),
  };
}

/** scheduler.base and the second that is added to each wait. https://docs.fluentbit.io/manual/administration/scheduling-and-retries (2026-11) */
const BASE_MS = 5_000;
const ADDED_MS = 1_000;
/** For a flush, a request and its answer. */
const SLACK_MS = 3_000;

/**
 * How long nothing may come of a sidecar that still has something to bring: the longest wait before its next attempt. The
 * n-th is up to 5 s × 2ⁿ; how many a chunk can have behind it follows from how long attempts failed. If none did, nothing
 * waits: what is missing does not come.
 */
export function longestQuietMs(
  { retryLimit, ioTimeoutMs = 0 }: Pick<ProfileSettings, "retryLimit" | "ioTimeoutMs">,
  brokenMs: number,
): number {
  if (brokenMs === 0) return SLACK_MS;
  const retry = Math.min(retryLimit, 1 + Math.floor(brokenMs / (BASE_MS + ADDED_MS)));
  return SLACK_MS + ioTimeoutMs + (retry > 0 ? ADDED_MS + BASE_MS * 2 ** retry : 0);
}

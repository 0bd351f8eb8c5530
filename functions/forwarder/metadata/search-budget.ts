import { type Clock, isOver, nextMs } from "../../clock.ts";

export type SearchBudget = ReturnType<typeof createSearchBudget>;

/**
 * So many calls, in so long: no invocation asks more clusters than that, and no sandbox does all the time. ECS counts the
 * calls of everybody in the account and region together.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html (2026-11)
 */
export const SEARCH_CALLS = 20;
const WINDOW_MS = 10_000;

/** After the first throttle; twice as long after each further one, up to the latter. Half more or less by chance. */
const PAUSE_MS = 10_000;
const MAX_PAUSE_MS = 300_000;

/**
 * How much a sandbox may search through clusters. Every sandbox that gets logs of a new task would, and AWS throttles them,
 * and whoever else uses ECS, together: so after a throttle each waits for another time.
 */
export function createSearchBudget(clock: Clock) {
  let left = SEARCH_CALLS;
  let window = nextMs(clock, WINDOW_MS);
  let pause = nextMs(clock, 0);
  let throttles = 0;
  return {
    isPaused: () => !isOver(clock, pause),
    /** Whether one more call may be made. */
    take: (): boolean => {
      if (!isOver(clock, pause)) return false;
      if (isOver(clock, window)) {
        left = SEARCH_CALLS;
        window = nextMs(clock, WINDOW_MS);
      }
      if (left === 0) return false;
      left -= 1;
      return true;
    },
    /** ECS says that it is asked too often. Calls that were under way together are one piece of news. */
    throttled: () => {
      if (!isOver(clock, pause)) return;
      const ms = Math.min(PAUSE_MS * 2 ** throttles, MAX_PAUSE_MS);
      throttles += 1;
      pause = nextMs(clock, ms * (0.5 + clock.random()));
    },
    /** A search came to its end. */
    ended: () => {
      throttles = 0;
    },
  };
}

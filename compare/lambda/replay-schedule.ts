import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { mersenne } from "pure-rand/generator/mersenne";

export interface ReplaySchedule {
  /** Whether the last runs found something stored and brought none of it. */
  readonly isVain: () => boolean;
  readonly end: () => void;
}

/** So many runs without success: it is stuck, and nobody is to wait for it. */
const VAIN_RUNS = 3;

/**
 * Runs the replayer as its schedule does: by the clock, whatever happens meanwhile, from a moment that chance decides. One
 * run at a time, as its reserved concurrency has it.
 * @param replay resolves to whether there was something to replay and none of it was; undefined if there was nothing
 */
export function replaySchedule(
  intervalMs: number,
  seed: number,
  replay: () => Promise<boolean | undefined>,
): ReplaySchedule {
  let [vainRuns, isRunning] = [0, false];
  const run = async () => {
    if (isRunning) return;
    isRunning = true;
    const isVain = await replay();
    if (isVain !== undefined) vainRuns = isVain ? vainRuns + 1 : 0;
    isRunning = false;
  };
  let ticker: NodeJS.Timeout | undefined;
  const first = setTimeout(
    () => {
      ticker = setInterval(run, intervalMs);
      void run();
    },
    uniformFloat64(mersenne(seed)) * intervalMs,
  );
  return {
    isVain: () => vainRuns >= VAIN_RUNS,
    end: () => {
      clearTimeout(first);
      clearInterval(ticker);
    },
  };
}

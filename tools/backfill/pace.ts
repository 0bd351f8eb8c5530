import type { Clock } from "../../functions/clock.ts";

/** Waits after each batch for as long as it has to, so that there are no more events a second than asked for. */
export function openPace(perSecond: number, { monotonicMs, sleep }: Pick<Clock, "monotonicMs" | "sleep">) {
  let freeMs = monotonicMs();
  return async (events: number, signal: AbortSignal): Promise<void> => {
    freeMs = Math.max(freeMs, monotonicMs() - ONE_SECOND_MS) + (events / perSecond) * ONE_SECOND_MS;
    while (!signal.aborted && freeMs > monotonicMs()) await sleep(Math.min(freeMs - monotonicMs(), LOOK_MS));
  };
}

const ONE_SECOND_MS = 1_000;
/** How often a long wait looks whether it was interrupted. */
const LOOK_MS = 250;

import { monitorEventLoopDelay } from "node:perf_hooks";

/** How late a process was at its work, 99th percentile and worst. */
export interface Lateness {
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Beyond these a measurement is of the machine, not of the paths: the quickest one's median is half a second. */
const LATE_P99_MS = 50;
const LATE_WORST_MS = 500;

export const isLate = ({ p99Ms, maxMs }: Lateness): boolean => p99Ms > LATE_P99_MS || maxMs > LATE_WORST_MS;

const RESOLUTION_MS = 10;
const NS_PER_MS = 1e6;

/** Of this process. */
export function watchLateness() {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  // What it tells has the time between two looks in it.
  const late = (ns: number) => Math.max(0, ns / NS_PER_MS - RESOLUTION_MS);
  return {
    start: () => {
      delay.reset();
      delay.enable();
    },
    stop: () => delay.disable(),
    read: (): Lateness => ({ p99Ms: late(delay.percentile(99)), maxMs: late(delay.max) }),
  };
}

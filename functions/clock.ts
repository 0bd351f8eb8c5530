import { setTimeout } from "node:timers/promises";

/** Time and chance come in as arguments, so that every stage can be tested without waiting. */
export interface Clock {
  /** What people call the time: milliseconds since the epoch. It may be set, forwards or back, at any moment. */
  readonly now: () => number;
  /** Milliseconds since some moment. It only goes forward, but may stand still while the sandbox is frozen. */
  readonly monotonicMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

export const systemClock: Clock = {
  now: Date.now,
  monotonicMs: () => performance.now(),
  sleep: (ms) => setTimeout(ms),
  random: Math.random,
};

export type Ticking = Pick<Clock, "now" | "monotonicMs">;

/** Some time from a moment on, by both clocks. */
export interface Period {
  readonly fromMs: number;
  readonly fromMonotonicMs: number;
  readonly ms: number;
}

/** The next so many milliseconds. */
export const nextMs = (clock: Ticking, ms: number): Period => ({
  fromMs: clock.now(),
  fromMonotonicMs: clock.monotonicMs(),
  ms,
});

/**
 * Whether it is over by either clock: one stands still while a sandbox is frozen, the other may be set back. So what is
 * kept for a while is never kept for much longer.
 */
export const isOver = (clock: Ticking, period: Period): boolean => leftMs(clock, period) <= 0;

/** What is left of it by the clock that says less; not above 0 if it is over. */
export const leftMs = (clock: Ticking, { fromMs, fromMonotonicMs, ms }: Period): number =>
  ms - Math.max(clock.monotonicMs() - fromMonotonicMs, clock.now() - fromMs);

export interface Backoff {
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
}

/**
 * How long to wait after so many failures: exponential with full jitter.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export const backoffMs = ({ random }: Pick<Clock, "random">, { baseDelayMs, maxDelayMs }: Backoff, failures: number) =>
  random() * Math.min(maxDelayMs, baseDelayMs * 2 ** (failures - 1));

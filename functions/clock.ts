import { setTimeout } from "node:timers/promises";

/** Time and chance come in as arguments, so that every stage can be tested without waiting. */
export interface Clock {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

export const systemClock: Clock = {
  now: Date.now,
  sleep: (ms) => setTimeout(ms),
  random: Math.random,
};

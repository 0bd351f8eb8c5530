import { setTimeout } from "node:timers/promises";
import type { Clock } from "../forwarder/types.ts";

export const systemClock: Clock = {
  now: Date.now,
  sleep: (ms) => setTimeout(ms),
  random: Math.random,
};

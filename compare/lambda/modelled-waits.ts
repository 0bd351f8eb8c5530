import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { mersenne } from "pure-rand/generator/mersenne";
import type { Model } from "../modelled.ts";

/** The standard normal distribution's 99th percentile. */
const Z99 = 2.3263478740408408;

export interface ModelledWaits {
  /** From 0 to the flush interval: nothing relates the driver's ticks to the lines. */
  readonly firstTickMs: number;
  /**
   * When CloudWatch Logs hands a call over: no call of a stream before an earlier one, and one delay for all calls of a
   * flush interval. With one for each call, the largest of ever more draws would hold up all behind it as the rate grows.
   */
  readonly handedOverAtMs: (call: { readonly interval: number; readonly ingestedAtMs: number }) => number;
}

/** All that chance decides between driver and function, in one run or one draw. Calls are asked for in their order. */
export function drawWaits(model: Model, seed: number): ModelledWaits {
  const median = model.get("subscription.delayMs.p50");
  const p99 = model.get("subscription.delayMs.p99");
  // A run draws few: the first ones of neighbouring seeds must not be alike, which those of a xoroshiro are.
  const random = mersenne(seed);
  const sigma = median > 0 && p99 > median ? Math.log(p99 / median) / Z99 : 0;
  const firstTickMs = uniformFloat64(random) * model.get("driver.flushIntervalMs");
  let drawn = { interval: Number.NaN, delayMs: 0 };
  let lastMs = Number.NEGATIVE_INFINITY;
  const delay = () => {
    // Box–Muller; 1 - u is never 0.
    const radius = Math.sqrt(-2 * Math.log(1 - uniformFloat64(random)));
    const normal = radius * Math.cos(2 * Math.PI * uniformFloat64(random));
    return median * Math.exp(sigma * normal);
  };
  return {
    firstTickMs,
    handedOverAtMs: ({ interval, ingestedAtMs }) => {
      if (interval !== drawn.interval) drawn = { interval, delayMs: delay() };
      lastMs = Math.max(lastMs, ingestedAtMs + drawn.delayMs);
      return lastMs;
    },
  };
}

import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { mersenne } from "pure-rand/generator/mersenne";
import type { Model } from "../modelled.ts";

/** The standard normal distribution's 99th percentile. */
const Z99 = 2.3263478740408408;

/** Delays between ingestion and invocation, ms: lognormal, through the model's median and 99th percentile. */
export function subscriptionDelays(model: Model, seed: number): () => number {
  const median = model.get("subscription.delayMs.p50");
  const p99 = model.get("subscription.delayMs.p99");
  // A run draws few: the first ones of neighbouring seeds must not be alike, which those of a xoroshiro are.
  const random = mersenne(seed);
  const sigma = median > 0 && p99 > median ? Math.log(p99 / median) / Z99 : 0;
  return () => {
    // Box–Muller; 1 - u is never 0.
    const radius = Math.sqrt(-2 * Math.log(1 - uniformFloat64(random)));
    const normal = radius * Math.cos(2 * Math.PI * uniformFloat64(random));
    return median * Math.exp(sigma * normal);
  };
}

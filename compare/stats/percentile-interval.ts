import type { Sorted } from "./percentile.ts";

/** Where the true percentile is, as far as the samples tell. An end is undefined if there are too few to say. */
export interface PercentileInterval {
  readonly low?: number;
  readonly high?: number;
}

/** How sure an interval is, unless said otherwise. */
export const CONFIDENCE = 0.95;

/**
 * The interval between two order statistics that holds the true percentile with at least the confidence given, whatever
 * the distribution: how many of n values lie below it is binomial (David and Nagaraja, Order Statistics, 7.1). It takes
 * the values as independent. Lines that travel in one request are not, so the truth may lie further out.
 * @param share above 0, below 1.
 */
export function percentileInterval(values: Sorted, share: number, confidence = CONFIDENCE): PercentileInterval {
  const { low, high } = intervalRanks(values.length, share, confidence);
  return {
    ...(low >= 1 && { low: values[low - 1] }),
    ...(high <= values.length && { high: values[high - 1] }),
  };
}

/**
 * Whether the samples cannot bound the percentile from above: below 6 of them for the median, 72 for p95, 368 for p99.
 * The largest value then is likely to be less than the true percentile.
 */
export const isFew = (count: number, share: number, confidence = CONFIDENCE): boolean =>
  intervalRanks(count, share, confidence).high > count;

/** Ranks from 1; 0 and count + 1 stand for "none". */
export function intervalRanks(
  count: number,
  share: number,
  confidence: number,
): { readonly low: number; readonly high: number } {
  const tail = (1 - confidence) / 2;
  const deviation = Math.sqrt(count * share * (1 - share));
  // Ten deviations away, what is left out is far below the accuracy of the sum.
  const first = Math.max(0, Math.floor(count * share - 10 * deviation - 10));
  let below = 0;
  let low = 0;
  for (let k = first; k <= count; k += 1) {
    below += binomial(count, share, k);
    if (below <= tail) low = k + 1;
    if (below >= 1 - tail) return { low: Math.min(low, count), high: k + 1 };
  }
  return { low, high: count + 1 };
}

/** Of exactly k successes. By logarithms: the factors of large counts leave the range of numbers. */
function binomial(count: number, share: number, k: number): number {
  const choose = logFactorial(count) - logFactorial(k) - logFactorial(count - k);
  return Math.exp(choose + k * Math.log(share) + (count - k) * Math.log1p(-share));
}

function logFactorial(n: number): number {
  if (n < 20) {
    let product = 1;
    for (let factor = 2; factor <= n; factor += 1) product *= factor;
    return Math.log(product);
  }
  // Stirling's series; its first term left out is below 1e-9 from 20 on.
  return n * Math.log(n) - n + Math.log(2 * Math.PI * n) / 2 + 1 / (12 * n) - 1 / (360 * n ** 3);
}

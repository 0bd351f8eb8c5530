/** Values in ascending order. */
export type Sorted = Float64Array;

export const sorted = (values: Iterable<number>): Sorted => Float64Array.from(values).sort();

/**
 * The smallest value that at least a share of all values does not exceed (nearest rank, type 1 of Hyndman and Fan 1996).
 * No interpolation: it is always the latency of a line that really arrived, and it is where the drawn distribution
 * crosses the share, so that table and curve agree.
 * @param share from 0 (the smallest) to 1 (the largest).
 * @returns undefined if there are no values.
 */
export function percentile(values: Sorted, share: number): number | undefined {
  return values[rank(values.length, share) - 1];
}

/** From 1. Rounded before it is rounded up: 0.07 × 100 is 7.000000000000001 in floating point, and rank 7. */
function rank(count: number, share: number): number {
  return Math.max(1, Math.ceil(Number((share * count).toPrecision(12))));
}

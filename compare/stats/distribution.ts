import { percentile, sorted } from "./percentile.ts";
import { isFew, type PercentileInterval, percentileInterval } from "./percentile-interval.ts";

export const SHARES = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;
export type Quantile = keyof typeof SHARES;
export const QUANTILES = Object.keys(SHARES) as readonly Quantile[];

/** Of values in one unit, milliseconds mostly. A percentile that falls among those that never came is Infinity. */
export interface Distribution {
  readonly count: number;
  /** How many never came: they are the largest values. */
  readonly never: number;
  /** Of those that came, as `max`. */
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
  /** Of 95 %, by percentile; 5 to 95 % of the draws where the values were drawn. */
  readonly intervals: Readonly<Record<Quantile, PercentileInterval>>;
  /** Percentiles that the values are too few for. */
  readonly few: readonly Quantile[];
}

/**
 * @param never how many values there would be besides, had they ever come
 * @returns undefined if there are no values.
 */
export function distribution(values: Iterable<number>, never = 0): Distribution | undefined {
  const came = sorted(values);
  const { length: count } = came;
  if (count === 0) return undefined;
  const all = new Float64Array(count + never).fill(Number.POSITIVE_INFINITY);
  all.set(came);
  const at = (share: number) => percentile(all, share) as number;
  return {
    count,
    never,
    mean: came.reduce((sum, value) => sum + value, 0) / count,
    p50: at(SHARES.p50),
    p95: at(SHARES.p95),
    p99: at(SHARES.p99),
    max: came.at(-1) as number,
    intervals: {
      p50: percentileInterval(all, SHARES.p50),
      p95: percentileInterval(all, SHARES.p95),
      p99: percentileInterval(all, SHARES.p99),
    },
    few: QUANTILES.filter((name) => isFew(all.length, SHARES[name])),
  };
}

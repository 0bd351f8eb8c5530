import { percentile, sorted } from "./percentile.ts";
import { isFew, type PercentileInterval, percentileInterval } from "./percentile-interval.ts";

export const SHARES = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;
export type Quantile = keyof typeof SHARES;
export const QUANTILES = Object.keys(SHARES) as readonly Quantile[];

/** Of values in one unit, milliseconds mostly. */
export interface Distribution {
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
  /** Of 95 %, by percentile. */
  readonly intervals: Readonly<Record<Quantile, PercentileInterval>>;
  /** Percentiles that the values are too few for. */
  readonly few: readonly Quantile[];
}

/** @returns undefined if there are no values. */
export function distribution(values: Iterable<number>): Distribution | undefined {
  const all = sorted(values);
  const count = all.length;
  const at = (share: number) => percentile(all, share) as number;
  if (count === 0) return undefined;
  return {
    count,
    mean: all.reduce((sum, value) => sum + value, 0) / count,
    p50: at(SHARES.p50),
    p95: at(SHARES.p95),
    p99: at(SHARES.p99),
    max: at(1),
    intervals: {
      p50: percentileInterval(all, SHARES.p50),
      p95: percentileInterval(all, SHARES.p95),
      p99: percentileInterval(all, SHARES.p99),
    },
    few: QUANTILES.filter((name) => isFew(count, SHARES[name])),
  };
}

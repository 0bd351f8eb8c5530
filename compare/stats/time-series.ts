import { percentile, sorted } from "./percentile.ts";

/** Lines that were due within one span of time. */
export interface Bucket {
  readonly fromMs: number;
  readonly sent: number;
  readonly lost: number;
  /** Latency of those that arrived; left out if none did. */
  readonly p50?: number;
  readonly p99?: number;
}

/**
 * Latency over the time at which lines were due, not at which they arrived: a path that is stuck shows as slow from the
 * moment that it gets stuck.
 * @param arrivedMs by the same number as `dueMs`; null: lost.
 * @param bucketMs above 0.
 */
export function timeSeries(
  dueMs: readonly number[],
  arrivedMs: readonly (number | null)[],
  bucketMs: number,
): Bucket[] {
  const buckets = new Map<number, { sent: number; latencies: number[] }>();
  dueMs.forEach((due, line) => {
    const index = Math.floor(due / bucketMs);
    const bucket = buckets.get(index) ?? { sent: 0, latencies: [] };
    buckets.set(index, bucket);
    bucket.sent += 1;
    const arrived = arrivedMs[line] ?? null;
    if (arrived !== null) bucket.latencies.push(arrived - due);
  });
  return [...buckets]
    .sort(([a], [b]) => a - b)
    .map(([index, { sent, latencies }]) => {
      const values = sorted(latencies);
      return {
        fromMs: index * bucketMs,
        sent,
        lost: sent - values.length,
        ...(values.length > 0 && { p50: percentile(values, 0.5), p99: percentile(values, 0.99) }),
      };
    });
}

/** A round one, so that a phase has about `count` of them. */
export function bucketWidthMs(spanMs: number, count = 60): number {
  const wanted = Math.max(spanMs / count, 1);
  return ROUND_MS.find((width) => width >= wanted) ?? Math.ceil(wanted / 60_000) * 60_000;
}

const ROUND_MS = [1, 2, 5, 10, 20, 50, 100, 200, 250, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000];

/**
 * The intake takes events up to 18 hours old. https://docs.datadoghq.com/api/latest/logs/#send-logs (2026-11)
 * Ten minutes less, since sending may have to wait.
 */
export const MAX_EVENT_AGE_MS = (18 * 60 - 10) * 60_000;

interface Dated {
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly redated?: unknown;
}

/**
 * Gives entries that are too old for the intake the present time, and keeps the original in
 * `redated.originalTimestamp`: it answers 202 to older ones, too, and drops them.
 */
export function redate<E extends Dated>(entries: readonly E[], now: number): { entries: readonly E[]; count: number } {
  const oldest = now - MAX_EVENT_AGE_MS;
  const count = entries.reduce((sum, { timestamp }) => sum + (timestamp < oldest ? 1 : 0), 0);
  if (count === 0) return { entries, count };
  return {
    entries: entries.map((entry) =>
      entry.timestamp >= oldest
        ? entry
        : { ...entry, timestamp: now, redated: entry.redated ?? { originalTimestamp: entry.timestamp } },
    ),
    count,
  };
}

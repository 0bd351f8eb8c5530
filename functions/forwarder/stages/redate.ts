/**
 * The intake takes events up to 18 hours old. https://docs.datadoghq.com/api/latest/logs/#send-logs (2026-11)
 * Ten minutes less, since sending may have to wait.
 */
export const MAX_EVENT_AGE_MS = (18 * 60 - 10) * 60_000;

/** @param timestamp @param now milliseconds since the epoch */
export const isTooOld = (timestamp: number, now: number): boolean => timestamp < now - MAX_EVENT_AGE_MS;

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
  const count = entries.reduce((sum, { timestamp }) => sum + (isTooOld(timestamp, now) ? 1 : 0), 0);
  if (count === 0) return { entries, count };
  return {
    entries: entries.map((entry) =>
      isTooOld(entry.timestamp, now)
        ? { ...entry, timestamp: now, redated: entry.redated ?? { originalTimestamp: entry.timestamp } }
        : entry,
    ),
    count,
  };
}

/**
 * The intake takes events up to 18 hours old and two hours ahead. Ten minutes and one minute less, since sending may have to
 * wait, and its clock is another one.
 * https://docs.datadoghq.com/logs/log_configuration/processors/log_date_remapper/ (2026-11)
 */
export const MAX_EVENT_AGE_MS = (18 * 60 - 10) * 60_000;
export const MAX_EVENT_AHEAD_MS = (2 * 60 - 1) * 60_000;

/** @param timestamp @param now milliseconds since the epoch */
export const isOutOfRange = (timestamp: number, now: number): boolean =>
  timestamp < now - MAX_EVENT_AGE_MS || timestamp > now + MAX_EVENT_AHEAD_MS;

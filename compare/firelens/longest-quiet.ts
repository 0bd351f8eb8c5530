import type { ProfileSettings } from "./agent-config.ts";

/** scheduler.base and the second that is added to each wait. https://docs.fluentbit.io/manual/administration/scheduling-and-retries (2026-11) */
const BASE_MS = 5_000;
const ADDED_MS = 1_000;
/** For a flush, a request and its answer. */
const SLACK_MS = 3_000;

/**
 * How long nothing may come of a sidecar that still has something to bring: the longest wait before its next attempt. The
 * n-th is up to 5 s × 2ⁿ; how many a chunk can have behind it follows from how long attempts failed. If none did, nothing
 * waits: what is missing does not come.
 */
export function longestQuietMs(
  { retryLimit, ioTimeoutMs = 0 }: Pick<ProfileSettings, "retryLimit" | "ioTimeoutMs">,
  brokenMs: number,
): number {
  if (brokenMs === 0) return SLACK_MS;
  const retry = Math.min(retryLimit, 1 + Math.floor(brokenMs / (BASE_MS + ADDED_MS)));
  return SLACK_MS + ioTimeoutMs + (retry > 0 ? ADDED_MS + BASE_MS * 2 ** retry : 0);
}

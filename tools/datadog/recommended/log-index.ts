import type { v1 } from "@datadog/datadog-api-client";
import type { Choices } from "./choices.ts";

/** Begins the names of our exclusion filters. Others in the index are left as they are. */
export const FILTER_PREFIX = "sidecarless: ";

/** An index of their own, so that a service gone wild uses up its own quota, and not the one of all logs. */
export function logIndex({ logs, index }: Choices): v1.LogsIndex | undefined {
  if (!index) return undefined;
  return {
    name: index.name,
    filter: { query: logs },
    dailyLimit: index.dailyQuota,
    // An event of Datadog's while there is time to look.
    dailyLimitWarningThresholdPercentage: 80,
    ...(index.retentionDays !== undefined && { numRetentionDays: index.retentionDays }),
    exclusionFilters: [
      {
        // Live Tail and the archive still have them.
        name: `${FILTER_PREFIX}debug lines`,
        isEnabled: true,
        filter: { query: "status:debug", sampleRate: 1 },
      },
    ],
  };
}

import type { v1 } from "@datadog/datadog-api-client";
import { DatadogApiError } from "../api-error.ts";
import { pagesOf } from "../sites.ts";
import type { CheckContext } from "./context.ts";
import { type QueriedLog, takes } from "./log-query.ts";

/** Why a log that the intake took is not found, as far as the settings of the indexes tell; the likeliest first. */
export async function whyNotFound({ api, access, aheadMs }: CheckContext, log: QueriedLog): Promise<string[]> {
  const pages = `${pagesOf(access.site)}/logs/pipelines/indexes`;
  const clock =
    Math.abs(aheadMs() ?? 0) > CLOCK_MS
      ? ["The clock is off, see above: the log has a time at which nobody searches."]
      : [];
  const others = [
    `Look at Logs > Live Tail, which shows logs that no index keeps. A restriction query of the application key's owner hides logs, too.`,
  ];
  try {
    const { indexes = [] } = await new api.v1.LogsIndexesApi(api.configuration).listLogIndexes();
    const why = reasonsIn(indexes, log, pages);
    const nothing = "No index's filter, exclusion or quota explains it. It may only be late: try --timeout 600.";
    return [...clock, ...(why.length > 0 ? why : [nothing]), ...others];
  } catch (error) {
    if (!(error instanceof DatadogApiError)) throw error;
    const unread =
      error.kind === "forbidden"
        ? `An exclusion filter, a full daily quota, or an index that does not take it? The application key lacks the scope logs_read_config, so that can't be said: give it, or look at ${pages}.`
        : `Whether an exclusion filter or a full quota keeps it out can't be said: ${error.message}`;
    return [...clock, unread, ...others];
  }
}

const CLOCK_MS = 60_000;

/** A log goes into the first index whose filter takes it, and there the first exclusion filter that takes it decides. */
function reasonsIn(indexes: readonly v1.LogsIndex[], log: QueriedLog, pages: string): string[] {
  const reasons: string[] = [];
  for (const index of indexes) {
    const taken = takes(index.filter.query, log);
    if (taken === false) continue;
    const maybe = taken === undefined ? `, if its filter (${index.filter.query}) takes it,` : "";
    const { name, isRateLimited, dailyLimit, exclusionFilters = [] } = index;
    if (isRateLimited) {
      reasons.push(
        `The index ${name}${maybe} has reached its daily quota${dailyLimit ? ` of ${dailyLimit} logs` : ""}, and takes no more until ${resetOf(index)}: raise it at ${pages}.`,
      );
    }
    const exclusion = exclusionFilters.find(
      ({ isEnabled = true, filter }) => isEnabled && filter !== undefined && takes(filter.query, log) !== false,
    );
    const share = exclusion?.filter?.sampleRate ?? 0;
    if (exclusion && share > 0) {
      const query = exclusion.filter?.query || "*";
      const surely = takes(query, log) ? "excludes" : "may exclude";
      reasons.push(
        `The exclusion filter "${exclusion.name}" of the index ${name}${maybe} ${surely} ${share >= 1 ? "such logs" : `${Math.round(share * 100)} % of such logs`} (${query}): change it at ${pages}, or search Live Tail.`,
      );
    }
    if (taken) return reasons;
  }
  if (reasons.length > 0) return reasons;
  const filters = indexes.map(({ name, filter }) => `${name}: ${filter.query}`).join("; ");
  return [`No index takes this log (${filters || "there is none"}): give one a filter that does, at ${pages}.`];
}

/** https://docs.datadoghq.com/logs/log_configuration/indexes/#set-daily-quota (2026-11) */
const resetOf = ({ dailyLimitReset }: v1.LogsIndex) =>
  dailyLimitReset?.resetTime === undefined
    ? "14:00 UTC"
    : `${dailyLimitReset.resetTime} (UTC${dailyLimitReset.resetUtcOffset ?? ""})`;

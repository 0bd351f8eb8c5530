import type { v2 } from "@datadog/datadog-api-client";
import type { DatadogApi } from "./api-client.ts";

/** Logs that a query finds from a time on (Unix time, ms), in the order of time. Only indexed ones are found. */
export type SearchLogs = (query: string, fromMs: number) => AsyncGenerator<v2.Log>;

/**
 * The API's largest page. Datadog allows 300 searches an hour.
 * https://docs.datadoghq.com/api/latest/rate-limits/ · https://docs.datadoghq.com/api/latest/logs/#search-logs (2026-11)
 */
const PAGE_LIMIT = 1_000;

/** Datadog gave up on a search, and what it returned is not all. */
export class SearchTimeoutError extends Error {
  override readonly name = "SearchTimeoutError";
}

/** Each page is one search. The generator throws DatadogApiError, or SearchTimeoutError. */
export function logSearch({ v2, configuration }: DatadogApi, pageLimit = PAGE_LIMIT): SearchLogs {
  const api = new v2.LogsApi(configuration);
  return async function* search(query, fromMs) {
    const filter = { query, from: String(fromMs), to: "now" };
    let cursor: string | undefined;
    do {
      const page = { limit: pageLimit, ...(cursor !== undefined && { cursor }) };
      const { data = [], meta } = await api.listLogs({ body: { filter, sort: "timestamp", page } });
      if (meta?.status === "timeout") {
        throw new SearchTimeoutError("Datadog's log search was not answered in time: run it again later.");
      }
      yield* data;
      // The last page has no cursor; one without logs has nothing behind it.
      cursor = data.length > 0 ? meta?.page?.after : undefined;
    } while (cursor !== undefined);
  };
}

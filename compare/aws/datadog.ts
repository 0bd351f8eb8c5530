import { readMarker } from "../../functions/recorder/marker.ts";
import { UsageError } from "../../tools/arguments.ts";
import type { ReadBack } from "../result.ts";
import { type DatadogAccess, type FoundLog, openLogSearch, SearchTimeoutError } from "./datadog-search.ts";

/** Which logs are those of a path. */
export interface ReadBackQuery {
  readonly path: string;
  readonly service: string;
  readonly run: string;
  /** Lines that were to be written. */
  readonly written: number;
}

/** @throws UsageError if a key is missing. */
export function datadogAccess(environment: NodeJS.ProcessEnv): DatadogAccess {
  const { DD_API_KEY: apiKey, DD_APP_KEY: appKey, DD_SITE: site = "datadoghq.com" } = environment;
  if (!apiKey || !appKey) {
    throw new UsageError(
      "--datadog needs the environment variables DD_API_KEY and DD_APP_KEY (an application key with logs_read_data).",
    );
  }
  return { apiKey, appKey, site };
}

/** Datadog did not tell. The message says why, never a key. */
export class DatadogError extends Error {
  override readonly name = "DatadogError";
}

/**
 * Counts the lines of each path that Datadog shows. Only indexed logs are found: an exclusion filter hides them.
 * @throws DatadogError
 */
export async function readBack(
  access: DatadogAccess,
  queries: readonly ReadBackQuery[],
  fromMs: number,
  signal: AbortSignal,
): Promise<ReadBack[]> {
  const search = await openLogSearch(access, signal);
  const counts: ReadBack[] = [];
  try {
    // One after the other: they share a limit.
    for (const { path, service, run, written } of queries) {
      const seen = new Set<number>();
      let duplicates = 0;
      for await (const log of search(`service:${service}`, fromMs)) {
        const seq = seqOf(log, run);
        if (seq === undefined || seq >= written) continue;
        if (seen.has(seq)) duplicates += 1;
        seen.add(seq);
      }
      counts.push({ path, written, found: seen.size, duplicates });
    }
  } catch (error) {
    if ((error as Error).name === "AbortError") throw error;
    throw new DatadogError(explain(error as Error, access.site), { cause: error });
  }
  return counts;
}

/** Datadog takes a JSON line apart into attributes, FireLens's `log` among them; plain text stays the message. */
function seqOf({ attributes: log }: FoundLog, run: string): number | undefined {
  const fields = log?.attributes ?? {};
  if (fields.run === run && typeof fields.seq === "number") return fields.seq;
  const marker = readMarker(log?.message) ?? readMarker(fields.log);
  if (marker?.run === run) return marker.seq;
  const inLog = fields.log as { readonly run?: unknown; readonly seq?: unknown } | undefined;
  return inLog?.run === run && typeof inLog.seq === "number" ? inLog.seq : undefined;
}

function explain(error: Error & { readonly code?: unknown }, site: string): string {
  const { code, name, message, cause } = error;
  if (code === 401 || code === 403) {
    return `Datadog refuses the search (${code}): DD_API_KEY and DD_APP_KEY must be of ${site}, the latter with logs_read_data. DD_SITE chooses another site.`;
  }
  if (code === 429) return "Datadog allows 300 searches an hour, and they are used up: run it again later.";
  if (typeof code === "number") return `Datadog's log search failed with ${code}.`;
  if (error instanceof SearchTimeoutError || name === "TimeoutError") {
    return "Datadog's log search was not answered in time: run it again later.";
  }
  // fetch says no more than that it failed; its cause says why.
  return `Datadog's log search at ${site} failed: ${(cause as Error | undefined)?.message || message}.`;
}

import { UsageError } from "../../tools/arguments.ts";
import { type DatadogAccess, openAccess, withAppKey } from "../../tools/datadog/access.ts";
import { openDatadogApi } from "../../tools/datadog/api-client.ts";
import { DatadogApiError } from "../../tools/datadog/api-error.ts";
import { KeyError } from "../../tools/datadog/keys.ts";
import { countLines } from "../../tools/datadog/readback/count-lines.ts";
import { logSearch, SearchTimeoutError } from "../../tools/datadog/search-logs.ts";
import type { TransportOptions } from "../../tools/datadog/transport.ts";
import { say } from "../../tools/progress.ts";
import type { ReadBack } from "../result.ts";

/** Which logs are those of a path. */
export interface ReadBackQuery {
  readonly path: string;
  readonly service: string;
  readonly run: string;
  /** Lines that were to be written. */
  readonly written: number;
}

/** Where the counting looks, with both keys. @throws UsageError if one is missing or can't be read */
export async function datadogAccess(environment: NodeJS.ProcessEnv): Promise<DatadogAccess> {
  try {
    return withAppKey(await openAccess(environment));
  } catch (error) {
    throw error instanceof KeyError ? new UsageError(`--datadog: ${error.message}`) : error;
  }
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
  options: TransportOptions = {},
): Promise<ReadBack[]> {
  const onLimit = (what: string, seconds: number) => say(`Datadog limits ${what}; going on in ${seconds} s …`);
  const search = logSearch(await openDatadogApi(access, { onLimit, ...options, signal }));
  const counts: ReadBack[] = [];
  try {
    // One after the other: they share a limit.
    for (const query of queries) {
      const { path, written } = query;
      counts.push({ path, written, ...(await countLines(search, query, fromMs)) });
    }
  } catch (error) {
    if (!(error instanceof DatadogApiError || error instanceof SearchTimeoutError)) throw error;
    throw new DatadogError(error.message, { cause: error });
  }
  return counts;
}

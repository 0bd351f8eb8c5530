import type { v2 } from "@datadog/datadog-api-client";
import { logSearch, SearchTimeoutError } from "../search-logs.ts";
import type { CheckContext } from "./context.ts";
import { seconds } from "./text.ts";

export interface FoundLog {
  readonly log: v2.Log;
  /** It became searchable between the last search that did not find it, and the first that did; counted from the start. */
  readonly afterMs: number;
  readonly notBeforeMs: number;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 5_000;
/** A log may be dated before the search began by as much as clocks are apart. */
const BEFORE_MS = 15 * 60_000;

/** What goes on beside the search. @returns true: it can't be found any more, so stop */
export type Meanwhile = (elapsedMs: number) => Promise<boolean>;

/**
 * Searches until the log with the mark is there. Undefined: it is not, within the time. @param onWait told of the time so far
 * @throws DatadogApiError
 */
export async function findLog(
  { api, clock, signal, mark, options }: CheckContext,
  onWait: (elapsed: string) => void,
  meanwhile: Meanwhile = async () => false,
): Promise<FoundLog | undefined> {
  const search = logSearch(api, PAGE_LIMIT);
  const startMs = clock.monotonicMs();
  const fromMs = clock.now() - BEFORE_MS;
  let notBeforeMs = 0;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 1.5)) {
    const askedMs = clock.monotonicMs() - startMs;
    const log = await firstOf(search(mark, fromMs));
    const elapsedMs = clock.monotonicMs() - startMs;
    if (log) return { log, afterMs: elapsedMs, notBeforeMs };
    notBeforeMs = askedMs;
    if (elapsedMs >= options.timeoutMs || (await meanwhile(elapsedMs))) return undefined;
    onWait(seconds(elapsedMs));
    await clock.sleep(Math.min(pauseMs, options.timeoutMs - elapsedMs), signal);
    signal.throwIfAborted();
  }
}

const PAGE_LIMIT = 10;

/** One that Datadog gave up on found nothing; the next may. */
async function firstOf(found: AsyncGenerator<v2.Log>): Promise<v2.Log | undefined> {
  try {
    for await (const log of found) return log;
    return undefined;
  } catch (error) {
    if (error instanceof SearchTimeoutError) return undefined;
    throw error;
  }
}

import { setTimeout } from "node:timers/promises";
import type { client } from "@datadog/datadog-api-client";

export interface DatadogAccess {
  readonly apiKey: string;
  /** Datadog takes it for reading, besides the API key. */
  readonly appKey: string;
  readonly site: string;
  /** Instead of the site's API. */
  readonly url?: string;
}

/** A log as the search returns it, as far as it is read here. */
export interface FoundLog {
  readonly attributes?: { readonly message?: string; readonly attributes?: Readonly<Record<string, unknown>> };
}

/** Logs that a query finds from a time on (Unix time, ms), in the order of time. */
export type LogSearch = (query: string, fromMs: number) => AsyncGenerator<FoundLog>;

/**
 * The API's largest page. Datadog allows 300 searches an hour.
 * https://docs.datadoghq.com/api/latest/rate-limits/ · https://docs.datadoghq.com/api/latest/logs/#search-logs (2026-11)
 */
const PAGE_LIMIT = 1_000;

/** Datadog gave up on a search, and what it returned is not all. */
export class SearchTimeoutError extends Error {
  override readonly name = "SearchTimeoutError";
}

/** The client is loaded here and not before: it takes more than half a second, and few ask for it. */
export async function openLogSearch(
  { apiKey, appKey, site, url }: DatadogAccess,
  signal: AbortSignal,
): Promise<LogSearch> {
  const datadog = await import("@datadog/datadog-api-client");
  const configuration = datadog.client.createConfiguration({
    authMethods: { apiKeyAuth: apiKey, appKeyAuth: appKey },
    httpApi: { send: (request) => send(request, datadog.client.ResponseContext, signal) },
    baseServer: new datadog.client.BaseServerConfiguration(url ?? `https://api.${site}`, {}),
  });
  const api = new datadog.v2.LogsApi(configuration);
  return async function* search(query, fromMs) {
    const filter = { query, from: String(fromMs), to: "now" };
    let cursor: string | undefined;
    do {
      const page = { limit: PAGE_LIMIT, ...(cursor !== undefined && { cursor }) };
      const { data = [], meta } = await api.listLogs({ body: { filter, sort: "timestamp", page } });
      if (meta?.status === "timeout") throw new SearchTimeoutError("the search took too long");
      yield* data;
      // The last page has no cursor; one without logs has nothing behind it.
      cursor = data.length > 0 ? meta?.page?.after : undefined;
    } while (cursor !== undefined);
  };
}

const REQUEST_TIMEOUT_MS = 30_000;
const MAX_ATTEMPTS = 5;
const FIRST_PAUSE_MS = 500;
/** If Datadog asks for a longer pause, the searches of this hour are used up, and the search fails. */
const LONGEST_PAUSE_MS = 120_000;

/**
 * The client's own transport waits for a limit to be lifted for as long as Datadog says, up to an hour, for an answer
 * for good, and can't be interrupted at either.
 */
async function send(
  request: client.RequestContext,
  Response: typeof client.ResponseContext,
  signal: AbortSignal,
): Promise<client.ResponseContext> {
  for (let attempt = 1; ; attempt++) {
    const answer = await fetch(request.getUrl(), {
      method: request.getHttpMethod(),
      headers: request.getHeaders(),
      body: request.getBody() as string,
      signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]),
    });
    const text = await answer.text();
    const pauseMs = pauseBeforeNext(answer, attempt);
    if (pauseMs === undefined) {
      const body = { text: async () => text, binary: async () => Buffer.from(text) };
      return new Response(answer.status, Object.fromEntries(answer.headers), body);
    }
    await setTimeout(pauseMs, undefined, { signal });
  }
}

/** Undefined: the answer is the last. `X-RateLimit-Reset` has the seconds until the next search is allowed. */
function pauseBeforeNext({ status, headers }: Response, attempt: number): number | undefined {
  if ((status !== 429 && status < 500) || attempt >= MAX_ATTEMPTS) return undefined;
  const reset = headers.get("x-ratelimit-reset");
  if (status !== 429 || reset === null || !/^\d+$/.test(reset)) return FIRST_PAUSE_MS * 2 ** (attempt - 1);
  const pauseMs = Number(reset) * 1_000;
  return pauseMs <= LONGEST_PAUSE_MS ? pauseMs : undefined;
}

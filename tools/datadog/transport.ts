import { setTimeout } from "node:timers/promises";
import type { DatadogAccess } from "./access.ts";
import { type ApiFailure, DatadogApiError } from "./api-error.ts";
import { isRepeatable, operationOf } from "./operations.ts";

export interface ApiRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** Any answer that is no error. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** @throws DatadogApiError, or the reason of the signal that aborted it. */
export type SendToApi = (request: ApiRequest) => Promise<ApiAnswer>;

/** Time and chance, so that tests neither wait nor guess. */
export interface ApiClock {
  readonly now: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

export const SYSTEM_API_CLOCK: ApiClock = {
  now: Date.now,
  sleep: (ms, signal) => setTimeout(ms, undefined, { signal }),
  random: Math.random,
};

export interface ApiPolicy {
  /** For one answer. */
  readonly requestTimeoutMs: number;
  /** Of one request, errors of Datadog's own and of the connection; waiting for a limit is not counted. */
  readonly maxAttempts: number;
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** If Datadog asks for a longer pause, its limit is used up, and the request fails. */
  readonly longestLimitMs: number;
  /** All pauses of one request together. */
  readonly budgetMs: number;
}

export const API_POLICY: ApiPolicy = {
  requestTimeoutMs: 30_000,
  maxAttempts: 5,
  firstPauseMs: 500,
  longestPauseMs: 8_000,
  longestLimitMs: 120_000,
  budgetMs: 180_000,
};

export interface TransportOptions {
  readonly signal?: AbortSignal;
  readonly clock?: ApiClock;
  readonly policy?: Partial<ApiPolicy>;
  /** Told before a pause that Datadog's limit asks for: what a person waits for. */
  readonly onLimit?: (what: string, seconds: number) => void;
  /** Told of each answer's `Date` header and when it came, Unix time in ms. */
  readonly onDate?: (serverMs: number, localMs: number) => void;
}

/**
 * Sends a request to its end. What is limited waits until the limit is lifted (`X-RateLimit-Reset`), errors of Datadog's own
 * and of the connection are tried again after a growing pause with jitter, if repeating does no harm.
 *
 * The client's own transport waits for a limit for as long as Datadog says, up to an hour, for an answer for good, and
 * can't be interrupted at either.
 */
export function createTransport(access: DatadogAccess, options: TransportOptions = {}): SendToApi {
  const { signal, clock = SYSTEM_API_CLOCK, onLimit, onDate } = options;
  const policy = { ...API_POLICY, ...options.policy };

  return async (request) => {
    const { method } = request;
    const { pathname: path } = new URL(request.url);
    const operation = operationOf(method, path);
    const fail = (failure: Omit<ApiFailure, "method" | "path" | "operation" | "access">) =>
      new DatadogApiError({ ...failure, method, path, operation, access });
    const repeatable = isRepeatable(method, operation);
    let pausedMs = 0;
    const pause = async (ms: number) => {
      pausedMs += ms;
      await clock.sleep(ms, signal);
      signal?.throwIfAborted();
    };

    for (let attempt = 1; ; ) {
      const answer = await attemptOnce(request, policy.requestTimeoutMs, signal);
      if (!(answer instanceof Error)) {
        const date = Date.parse(answer.headers.date ?? "");
        if (!Number.isNaN(date)) onDate?.(date, clock.now());
        if (answer.status < 400) return answer;
        if (answer.status === 429) {
          const resetMs = resetOf(answer);
          const jitterMs = clock.random() * RESET_JITTER_MS;
          const waitMs = resetMs === undefined ? backoffMs(attempt, policy, clock) : resetMs + jitterMs;
          if (waitMs > policy.longestLimitMs || pausedMs + waitMs > policy.budgetMs) {
            throw fail({
              kind: "limited",
              status: 429,
              errors: errorsIn(answer, access),
              resetSeconds: seconds(resetMs),
            });
          }
          if (resetMs === undefined) attempt += 1;
          onLimit?.(operation?.what ?? `${method} ${path}`, Math.ceil(waitMs / 1_000));
          await pause(waitMs);
          continue;
        }
        if (answer.status < 500) {
          throw fail({ kind: kindOf(answer.status), status: answer.status, errors: errorsIn(answer, access) });
        }
      }
      const waitMs = backoffMs(attempt, policy, clock);
      if (!repeatable || attempt >= policy.maxAttempts || pausedMs + waitMs > policy.budgetMs) {
        const isUncertain = !repeatable;
        if (answer instanceof Error) throw fail({ kind: "unreachable", cause: answer, isUncertain });
        throw fail({ kind: "unavailable", status: answer.status, errors: errorsIn(answer, access), isUncertain });
      }
      attempt += 1;
      await pause(waitMs);
    }
  };
}

/** The answer, or why there is none. @throws what aborted it */
async function attemptOnce(
  { method, url, headers, body }: ApiRequest,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<ApiAnswer | Error> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await fetch(url, {
      method,
      headers: { ...headers },
      ...(body !== undefined && { body: body as string }),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    return { status: answer.status, headers: Object.fromEntries(answer.headers), text: await answer.text() };
  } catch (error) {
    signal?.throwIfAborted();
    return error as Error;
  }
}

function kindOf(status: number): "forbidden" | "notFound" | "invalid" {
  if (status === 401 || status === 403) return "forbidden";
  return status === 404 ? "notFound" : "invalid";
}

/** Exponential with full jitter, but never at once. */
const backoffMs = (attempt: number, { firstPauseMs, longestPauseMs }: ApiPolicy, { random }: ApiClock) =>
  firstPauseMs / 2 + random() * Math.min(longestPauseMs, firstPauseMs * 2 ** (attempt - 1));

/** Until the next request is allowed. Undefined if it is not said. https://docs.datadoghq.com/api/latest/rate-limits/ (2026-11) */
function resetOf({ headers }: ApiAnswer): number | undefined {
  const reset = headers["x-ratelimit-reset"]?.trim() ?? "";
  return /^\d+(\.\d+)?$/.test(reset) ? Number(reset) * 1_000 : undefined;
}

/** For several that wait for the same moment. */
const RESET_JITTER_MS = 250;

const seconds = (ms: number | undefined) => (ms === undefined ? undefined : Math.ceil(ms / 1_000));

const MAX_ERRORS = 5;
const MAX_ERROR_LENGTH = 300;

/**
 * What an answer says went wrong, in any of the API's forms: `{"errors": ["…"]}`, `{"errors": [{"title", "detail"}]}`,
 * `{"error": {"message"}}`. Keys that it might repeat are left out.
 */
function errorsIn({ text }: ApiAnswer, { apiKey, appKey }: DatadogAccess): string[] {
  const { errors, error, message } = (parsed(text) ?? {}) as Record<string, unknown>;
  const all = Array.isArray(errors) ? errors : [error, message];
  const texts = all.map((one) => {
    if (typeof one === "string") return one;
    const { title, detail, message: said } = (one ?? {}) as Record<string, unknown>;
    return [title, detail, said].filter((part) => typeof part === "string").join(": ");
  });
  const clean = (one: string) =>
    [apiKey, appKey].reduce<string>((left, key) => (key ? left.replaceAll(key, "***") : left), one);
  return texts
    .filter((one) => one !== "")
    .slice(0, MAX_ERRORS)
    .map((one) => clean(one).slice(0, MAX_ERROR_LENGTH).replace(/\.$/, ""));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

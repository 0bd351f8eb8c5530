import type { Clock } from "../clock.ts";
import type { Answer, Send } from "./send.ts";

export interface RetryPolicy {
  readonly maxAttempts: number;
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
}

/** Rides out what passes within a few seconds: about 3 s of waiting in all, 6 s at most. Beyond, the store is cheaper. */
export const RETRY_POLICY: RetryPolicy = { maxAttempts: 6, baseDelayMs: 200, maxDelayMs: 5_000 };

/**
 * Sends again what is retryable: exponential with full jitter, or later if the answer asks for it.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 * No attempt starts at or after the call's deadline; a wait that would pass it is not begun.
 */
export function withRetry<A extends Answer>(send: Send<A>, policy: RetryPolicy, clock: Clock): Send<A> {
  return async (payload, call) => {
    for (let attempt = 1; ; attempt++) {
      const answer = await send(payload, call);
      if (answer.status !== "retryable" || attempt >= policy.maxAttempts) return answer;
      const backoffMs = clock.random() * Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (attempt - 1));
      const waitMs = Math.max(backoffMs, answer.retryAfterMs ?? 0);
      if (clock.now() + waitMs >= call.deadlineMs) return answer;
      await clock.sleep(waitMs);
    }
  };
}

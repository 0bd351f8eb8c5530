import { type Backoff, backoffMs, type Clock } from "../clock.ts";
import type { Answer, Send } from "./send.ts";

export interface RetryPolicy extends Backoff {
  readonly maxAttempts: number;
  /** How often an intake that takes requests and does not answer in time is tried: each costs a whole time-out. */
  readonly maxTimeouts: number;
}

/** Rides out what passes within a few seconds: about 3 s of waiting in all, 6 s at most. Beyond, the store is cheaper. */
export const RETRY_POLICY: RetryPolicy = { maxAttempts: 6, maxTimeouts: 2, baseDelayMs: 200, maxDelayMs: 5_000 };

/**
 * Sends again what is retryable: after a wait that grows, or later if the answer asks for it.
 * No attempt starts at or after the call's deadline; a wait that would pass it is not begun.
 */
export function withRetry<A extends Answer>(send: Send<A>, policy: RetryPolicy, clock: Clock): Send<A> {
  return async (payload, call) => {
    let timeouts = 0;
    for (let attempt = 1; ; attempt++) {
      const answer = await send(payload, call);
      if (answer.status !== "retryable") return answer;
      if (answer.reason === "timeout" && !answer.outOfTime) timeouts += 1;
      // An attempt that was cut short tells nothing; one before it that had its full time does.
      const told = timeouts > 0 && answer.outOfTime ? { ...answer, reason: "timeout", outOfTime: false } : answer;
      if (attempt >= policy.maxAttempts || timeouts >= policy.maxTimeouts || answer.outOfTime) return told;
      const waitMs = Math.max(backoffMs(clock, policy, attempt), answer.retryAfterMs ?? 0);
      if (clock.monotonicMs() + waitMs >= call.deadlineMs) return told;
      await clock.sleep(waitMs);
    }
  };
}

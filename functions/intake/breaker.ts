import { type Clock, isOver, nextMs } from "../clock.ts";
import type { Answer, Send } from "./send.ts";

export interface BreakerPolicy {
  /** So many payloads in a row given up (after their own retries) open it. */
  readonly failuresToOpen: number;
  /** How long it stays open at first, and at most: twice as long each time the intake turns out to be down still. */
  readonly openMs: number;
  readonly maxOpenMs: number;
}

/** An outage of seconds must not hold up what comes after it; in a long one, few invocations pay for trying. */
export const BREAKER_POLICY: BreakerPolicy = { failuresToOpen: 2, openMs: 2_000, maxOpenMs: 30_000 };

/**
 * Stops sending to an intake that is down, for a short while, so that the invocation does not pay for waiting:
 * payloads come back at once as retryable, and go to the store. The state lives as long as the sandbox.
 * Then one payload is tried; it closes the breaker, or opens it for longer.
 */
export function withBreaker<A extends Answer>(
  send: Send<A>,
  policy: BreakerPolicy,
  clock: Clock,
): Send<A | { status: "retryable"; reason: string }> {
  let failures = 0;
  let openMs = policy.openMs;
  let open = nextMs(clock, 0);
  return async (payload, call) => {
    const isOpen = failures >= policy.failuresToOpen;
    if (isOpen) {
      if (!isOver(clock, open)) return { status: "retryable", reason: "breaker open" };
      // This payload is the one that is tried; others keep finding the breaker open.
      open = nextMs(clock, openMs);
    }
    const answer = await send(payload, call);
    if (answer.status !== "retryable") {
      failures = 0;
      openMs = policy.openMs;
    } else if (!answer.outOfTime) {
      // An intake that takes requests and never answers has cost whole time-outs already.
      failures += answer.reason === "timeout" ? policy.failuresToOpen : 1;
      // Payloads that were under way together are one piece of news.
      if (isOpen) openMs = Math.min(2 * openMs, policy.maxOpenMs);
      open = nextMs(clock, openMs);
    }
    return answer;
  };
}

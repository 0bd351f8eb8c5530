import type { Clock } from "../forwarder/types.ts";
import type { Answer, Send } from "./send.ts";

export interface BreakerPolicy {
  /** So many payloads in a row given up (after their own retries) open it. */
  readonly failuresToOpen: number;
  readonly openMs: number;
}

export const BREAKER_POLICY: BreakerPolicy = { failuresToOpen: 2, openMs: 30_000 };

/**
 * Stops sending to an intake that is down, for a short while, so that the invocation does not pay for waiting:
 * payloads come back at once as retryable, and go to the store. The state lives as long as the sandbox.
 * After `openMs` one payload is tried; it closes the breaker or opens it again.
 */
export function withBreaker<A extends Answer>(
  send: Send<A>,
  policy: BreakerPolicy,
  clock: Clock,
): Send<A | { status: "retryable"; reason: string }> {
  let failures = 0;
  let openUntilMs = 0;
  return async (payload, call) => {
    if (failures >= policy.failuresToOpen) {
      if (clock.now() < openUntilMs) return { status: "retryable", reason: "breaker open" };
      // This payload is the one that is tried; others keep finding the breaker open.
      openUntilMs = clock.now() + policy.openMs;
    }
    const answer = await send(payload, call);
    if (answer.status !== "retryable") failures = 0;
    else if (!answer.outOfTime) {
      failures += 1;
      openUntilMs = clock.now() + policy.openMs;
    }
    return answer;
  };
}

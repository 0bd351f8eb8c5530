import { backoffMs, type Clock } from "../clock.ts";
import { type Failure, failureOf, mayPass } from "./failure.ts";

/** `late`: there was no time for it, or for another try; it may or may not have been done. */
export type Called<T> = { readonly value: T } | { readonly failure: Failure } | { readonly late: true };

/** Calls to a service that throttles: one after the other, no faster than it bears, tried again within the time there is. */
export interface Calls {
  readonly read: <T>(call: () => Promise<T>) => Promise<Called<T>>;
  readonly write: <T>(call: () => Promise<T>) => Promise<Called<T>>;
  readonly counts: () => { readonly calls: number; readonly throttled: number };
}

/**
 * CloudWatch Logs takes 5 calls a second of PutSubscriptionFilter in an account and region, and about as many of the others; people
 * and deployments need some, too. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html (2026-11)
 */
const WRITES_A_SECOND = 4;
/** More than is sure: the first throttled call slows all down. */
const READS_A_SECOND = 8;
const MAX_INTERVAL_MS = 2_000;
const MAX_TRIES = 8;
/** Of several that were throttled together, each takes another moment. */
const PAUSES = { baseDelayMs: 500, maxDelayMs: 8_000 };

/** @param endMs moment of the monotonic clock after which no call begins */
export function politeCalls(clock: Clock, endMs: number): Calls {
  let calls = 0;
  let throttled = 0;
  const hasTimeFor = (ms: number) => clock.monotonicMs() + ms < endMs;

  const caller = (perSecond: number) => {
    const leastMs = 1_000 / perSecond;
    let intervalMs = leastMs;
    let nextMs = 0;
    /** @returns whether there is time left when it is its turn */
    const turn = async (): Promise<boolean> => {
      const waitMs = Math.max(0, nextMs - clock.monotonicMs());
      if (!hasTimeFor(waitMs)) return false;
      if (waitMs > 0) await clock.sleep(waitMs);
      nextMs = clock.monotonicMs() + intervalMs;
      return true;
    };
    return async <T>(call: () => Promise<T>): Promise<Called<T>> => {
      for (let tries = 1; ; tries++) {
        if (!(await turn())) return { late: true };
        calls += 1;
        try {
          const value = await call();
          intervalMs = Math.max(leastMs, intervalMs * 0.95);
          return { value };
        } catch (error) {
          const failure = failureOf(error);
          if (failure.why === "throttled") {
            throttled += 1;
            intervalMs = Math.min(MAX_INTERVAL_MS, intervalMs * 1.5);
          }
          if (!mayPass(failure) || tries === MAX_TRIES) return { failure };
        }
        const pauseMs = backoffMs(clock, PAUSES, tries);
        if (!hasTimeFor(pauseMs)) return { late: true };
        await clock.sleep(pauseMs);
      }
    };
  };
  return { read: caller(READS_A_SECOND), write: caller(WRITES_A_SECOND), counts: () => ({ calls, throttled }) };
}

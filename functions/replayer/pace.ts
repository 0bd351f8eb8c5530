import { type Backoff, backoffMs, type Clock } from "../clock.ts";
import type { Answer, Call, Send } from "../intake/send.ts";
import type { Outcome } from "../records/payload.ts";

export interface PacePolicy extends Backoff {
  /** Requests at once, at most. It begins with one. */
  readonly maxAtOnce: number;
  /** After so many failures without a success between, the intake is asked whether it is there. A time-out counts as three. */
  readonly failuresToAsk: number;
}

/** About 3 s of waiting in all, or two time-outs. */
export const PACE: Omit<PacePolicy, "maxAtOnce"> = { failuresToAsk: 6, baseDelayMs: 200, maxDelayMs: 5_000 };
const TIMEOUT_COUNTS_AS = 3;

/** Nothing is begun with less time than this before the deadline. */
export const MIN_SEND_MS = 1_000;

export type Retryable = Extract<Outcome, { status: "retryable" }>;

/** The key is refused, or can't be read: that is so for all of them. */
export const isKeyTrouble = (reason: string): boolean => /^(?:http 40[13]$|api key )/.test(reason);

export type Pace = ReturnType<typeof openPace>;

/**
 * How many requests of one run are under way. All of them wait as one: a failure halves their number, and nothing is sent
 * until the wait is over, which is as long as the intake asks for. While all goes well there is one more with each
 * success, and after a failure one more with each round of them. Whoever waits longest is next, and what failed waits
 * behind all others. When nothing gets through any more, the intake is down, and the run at its end; or else the payloads
 * are bad, and others may go on.
 * https://www.rfc-editor.org/rfc/rfc5681#section-3.1
 * @param answers asks whether the intake takes anything at all
 */
export function openPace(
  { maxAtOnce, failuresToAsk, ...backoff }: PacePolicy,
  answers: (call: Call) => Promise<boolean>,
  clock: Clock,
) {
  const waiting: (() => void)[] = [];
  let atOnce = 1;
  let underWay = 0;
  let hasFailed = false;
  let failures = 0;
  /** A failure of a request that was begun before the last wait tells nothing new. */
  let round = 0;
  let pauseEndMs: number | undefined;
  let isAsking = false;
  let hasAnswered = false;
  let ended: Retryable | undefined;

  const isFree = () => ended !== undefined || (pauseEndMs === undefined && !isAsking && underWay < Math.floor(atOnce));
  const admit = () => {
    while (waiting.length > 0 && isFree()) {
      underWay += 1;
      waiting.shift()?.();
    }
  };
  const end = (why: Retryable) => {
    ended ??= why;
    admit();
  };
  const pause = (ms: number, why: Retryable, { deadlineMs }: Call) => {
    const endMs = clock.monotonicMs() + ms;
    if (endMs >= deadlineMs) return end(why);
    if (pauseEndMs !== undefined && pauseEndMs >= endMs) return;
    pauseEndMs = endMs;
    void clock.sleep(ms).then(() => {
      // A longer wait may have begun meanwhile.
      if (pauseEndMs !== endMs) return;
      pauseEndMs = undefined;
      admit();
    });
  };
  const ask = async (why: Retryable, call: Call) => {
    isAsking = true;
    const isThere = await answers(call);
    isAsking = false;
    if (!isThere) return end(why);
    hasAnswered = true;
    failures = 0;
    admit();
  };
  const failed = (answer: Retryable, begunIn: number, call: Call) => {
    if (answer.outOfTime) return;
    if (isKeyTrouble(answer.reason)) return end(answer);
    const asksFor = answer.retryAfterMs ?? 0;
    if (begunIn < round) {
      if (asksFor > 0) pause(asksFor, answer, call);
      return;
    }
    round += 1;
    hasFailed = true;
    failures += answer.reason === "timeout" ? TIMEOUT_COUNTS_AS : 1;
    atOnce = Math.max(1, atOnce / 2);
    if (failures >= failuresToAsk) return void ask(answer, call);
    pause(Math.max(backoffMs(clock, backoff, failures), asksFor), answer, call);
  };
  const succeeded = () => {
    failures = 0;
    atOnce = Math.min(maxAtOnce, atOnce + (hasFailed ? 1 / atOnce : 1));
  };
  const turn = () =>
    new Promise<void>((resolve) => {
      waiting.push(resolve);
      admit();
    });

  return {
    /** Why nothing is sent any more in this run, if so. */
    ended: () => ended,
    /** The intake was asked, and is there, though it does not take what was sent. */
    hasAnswered: () => hasAnswered,
    /** One attempt, when its turn comes. */
    attempt: async <A extends Answer>(work: () => Promise<A>, call: Call): Promise<A | Retryable> => {
      await turn();
      try {
        if (ended) return { status: "retryable", reason: ended.reason, notTried: true };
        if (call.deadlineMs - clock.monotonicMs() < MIN_SEND_MS) return OUT_OF_TIME;
        const begunIn = round;
        const answer = await work();
        if (answer.status === "retryable") failed(answer, begunIn, call);
        else succeeded();
        return answer;
      } finally {
        underWay -= 1;
        admit();
      }
    },
  };
}

const OUT_OF_TIME: Retryable = { status: "retryable", reason: "no time left", outOfTime: true, notTried: true };

/** Of one payload: each costs a whole time-out. */
const MAX_TIMEOUTS = 2;

/** Sends again what is retryable, in its turn. @param maxAttempts of one payload */
export function withPace<A extends Answer>(send: Send<A>, pace: Pace, maxAttempts: number): Send<A | Retryable> {
  return async (payload, call) => {
    let last: A | Retryable | undefined;
    let timeouts = 0;
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      const answer = await pace.attempt(() => send(payload, call), call);
      // What it met itself tells more than that its turn did not come again.
      if (answer.status === "retryable" && answer.notTried && last) return last;
      last = answer;
      if (answer.status !== "retryable" || answer.outOfTime || answer.notTried) break;
      if (answer.reason === "timeout") timeouts += 1;
      if (timeouts >= MAX_TIMEOUTS) break;
    }
    return last as A | Retryable;
  };
}

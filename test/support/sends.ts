import type { Answer, Call, Send } from "../../functions/intake/send.ts";
import type { Payload } from "../../functions/records/payload.ts";

export const PAYLOAD: Payload = {
  body: Buffer.from("x"),
  encoding: "gzip",
  entryCount: 1,
  rawBytes: 1,
  firstEventMs: 0,
  lastEventMs: 0,
};

export const callUntil = (deadlineMs: number): Call => ({
  deadlineMs,
  countRequest: () => undefined,
  note: () => undefined,
});

/** Time that passes only when somebody sleeps. */
export function manualClock(random = () => 0.5) {
  const clock = {
    nowMs: 0,
    now: () => clock.nowMs,
    monotonicMs: () => clock.nowMs,
    sleep: async (ms: number) => {
      clock.nowMs += ms;
    },
    random,
  };
  return clock;
}

/** Answers in turn, the last one for good; keeps the time of each attempt. */
export function scripted(answers: readonly Answer[], now: () => number) {
  const attemptsMs: number[] = [];
  const send: Send<Answer> = async () => {
    attemptsMs.push(now());
    return answers[Math.min(attemptsMs.length, answers.length) - 1] ?? { status: "delivered" };
  };
  return { send, attemptsMs };
}

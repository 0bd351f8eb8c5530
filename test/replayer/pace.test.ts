import { describe, expect, test } from "vitest";
import type { Answer } from "../../functions/intake/send.ts";
import { openPace, PACE, withPace } from "../../functions/replayer/pace.ts";
import { callUntil, manualClock, PAYLOAD, scripted } from "../support/sends.ts";

const OK: Answer = { status: "delivered" };
const failure = (reason: string, retryAfterMs?: number): Answer => ({ status: "retryable", reason, retryAfterMs });
const CALL = callUntil(900_000);

/** Time that passes when everybody waits: the one who wakes first moves the clock. */
function sleepingClock() {
  let nowMs = 0;
  return {
    now: () => nowMs,
    monotonicMs: () => nowMs,
    random: () => 0.5,
    sleep: async (ms: number) => {
      await new Promise((resolve) => setImmediate(resolve));
      nowMs += ms;
    },
  };
}

/** Requests that answer when they are told to. */
function heldSends() {
  const begun: ((answer: Answer) => void)[] = [];
  return { begun, send: () => new Promise<Answer>((resolve) => begun.push(resolve)) };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const isThere = async () => true;
const isDown = async () => false;

describe("while all goes well", () => {
  test("there is one request at first, and then one more with each success, up to the most there may be", async () => {
    const pace = openPace({ ...PACE, maxAtOnce: 4 }, isThere, sleepingClock());
    const { begun, send } = heldSends();
    const all = Array.from({ length: 20 }, () => withPace(send, pace, 6)(PAYLOAD, CALL));
    const open: number[] = [];
    for (let done = 0; done < 20; ) {
      await settled();
      const round = begun.splice(0);
      open.push(round.length);
      done += round.length;
      for (const answer of round) answer(OK);
    }
    expect(open.slice(0, 5)).toEqual([1, 2, 4, 4, 4]);
    expect(await Promise.all(all)).toEqual(Array(20).fill(OK));
  });
});

describe("429 with Retry-After", () => {
  test("holds all back, once, for as long as it says; then there are half as many at once", async () => {
    const clock = sleepingClock();
    const pace = openPace({ ...PACE, maxAtOnce: 8 }, isThere, clock);
    const beganMs: number[] = [];
    let slow = true;
    const send = async (): Promise<Answer> => {
      beganMs.push(clock.monotonicMs());
      await settled();
      if (beganMs.length < 16 || !slow) return OK;
      slow = false;
      return failure("http 429", 30_000);
    };
    const answers = await Promise.all(Array.from({ length: 40 }, () => withPace(send, pace, 6)(PAYLOAD, CALL)));
    expect(answers).toEqual(Array(40).fill(OK));
    // Those under way go on; nothing is begun in the half minute, by anybody.
    const [before, after] = [beganMs.filter((ms) => ms < 30_000), beganMs.filter((ms) => ms >= 30_000)];
    expect(before.length + after.length).toBe(41);
    expect(new Set(before)).toEqual(new Set([0]));
    expect(after.length).toBeGreaterThan(10);
  });

  test("that is longer than the run ends it", async () => {
    const pace = openPace({ ...PACE, maxAtOnce: 8 }, isThere, manualClock());
    const { send, attemptsMs } = scripted([failure("http 429", 1_000_000)], () => 0);
    expect(await withPace(send, pace, 6)(PAYLOAD, CALL)).toMatchObject({ reason: "http 429" });
    expect(await withPace(send, pace, 6)(PAYLOAD, CALL)).toMatchObject({ reason: "http 429", notTried: true });
    expect(attemptsMs).toHaveLength(1);
    expect(pace.ended()).toMatchObject({ reason: "http 429" });
  });
});

describe("when nothing gets through", () => {
  test("and the intake is down: six attempts in all, whatever waits, and the run is at its end", async () => {
    const clock = sleepingClock();
    const pace = openPace({ ...PACE, maxAtOnce: 8 }, isDown, clock);
    const { send, attemptsMs } = scripted([failure("http 503")], clock.monotonicMs);
    const answers = await Promise.all(Array.from({ length: 50 }, () => withPace(send, pace, 6)(PAYLOAD, CALL)));
    expect(attemptsMs).toEqual([0, 100, 300, 700, 1_500, 3_100]);
    expect(answers.filter((answer) => answer.status === "retryable" && answer.notTried)).toHaveLength(44);
    expect(pace.hasAnswered()).toBe(false);
  });

  test("and the intake is there: each is given up on its own, and others go on", async () => {
    const clock = sleepingClock();
    const pace = openPace({ ...PACE, maxAtOnce: 8 }, isThere, clock);
    const { send } = scripted([failure("http 500")], clock.monotonicMs);
    const bad = await Promise.all(Array.from({ length: 5 }, () => withPace(send, pace, 6)(PAYLOAD, CALL)));
    expect(bad).toEqual(Array(5).fill(failure("http 500")));
    expect(await withPace(async () => OK, pace, 6)(PAYLOAD, CALL)).toEqual(OK);
    expect(pace.ended()).toBeUndefined();
    expect(pace.hasAnswered()).toBe(true);
  });

  test("in time: two time-outs are enough to ask, and no payload has more", async () => {
    let asked = 0;
    const pace = openPace(
      { ...PACE, maxAtOnce: 8 },
      async () => {
        asked += 1;
        return true;
      },
      manualClock(),
    );
    const { send, attemptsMs } = scripted([failure("timeout")], () => 0);
    await withPace(send, pace, 6)(PAYLOAD, CALL);
    expect([attemptsMs.length, asked]).toEqual([2, 1]);
  });
});

test("what failed waits behind all others: bad ones in front do not use up the patience for them", async () => {
  const clock = sleepingClock();
  const pace = openPace({ ...PACE, maxAtOnce: 1 }, isDown, clock);
  const order: string[] = [];
  const sendAs = (name: string, answer: Answer) => async () => {
    order.push(name);
    return answer;
  };
  const sends = [
    ["bad0", failure("http 500")],
    ["bad1", failure("http 500")],
    ["good0", OK],
    ["good1", OK],
  ] as const;
  await Promise.all(sends.map(([name, answer]) => withPace(sendAs(name, answer), pace, 2)(PAYLOAD, CALL)));
  expect(order).toEqual(["bad0", "bad1", "good0", "good1", "bad0", "bad1"]);
});

test.each(["http 401", "http 403", "api key late"])("a refused key (%s) ends it at once", async (reason) => {
  const pace = openPace({ ...PACE, maxAtOnce: 8 }, isThere, manualClock());
  const { send, attemptsMs } = scripted([failure(reason)], () => 0);
  await Promise.all([1, 2, 3].map(() => withPace(send, pace, 6)(PAYLOAD, CALL)));
  expect(attemptsMs).toHaveLength(1);
});

test("nothing is begun in the last second", async () => {
  const pace = openPace({ ...PACE, maxAtOnce: 8 }, isThere, manualClock());
  const { send, attemptsMs } = scripted([OK], () => 0);
  const answer = await withPace(send, pace, 6)(PAYLOAD, callUntil(999));
  expect(answer).toMatchObject({ reason: "no time left", outOfTime: true, notTried: true });
  expect(attemptsMs).toEqual([]);
});

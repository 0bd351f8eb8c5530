import { setTimeout } from "node:timers/promises";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { type Fault, faultSource, parseFaultPlan } from "../../functions/recorder/faults.ts";
import { createRecorder, type Recorder } from "../../functions/recorder/record.ts";
import { type RecorderServer, serveRecorder } from "../../functions/recorder/server.ts";
import { httpRequest, postLogs } from "../support/http-request.ts";

const UNAVAILABLE: Fault = { kind: "status", status: 503 };
const RESET: Fault = { kind: "reset" };

describe("a plan", () => {
  const draw = (next: () => Fault | undefined, count: number) => Array.from({ length: count }, next);

  test("without faults leaves every request alone", () => {
    expect(draw(faultSource(undefined), 3)).toEqual([undefined, undefined, undefined]);
  });

  test("that is always at fault spares no request", () => {
    expect(draw(faultSource({ always: RESET }), 3)).toEqual([RESET, RESET, RESET]);
  });

  test("that is a sequence gives each request its own, and none after the last", () => {
    const next = faultSource({ sequence: [UNAVAILABLE, null, RESET] });
    expect(draw(next, 5)).toEqual([UNAVAILABLE, undefined, RESET, undefined, undefined]);
  });

  test("that is a sequence can be used again from its start", () => {
    const plan = { sequence: [RESET] };
    expect(draw(faultSource(plan), 1)).toEqual(draw(faultSource(plan), 1));
  });

  const probability = fc.double({ min: 0, max: 1, noNaN: true });
  const seed = fc.integer();

  test("with a probability meets the same requests for the same seed", () => {
    fc.assert(
      fc.property(probability, seed, (probability, seed) => {
        const plan = { probability, fault: RESET, seed };
        expect(draw(faultSource(plan), 100)).toEqual(draw(faultSource(plan), 100));
      }),
    );
  });

  test("with a probability meets about that part of many requests, whatever the seed", () => {
    const count = 10_000;
    fc.assert(
      fc.property(probability, seed, (probability, seed) => {
        const met = draw(faultSource({ probability, fault: RESET, seed }), count).filter(Boolean).length;
        // Six standard deviations at most, as one of a rate is 0.005 at most with that many requests.
        expect(Math.abs(met / count - probability)).toBeLessThan(0.03);
      }),
    );
  });

  test("with probability 0 meets none, with probability 1 all", () => {
    const met = (probability: number) => draw(faultSource({ probability, fault: RESET, seed: 1 }), 1_000);
    expect(met(0).filter(Boolean)).toHaveLength(0);
    expect(met(1).filter(Boolean)).toHaveLength(1_000);
  });
});

describe("parsing a plan", () => {
  test.each([
    { always: UNAVAILABLE },
    { always: { kind: "status", status: 429, retryAfter: "7" } },
    { always: { kind: "delay", ms: 0 } },
    { sequence: [null, { kind: "lostAnswer" }, { kind: "hang" }] },
    { sequence: [] },
    { probability: 0.2, fault: RESET, seed: 1 },
  ])("takes %j", (plan) => {
    expect(parseFaultPlan(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
  });

  test.each<[string, unknown, RegExp]>([
    ["text", "always", /is an object/],
    ["null", null, /is an object/],
    ["an empty object", {}, /has always, or sequence, or a probability/],
    ["an array", [RESET], /has always, or sequence, or a probability/],
    ["an unknown kind", { always: { kind: "fire" } }, /^always must be/],
    ["a fault that is text", { always: "reset" }, /^always must be/],
    ["no fault at all", { always: null }, /^always must be/],
    ["a status that is text", { always: { kind: "status", status: "503" } }, /^always must be/],
    ["a delay that is negative", { always: { kind: "delay", ms: -1 } }, /^always must be/],
    ["a delay without its length", { always: { kind: "delay" } }, /^always must be/],
    ["a sequence that is no array", { sequence: RESET }, /^sequence must be an array/],
    ["one wrong fault in a sequence", { sequence: [null, RESET, { kind: "fire" }] }, /^sequence\[2\] must be/],
    ["a probability over 1", { probability: 20, fault: RESET, seed: 1 }, /probability from 0 to 1/],
    ["a negative probability", { probability: -0.1, fault: RESET, seed: 1 }, /probability from 0 to 1/],
    ["a probability without a seed", { probability: 0.5, fault: RESET }, /^seed must be/],
    ["a broken seed", { probability: 0.5, fault: RESET, seed: 0.5 }, /^seed must be/],
    ["a probability without a fault", { probability: 0.5, seed: 1 }, /^fault must be/],
    ["a status no answer can have", { always: { kind: "status", status: 42 } }, /^always must be/],
    ["a Retry-After that is no text", { always: { ...UNAVAILABLE, retryAfter: { s: 5 } } }, /^always must be/],
    ["a delay longer than a timer can wait", { always: { kind: "delay", ms: 1e12 } }, /^always must be/],
  ])("refuses %s and says what is wrong", (_what, plan, message) => {
    expect(parseFaultPlan(plan)).toMatch(message);
  });
});

describe("over a connection", () => {
  let recorder: Recorder;
  let server: RecorderServer | undefined;
  const serve = async (fault: Fault) => {
    recorder = createRecorder({ faults: { always: fault } });
    server = await serveRecorder(recorder, 0);
    return server.url;
  };
  afterEach(() => server?.stop());

  /** Long enough for an answer that should not come. */
  const A_WHILE_MS = 100;

  const answersCounted = async (origin: string) => {
    const { body } = await httpRequest(`${origin}/recorder/summary`);
    return (JSON.parse(body) as { answers: Record<string, number> }).answers;
  };

  test("a status fault answers with its status and Retry-After, and takes nothing", async () => {
    const origin = await serve({ kind: "status", status: 429, retryAfter: "7" });
    const answer = await postLogs(origin, [{ id: "a" }]);
    expect(answer).toMatchObject({ status: 429, headers: { "retry-after": "7" } });
    expect(recorder.summary()).toMatchObject({ requests: 1, entries: 0, answers: { 429: 1 } });
  });

  test("a status fault without Retry-After sends none", async () => {
    const { headers } = await postLogs(await serve(UNAVAILABLE), []);
    expect(headers).not.toHaveProperty("retry-after");
  });

  test("a delayed request is answered as usual in the end", async () => {
    const origin = await serve({ kind: "delay", ms: 20 });
    expect(await postLogs(origin, [{ id: "a" }])).toMatchObject({ status: 202 });
    expect(recorder.summary()).toMatchObject({ entries: 1, answers: { 202: 1 } });
  });

  test("a reset ends the connection before anything is taken", async () => {
    const origin = await serve(RESET);
    await expect(postLogs(origin, [{ id: "a" }])).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(recorder.summary()).toMatchObject({ requests: 1, entries: 0, answers: { reset: 1 } });
  });

  test("a reset meets a large body on its way, too, and the next request is met as well", async () => {
    const origin = await serve(RESET);
    const large = [{ message: "x".repeat(4_000_000) }];
    await expect(postLogs(origin, large)).rejects.toMatchObject({
      code: expect.stringMatching(/^(ECONNRESET|EPIPE)$/),
    });
    await expect(postLogs(origin, [])).rejects.toMatchObject({ code: "ECONNRESET" });
  });

  test("a lost answer counts as taken, and the peer sees a reset", async () => {
    const origin = await serve({ kind: "lostAnswer" });
    await expect(postLogs(origin, [{ id: "a" }])).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(recorder.summary()).toMatchObject({ requests: 1, entries: 1, answers: { reset: 1 } });
  });

  test("a lost answer of a request that is wrong takes nothing", async () => {
    const origin = await serve({ kind: "lostAnswer" });
    await postLogs(origin, ["no object"]).catch(() => undefined);
    expect(recorder.summary()).toMatchObject({ requests: 1, entries: 0 });
  });

  test.each<[string, Fault, string, number]>([
    ["a request that hangs gets no answer, and nothing is taken", { kind: "hang" }, "hang", 0],
    ["a delayed request is taken, but not answered yet", { kind: "delay", ms: 3_600_000 }, "202", 1],
  ])("%s, until the client gives up; others are served meanwhile", async (_name, fault, counted, entries) => {
    const origin = await serve(fault);
    const client = new AbortController();
    const answer = postLogs(origin, [{ id: "a" }], { signal: client.signal }).then(
      () => "answered",
      (error: Error) => error.name,
    );
    while (!(await answersCounted(origin))[counted]) await setTimeout(5);
    expect(await Promise.race([answer, setTimeout(A_WHILE_MS, "no answer")])).toBe("no answer");
    client.abort();
    expect(await answer).toBe("AbortError");
    expect(recorder.summary().entries).toBe(entries);
    expect(await answersCounted(origin)).toEqual({ [counted]: 1 });
  });
});

import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Intakes } from "../../../compare/local/intakes.ts";
import type { PhaseSpec } from "../../../compare/local/phases.ts";
import { type PhaseSettings, runPhase } from "../../../compare/local/run-phase.ts";
import type { RunningPath } from "../../../compare/path.ts";
import { postLogs } from "../../support/http-request.ts";

const API_KEY = "0123456789abcdef0123456789abcdef";
const STEADY: PhaseSpec = { id: "steady", title: "Steady load", load: [{ ms: 1_000, times: 1 }] };
const OUTAGE: PhaseSpec = {
  ...STEADY,
  id: "outage",
  fault: {
    title: "503",
    fromMs: 300,
    toMs: 700,
    does: { intake: { always: { kind: "status", status: 503 } } },
  },
};

/** The shortest path there is: a request for each line, at once, and none is tried again. */
function directPath(
  { recorders }: Intakes,
  seen: { disrupted: number; ended: number },
  problem = () => "",
): RunningPath {
  const { host, port } = recorders.direct as { host: string; port: number };
  const underway = new Set<Promise<unknown>>();
  return {
    info: {
      id: "direct",
      kind: "firelens",
      title: "Direct",
      basis: "measured",
      stages: [{ id: "network", title: "Network", basis: "measured" }],
    },
    write: ({ text }) => {
      const sent: Promise<unknown> = postLogs(`http://${host}:${port}`, [{ message: text }], {
        headers: { "dd-api-key": API_KEY },
      })
        .catch(() => undefined)
        .finally(() => underway.delete(sent));
      underway.add(sent);
    },
    disrupt: async () => {
      seen.disrupted += 1;
    },
    settle: async () => {
      await Promise.all(underway);
    },
    stop: async () => undefined,
    kill: async () => {
      seen.ended += 1;
    },
    journey: ({ dueMs }, _headersAtMs, arrivedAtMs) => ({ addedMs: 0, stagesMs: { network: arrivedAtMs - dueMs } }),
    usage: () => ({}),
    notes: () => [],
    problem: () => problem() || undefined,
  };
}

async function run(spec: PhaseSpec, { signal = new AbortController().signal, problem = (): string => "" } = {}) {
  const seen = { disrupted: 0, ended: 0 };
  const settings: PhaseSettings = {
    seed: 1,
    linesPerSecond: 100,
    lineBytes: 200,
    apiKey: API_KEY,
    pathIds: ["direct"],
    openPaths: async (intakes) => [directPath(intakes, seen, problem)],
  };
  const ran = await runPhase(spec, settings, signal);
  const samples = ran.phase.paths.direct;
  if (!samples) throw new Error("no samples");
  return { ...ran, samples, seen };
}

const lostOf = (arrivedMs: readonly (number | null)[]) => arrivedMs.filter((ms) => ms === null).length;

test("writes the load, and tells of each line when it arrived", async () => {
  const { phase, samples, seen, problem } = await run(STEADY);
  expect(problem).toBeUndefined();
  expect(phase).toMatchObject({ id: "steady", loadMs: 1_000, linesPerSecond: 100 });
  expect(phase.dueMs).toHaveLength(100);
  expect(lostOf(samples.arrivedMs)).toBe(0);
  expect(samples.arrivedMs.every((ms, i) => ms !== null && ms >= (phase.dueMs[i] ?? 0))).toBe(true);
  expect(samples).toMatchObject({ duplicates: [], pieces: 0, usage: { requests: 100, answers: { 202: 100 } } });
  expect(seen).toEqual({ disrupted: 0, ended: 1 });
});

test("an intake that is down for a while loses what comes meanwhile on a path that does not try again", async () => {
  const { phase, samples } = await run(OUTAGE);
  const lost = lostOf(samples.arrivedMs);
  expect(lost).toBeGreaterThan(0);
  expect(lost).toBeLessThan(100);
  expect(samples.usage.answers).toEqual({ 202: 100 - lost, 503: lost });
  expect(phase.fault).toEqual({ title: "503", fromMs: 300, toMs: 700 });
});

test("a fault without a plan for the intake is the path's own", async () => {
  const { seen, samples } = await run({
    ...STEADY,
    fault: { title: "killed", fromMs: 300, toMs: 400, does: { paths: "stopped" } },
  });
  expect(seen.disrupted).toBe(1);
  expect(lostOf(samples.arrivedMs)).toBe(0);
});

test("ends early when it is interrupted, with what was written until then", async () => {
  const controller = new AbortController();
  const running = run(STEADY, { signal: controller.signal });
  await sleep(900);
  controller.abort();
  const { phase, samples, seen, problem } = await running;
  expect(problem).toBeUndefined();
  expect(phase.dueMs.length).toBeLessThan(100);
  expect(samples.arrivedMs).toHaveLength(phase.dueMs.length);
  expect(seen.ended).toBe(1);
});

test("ends early when a path is broken, and says which and why", async () => {
  const startedMs = Date.now();
  const { phase, problem, seen } = await run(STEADY, {
    problem: () => (Date.now() - startedMs > 600 ? "it ended by itself." : ""),
  });
  expect(problem).toBe("Direct: it ended by itself.");
  expect(phase.dueMs.length).toBeLessThan(100);
  expect(seen.ended).toBe(1);
});

test("ends what it has started when a path can't be opened", async () => {
  const settings = {
    seed: 1,
    linesPerSecond: 10,
    lineBytes: 200,
    apiKey: API_KEY,
    pathIds: ["direct"],
  };
  let opened: Intakes | undefined;
  const openPaths = async (intakes: Intakes): Promise<RunningPath[]> => {
    opened = intakes;
    throw new Error("no such program");
  };
  await expect(runPhase(STEADY, { ...settings, openPaths }, new AbortController().signal)).rejects.toThrow(
    "no such program",
  );
  await expect(opened?.summary()).resolves.toMatchObject({ paths: {} });
});

import { describe, expect, test } from "vitest";
import { collect } from "../../../compare/local/collect.ts";
import { generate } from "../../../compare/local/generate.ts";
import type { IntakeArrival } from "../../../compare/local/intake-process.ts";
import { voidReasons } from "../../../compare/local/void.ts";
import type { RunningPath } from "../../../compare/path.ts";
import type { PathInfo, Phase, Result } from "../../../compare/result.ts";
import { summarise } from "../../../compare/stats/summarise.ts";

const INFO: PathInfo = {
  id: "known",
  kind: "firelens",
  title: "Known",
  basis: "measured",
  stages: [{ id: "way", title: "way", basis: "measured" }],
};
const START_MS = 1_000_000;
const DUE_MS = Array.from({ length: 2_000 }, (_, seq) => seq * 5);

/** What a run would make of a path that brings each line after so long, or never. */
function measured(delayMs: (seq: number) => number | null, change: Partial<Phase> = {}) {
  const arrivals = DUE_MS.flatMap((due, seq): IntakeArrival[] => {
    const delay = delayMs(seq);
    const arrivedAtMs = START_MS + due + (delay ?? 0);
    const request = { path: INFO.id, headersAtMs: arrivedAtMs, arrivedAtMs, wireBytes: 1, rawBytes: 1, seqs: [seq] };
    return delay === null ? [] : [request];
  });
  const journey: RunningPath["journey"] = (line, _headersAtMs, arrivedAtMs) => ({
    addedMs: 0,
    stagesMs: { way: arrivedAtMs - line.dueMs },
  });
  const path = { info: INFO, journey, usage: () => ({}), notes: () => [] };
  const samples = collect(path, { startMs: START_MS, dueMs: DUE_MS, lineBytes: 1, arrivals, summary: undefined });
  const phase: Phase = {
    id: "steady",
    title: "Steady load",
    startMs: START_MS,
    loadMs: 10_000,
    linesPerSecond: 200,
    dueMs: DUE_MS,
    paths: { [INFO.id]: samples },
    ...change,
  };
  const [summary] = summarise({ paths: [INFO], phases: [phase] } as unknown as Result).phases[0]?.paths ?? [];
  if (!summary) throw new Error("no summary");
  return summary;
}

describe("what is known comes out as it is", () => {
  test("a path that is a constant delay", () => {
    const { lost, latencyMs, stages } = measured(() => 250);
    expect(lost).toBe(0);
    expect(latencyMs).toMatchObject({ count: 2_000, never: 0, mean: 250, p50: 250, p95: 250, p99: 250, max: 250 });
    expect(latencyMs?.intervals.p50).toEqual({ low: 250, high: 250 });
    expect(stages[0]?.timeMs).toMatchObject({ p50: 250, max: 250 });
  });

  test("a path that loses every tenth line: so do the percentiles, which are of the lines sent", () => {
    const { sent, lost, latencyMs } = measured((seq) => (seq % 10 === 9 ? null : 250));
    expect({ sent, lost }).toEqual({ sent: 2_000, lost: 200 });
    const never = Number.POSITIVE_INFINITY;
    expect(latencyMs).toMatchObject({
      count: 1_800,
      never: 200,
      p50: 250,
      p95: never,
      p99: never,
      mean: 250,
      max: 250,
    });
    expect(latencyMs?.intervals.p99).toEqual({ low: never, high: never });
  });

  test("a path that brings three of ten lines, quickly: half of the lines never came", () => {
    expect(measured((seq) => (seq % 10 < 3 ? 100 : null)).latencyMs).toMatchObject({
      p50: Number.POSITIVE_INFINITY,
      mean: 100,
      max: 100,
    });
  });

  test("a path that is slow in its first two seconds, which are its warm-up", () => {
    const slowAtFirst = (seq: number) => ((DUE_MS[seq] as number) < 2_000 ? (seq < 10 ? null : 9_000) : 250);
    const { lost, latencyMs } = measured(slowAtFirst, { warmUpMs: 2_000 });
    // What is lost then is lost all the same.
    expect(lost).toBe(10);
    expect(latencyMs).toMatchObject({ count: 1_600, never: 0, p50: 250, p99: 250, max: 250 });
    expect(measured(slowAtFirst).latencyMs).toMatchObject({ p99: 9_000 });
  });

  test("a generator that is stopped for 2 s: the phase is void, and says by how much", async () => {
    let nowMs = START_MS;
    const sleep = async (ms: number) => {
      nowMs += nowMs - START_MS === 3_000 ? 2_000 : ms;
    };
    const load = { lines: DUE_MS.map(String), dueMs: DUE_MS, startMs: START_MS, write: () => undefined };
    const generated = await generate(load, new AbortController().signal, { now: () => nowMs, sleep });
    expect(generated).toMatchObject({ written: 2_000, lateMaxMs: 1_995 });
    const well = { p99Ms: 0, maxMs: 0, refused: 0 };
    const reasons = voidReasons({ generated, timers: well, recorder: well, paths: [{ title: INFO.title }] });
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toContain("the worst 1995 ms");
  });
});

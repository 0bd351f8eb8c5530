import { describe, expect, test } from "vitest";
import { arrivalsOf, lambdaStages, sidecarStages } from "../../../compare/aws/samples.ts";
import type { Arrival, ArrivedLine } from "../../../functions/recorder/record.ts";

const RUN = "r1-lambda";
/** Its task began at 1,000,000. */
const DUE = [0, 10, 20, 30];
const entry = (seq: number, run = RUN): ArrivedLine => ({
  timestamp: 1_000_002 + seq * 10,
  marker: { run, seq, dueMs: 1_000_000 + seq * 10 },
});
const arrival = (arrivedAtMs: number, entries: readonly ArrivedLine[], rawBytes = 500): Arrival => ({
  arrivedAtMs,
  wireBytes: 100,
  rawBytes,
  contentEncoding: "gzip",
  entries,
});

describe("arrivalsOf", () => {
  test("counts each line's time from its own task's start; what never came is null", () => {
    const found = arrivalsOf(RUN, [arrival(1_004_000, [entry(0), entry(1)]), arrival(1_005_000, [entry(3)])], DUE);
    expect(found.arrivedMs).toEqual([4_000, 4_000, null, 5_000]);
    expect(found.usage).toEqual({
      requests: 2,
      wireBytes: 200,
      rawBytes: 1_000,
      overLimit: 0,
      answers: { "202": 2 },
    });
    expect(found.lines.get(3)).toEqual({ dueMs: 1_000_030, arrivedAtMs: 1_005_000, readMs: 1_000_032 });
  });

  test("takes the first arrival of a line, and counts the others", () => {
    const arrivals = [arrival(1_001_000, [entry(0)]), arrival(1_002_000, [entry(0), entry(1)])];
    const found = arrivalsOf(RUN, arrivals, DUE);
    expect(found.arrivedMs.slice(0, 2)).toEqual([1_000, 2_000]);
    expect(found.duplicates).toEqual([0]);
  });

  test("counts lines behind one with a higher number, and pieces of lines", () => {
    const found = arrivalsOf(RUN, [arrival(1_001_000, [entry(2), entry(0), {}, entry(1)])], DUE);
    expect(found).toMatchObject({ outOfOrder: 2, pieces: 1, duplicates: [] });
  });

  test("leaves out the other path, and lines beyond the load", () => {
    const found = arrivalsOf(RUN, [arrival(1_001_000, [entry(0, "r1-firelens")]), arrival(1_002_000, [entry(9)])], DUE);
    expect(found.arrivedMs).toEqual([null, null, null, null]);
    expect(found.usage.requests).toBe(1);
    expect(arrivalsOf(RUN, [], DUE).usage.answers).toEqual({});
  });

  test("counts requests over the intake's limits", () => {
    const many = Array.from({ length: 1_001 }, () => entry(0));
    const found = arrivalsOf(RUN, [arrival(1_001_000, many), arrival(1_002_000, [entry(1)], 5_000_001)], DUE);
    expect(found.usage.overLimit).toBe(2);
  });
});

describe("lambdaStages", () => {
  const ingested = new Map([[0, { dueMs: 1_000_000, readMs: 1_000_002, ingestedMs: 1_005_000, bytes: 100 }]]);
  const arrived = new Map([[0, { dueMs: 1_000_000, arrivedAtMs: 1_007_100 }]]);
  const invocation = {
    toldBy: "lambda",
    startMs: 1_007_000,
    endMs: 1_007_200,
    billedMs: 400,
    memoryMb: 512,
    maxMemoryMb: 140,
  } as const;

  test("parts a line's time so that the parts add up to its latency", () => {
    const stages = lambdaStages(1, arrived, ingested, [{ ...invocation, initMs: 150 }]);
    expect(stages).toEqual({ driver: [5_000], subscription: [1_850], start: [150], forwarder: [100] });
    const sum = Object.values(stages).reduce((total, [ms]) => total + (ms ?? 0), 0);
    expect(sum).toBe(1_007_100 - 1_000_000);
  });

  test("knows no more than the first stage if two invocations ran on arrival, or none", () => {
    const unknown = { driver: [5_000], subscription: [null], start: [null], forwarder: [null] };
    expect(lambdaStages(1, arrived, ingested, [invocation, invocation])).toEqual(unknown);
    expect(lambdaStages(1, arrived, ingested, [])).toEqual(unknown);
    expect(lambdaStages(1, new Map(), ingested, [invocation])).toEqual(unknown);
  });

  test("knows nothing of a line that CloudWatch Logs has not", () => {
    expect(lambdaStages(1, arrived, new Map(), [invocation])).toEqual({
      driver: [null],
      subscription: [null],
      start: [null],
      forwarder: [null],
    });
  });
});

test("a sidecar's one stage is all of the latency", () => {
  expect(sidecarStages([0, 10], [900, null])).toEqual({ sidecar: [900, null] });
});

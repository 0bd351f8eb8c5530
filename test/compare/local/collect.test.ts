import { expect, test } from "vitest";
import { collect } from "../../../compare/local/collect.ts";
import type { RunningPath } from "../../../compare/path.ts";

const path = (journey: RunningPath["journey"]): Parameters<typeof collect>[0] => ({
  info: {
    id: "p",
    kind: "firelens",
    title: "P",
    basis: "measured",
    stages: [
      { id: "buffer", title: "", basis: "measured" },
      { id: "network", title: "", basis: "measured" },
    ],
  },
  journey,
  usage: () => ({ cpuSeconds: 1 }),
  notes: () => ["note"],
});
const direct: RunningPath["journey"] = ({ dueMs }, headersAtMs, arrivedAtMs) => ({
  addedMs: 0,
  stagesMs: { buffer: headersAtMs - dueMs, network: arrivedAtMs - headersAtMs },
});
const arrival = (arrivedAtMs: number, seqs: number[]) => ({
  path: "p",
  headersAtMs: arrivedAtMs - 2,
  arrivedAtMs,
  wireBytes: 10,
  rawBytes: 100,
  seqs,
});
const collected = (arrivals: ReturnType<typeof arrival>[]) => ({
  startMs: 1_000,
  dueMs: [0, 10, 20, 30],
  lineBytes: 400,
  arrivals,
  summary: undefined,
});

test("first arrivals, lost lines, duplicates and pieces, all from the phase's start", () => {
  const samples = collect(
    path(direct),
    collected([arrival(1_100, [0, 1, -1]), arrival(1_200, [1, 3]), arrival(1_300, [1])]),
  );
  expect(samples.arrivedMs).toEqual([100, 100, null, 200]);
  expect(samples.stagesMs).toEqual({ buffer: [98, 88, null, 168], network: [2, 2, null, 2] });
  expect(samples.duplicates).toEqual([1, 1]);
  expect(samples.pieces).toBe(1);
  expect(samples.usage).toMatchObject({ cpuSeconds: 1, wireBytes: 30, rawBytes: 300, lineBytes: 400, requests: 3 });
  expect(samples.notes).toEqual(["note"]);
});

test("lines behind one with a higher number are out of order, also within a request", () => {
  expect(collect(path(direct), collected([arrival(1_100, [2, 0, 1, 3])])).outOfOrder).toBe(2);
  expect(collect(path(direct), collected([arrival(1_100, [0, 1, 2, 3])])).outOfOrder).toBe(0);
});

test("waiting that was not waited for counts, and changes the order", () => {
  const late: RunningPath["journey"] = (line, headers, arrived) => ({
    ...direct(line, headers, arrived),
    addedMs: line.seq === 0 ? 60_000 : 0,
  });
  const samples = collect(path(late), collected([arrival(1_100, [0, 1])]));
  expect(samples.arrivedMs).toEqual([60_100, 100, null, null]);
  expect(samples.outOfOrder).toBe(1);
});

test("modelled waits are drawn again around what was measured, but not of a phase in which something broke", () => {
  const waited: RunningPath["journey"] = ({ dueMs }, headersAtMs, arrivedAtMs) => ({
    addedMs: 0,
    stagesMs: { buffer: headersAtMs - dueMs, network: arrivedAtMs - headersAtMs },
  });
  const ranges = { count: 9, p50: { low: 1, high: 2 }, p95: { low: 1, high: 2 }, p99: { low: 1, high: 2 } };
  const asked: unknown[] = [];
  const drawing = {
    ...path(waited),
    draw: {
      stages: ["buffer"],
      again: (...given: unknown[]) => {
        asked.push(given);
        return { ranges, stagesMs: [{ buffer: 500 }, { buffer: 600 }, { buffer: 700 }, undefined] };
      },
    },
  };
  const arrivals = [arrival(1_100, [0, 1, 3])];
  const samples = collect(drawing, { ...collected(arrivals), warmUpMs: 7 });
  // 2 ms of network were measured; the third line was lost, and stays so.
  expect(asked).toEqual([
    [
      [
        { dueMs: 0, restMs: 2 },
        { dueMs: 10, restMs: 2 },
        { dueMs: 20, restMs: null },
        { dueMs: 30, restMs: 2 },
      ],
      7,
    ],
  ]);
  expect(samples.arrivedMs).toEqual([502, 612, null, 100]);
  expect(samples.stagesMs).toEqual({ buffer: [500, 600, null, 68], network: [2, 2, null, 2] });
  expect(samples.draws).toEqual(ranges);
  const broken = collect(drawing, { ...collected(arrivals), isBroken: true });
  expect(broken.arrivedMs).toEqual([100, 100, null, 100]);
  expect(broken).not.toHaveProperty("draws");
});

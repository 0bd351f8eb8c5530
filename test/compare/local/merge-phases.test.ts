import { expect, test } from "vitest";
import { asRepeat, mergePaths } from "../../../compare/local/merge-phases.ts";
import type { PathSamples, Phase } from "../../../compare/result.ts";

const samples = (arrivedMs: readonly (number | null)[]): PathSamples => ({
  arrivedMs,
  stagesMs: {},
  duplicates: [],
  outOfOrder: 0,
  pieces: 0,
  usage: { lineBytes: 1, wireBytes: 1, rawBytes: 1, requests: 1, answers: {}, overLimit: 0 },
  notes: [],
});
const phase = (paths: Phase["paths"], change: Partial<Phase> = {}): Phase => ({
  id: "steady",
  title: "Steady load",
  startMs: 1,
  loadMs: 40,
  linesPerSecond: 100,
  dueMs: [0, 10, 20, 30],
  paths,
  ...change,
});

const INFOS = [
  { id: "a", title: "A" },
  { id: "b", title: "B" },
  { id: "c", title: "C" },
];

test("runs of one path each are one phase of all", () => {
  const [a, b] = [samples([5, 15, 25, 35]), samples([9, 19, 29, 39])];
  expect(mergePaths([phase({ a }), phase({ b }, { startMs: 7 })], INFOS)).toEqual(phase({ a, b }));
  expect(mergePaths([], INFOS)).toBeUndefined();
});

test("it is void if one of them was; a machine that is busy is one reason, whatever ran meanwhile", () => {
  const [a, b, c] = [samples([5, 15, 25, 35]), samples([9, 19, 29, 39]), samples([1, 2, 3, 4])];
  const late = { void: ["Late while B ran."] };
  expect(mergePaths([phase({ a }), phase({ b }, late)], INFOS)).toEqual(phase({ a, b }, late));
  const merged = mergePaths([phase({ a }), phase({ b }, late), phase({ c }, { void: ["Late while C ran."] })], INFOS);
  expect(merged).toEqual(phase({ a, b, c }, { void: ["Late while B ran. Void for the same cause: C."] }));
});

test("a run that was cut short has fewer lines than the others, and is left out", () => {
  const [a, b] = [samples([5, 15, 25, 35]), samples([9, 19])];
  expect(mergePaths([phase({ a }), phase({ b }, { dueMs: [0, 10] })], INFOS)).toEqual(phase({ a }));
  // If it is the first, it is all there is.
  expect(mergePaths([phase({ b }, { dueMs: [0, 10] })], INFOS)?.paths).toEqual({ b });
});

test("of a run with another seed the counts are kept, and percentiles over the lines sent", () => {
  const all = {
    quick: samples([5, 15, 25, 35]),
    losing: samples([5, 15, null, null]),
    dead: samples([null, null, null, null]),
  };
  expect(asRepeat(phase(all, { void: ["late"] }), 3)).toEqual({
    seed: 3,
    void: ["late"],
    paths: {
      quick: { sent: 4, lost: 0, p50: 5, p99: 5 },
      losing: { sent: 4, lost: 2, p50: 5, p99: null },
      dead: { sent: 4, lost: 4, p50: null, p99: null },
    },
  });
});

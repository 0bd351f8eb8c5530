import { expect, test } from "vitest";
import { type RunItself, voidReasons } from "../../../compare/local/void.ts";

const LAMBDA = { title: "Lambda", starvedShare: 0.02 };
const SIDECAR = { title: "FireLens, hardened", starvedShare: 0.05 };
const WELL: RunItself = {
  generated: { lateP99Ms: 5, lateMaxMs: 30 },
  timers: { p99Ms: 2, maxMs: 30 },
  recorder: { p99Ms: 3, maxMs: 40, refused: 0 },
  paths: [LAMBDA, SIDECAR],
};

test("a run on a machine that keeps up is not void, nor is one of which the system does not tell", () => {
  expect(voidReasons(WELL)).toEqual([]);
  expect(voidReasons({ ...WELL, paths: [{ title: "Lambda" }] })).toEqual([]);
});

test.each<[string, Partial<RunItself>, string[]]>([
  ["a late generator", { generated: { lateP99Ms: 300, lateMaxMs: 450 } }, ["300 ms", "450 ms"]],
  ["one that stopped for 2 s of many minutes", { generated: { lateP99Ms: 4, lateMaxMs: 1_995 } }, ["1995 ms"]],
  ["late timers", { timers: { p99Ms: 80, maxMs: 160 } }, ["80 ms", "160 ms"]],
  ["a recorder that is saturated", { recorder: { p99Ms: 120, maxMs: 200, refused: 0 } }, ["120 ms", "200 ms"]],
  ["one without room for a request", { recorder: { p99Ms: 3, maxMs: 40, refused: 4 } }, ["full", "4 of the requests"]],
  ["a path that is starved", { paths: [LAMBDA, { ...SIDECAR, starvedShare: 0.34 }] }, ["FireLens, hardened", "34 %"]],
])("%s: one sentence, how much, and what to do", (_, change, said) => {
  const reasons = voidReasons({ ...WELL, ...change });
  expect(reasons).toHaveLength(1);
  for (const text of [...said, "idle machine"]) expect(reasons[0]).toContain(text);
});

test("what is late at the same time has one cause, and is one sentence", () => {
  const late = { p99Ms: 90, maxMs: 400 };
  const reasons = voidReasons({
    generated: { lateP99Ms: 7_000, lateMaxMs: 7_200 },
    timers: late,
    recorder: { ...late, refused: 0 },
    paths: [{ ...LAMBDA, starvedShare: 0.5 }],
  });
  expect(reasons).toHaveLength(1);
  for (const text of ["while Lambda ran", "7000 ms", "timers", "recorder", "50 %"]) expect(reasons[0]).toContain(text);
});

import { expect, test } from "vitest";
import {
  CALM_PHASES,
  FAULT_PHASES,
  loadMsOf,
  QUICK_PHASES,
  scaled,
  scheduleOf,
} from "../../../compare/local/phases.ts";

const ALL = [...CALM_PHASES, ...FAULT_PHASES];

test("has a phase for every way in which a path can fail, and steady load and a burst to measure it against", () => {
  expect(ALL.map(({ id }) => id)).toEqual([
    "steady",
    "burst",
    "outage-10s",
    "outage-60s",
    "silent-intake",
    "throttled",
    "killed",
  ]);
  expect(QUICK_PHASES.map(({ id }) => id)).toEqual(["steady", "burst", "outage-10s"]);
});

test.each(ALL.filter(({ fault }) => fault))("$id: lines are due before, during and after the fault", (spec) => {
  const due = scheduleOf(spec, 200);
  const { fromMs = 0, toMs = 0 } = spec.fault ?? {};
  expect(due.some((ms) => ms < fromMs)).toBe(true);
  expect(due.some((ms) => ms >= fromMs && ms < toMs)).toBe(true);
  expect(due.some((ms) => ms >= toMs)).toBe(true);
});

test("scaled, a phase has its load and its fault in so much of the time", () => {
  const spec = FAULT_PHASES[0] as (typeof FAULT_PHASES)[number];
  const half = scaled(spec, 0.5);
  expect(loadMsOf(half)).toBe(loadMsOf(spec) / 2);
  expect(half.fault).toMatchObject({ fromMs: 2_500, toMs: 7_500 });
  expect(scheduleOf(half, 200)).toHaveLength(scheduleOf(spec, 200).length / 2);
});

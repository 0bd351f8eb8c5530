import { expect, test } from "vitest";
import { loadMsOf, PHASE_IDS, phasesOf, scheduleOf } from "../../../compare/local/phases.ts";

const chosen = (change: Partial<Parameters<typeof phasesOf>[0]> = {}) =>
  phasesOf({ quick: false, timeScale: 1, seed: 1, ...change });
const ALL = chosen();
const ids = (phases: readonly { readonly id: string }[]) => phases.map(({ id }) => id);

test("has a phase for every way in which a path can fail, and steady load and a burst to measure it against", () => {
  expect(ids(ALL)).toEqual([
    "steady",
    "burst",
    "outage-10s",
    "outage-60s",
    "silent-intake",
    "throttled",
    "killed",
    "host-lost",
  ]);
  expect(ids(ALL)).toEqual(PHASE_IDS);
  expect(ids(chosen({ quick: true }))).toEqual(["steady", "burst", "outage-10s"]);
  expect(ids(chosen({ phases: ["killed", "steady"] }))).toEqual(["steady", "killed"]);
});

test.each(ALL.filter(({ fault }) => fault))("$id: lines are due before, during and after the fault", (spec) => {
  const due = scheduleOf(spec, 200);
  const { fromMs = 0, toMs = 0 } = spec.fault ?? {};
  expect(due.some((ms) => ms < fromMs)).toBe(true);
  expect(due.some((ms) => ms >= fromMs && ms < toMs)).toBe(true);
  expect(due.some((ms) => ms >= toMs)).toBe(true);
});

test("scaled, a phase has its load and its fault in so much of the time, and its title says so", () => {
  const [half] = chosen({ phases: ["outage-60s"], timeScale: 0.5 });
  const [whole] = chosen({ phases: ["outage-60s"] });
  if (!half || !whole) throw new Error("no phase");
  expect(loadMsOf(half)).toBe(loadMsOf(whole) / 2);
  expect(half.fault).toMatchObject({ title: "503 for 30 s", fromMs: 2_500, toMs: 32_500 });
  expect(half.title).toBe("Intake down for 30 s");
  expect(whole.title).toBe("Intake down for 60 s");
  expect(scheduleOf(half, 200)).toHaveLength(scheduleOf(whole, 200).length / 2);
});

test("what hits the paths themselves does so at another moment with each seed, within one flush of the awslogs driver", () => {
  const moments = Array.from({ length: 50 }, (_, seed) => chosen({ seed }).find(({ id }) => id === "host-lost")?.fault);
  const fromMs = moments.map((fault) => fault?.fromMs ?? Number.NaN).sort((a, b) => a - b);
  expect(fromMs[0]).toBeLessThan(8_500);
  expect(fromMs[0]).toBeGreaterThanOrEqual(8_000);
  expect(fromMs.at(-1)).toBeGreaterThan(12_500);
  expect(fromMs.at(-1)).toBeLessThan(13_000);
});

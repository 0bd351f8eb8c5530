import { describe, expect, it } from "vitest";
import { openRuleBudget } from "../../../../functions/forwarder/stages/rules/budget.ts";

/** Surely over 10 ms, and surely less than 100. */
const STEPS = 500_000;

function withClock(totalMs: number) {
  const clock = { ms: 1_000, looks: 0 };
  const monotonicMs = () => {
    clock.looks += 1;
    return clock.ms;
  };
  return { clock, budget: openRuleBudget({ totalMs, monotonicMs }) };
}

describe("the budget of an invocation's rules", () => {
  it("allows scans that surely fit, and no other", () => {
    const { budget } = withClock(100);
    budget.begin();
    expect(budget.mayScan(STEPS)).toBe(true);
    expect(budget.mayScan(STEPS * 100)).toBe(false);
    expect(budget.mayScan(STEPS)).toBe(true);
  });

  it("allows any number of scans that turn out to be quick", () => {
    const { budget } = withClock(100);
    budget.begin();
    for (let i = 0; i < 1_000; i++) expect(budget.mayScan(STEPS)).toBe(true);
  });

  it("reads the clock only where time might be over", () => {
    const { budget, clock } = withClock(1_000);
    budget.begin();
    for (let i = 0; i < 100; i++) budget.mayScan(100);
    budget.end(100);
    expect(clock.looks).toBe(2);
  });

  it("ends with the time, within an event and for all events after", () => {
    const { budget, clock } = withClock(100);
    budget.begin();
    clock.ms += 99;
    // What may have gone since the beginning is seen when it might matter: at the second scan at the latest.
    expect([budget.mayScan(STEPS), budget.mayScan(STEPS)]).toContain(false);
    budget.end(0);
    budget.begin();
    expect(budget.mayScan(STEPS)).toBe(false);
  });

  it("does not count the time between events", () => {
    const { budget, clock } = withClock(100);
    for (let i = 0; i < 100; i++) {
      budget.begin();
      expect(budget.mayScan(STEPS)).toBe(true);
      budget.end(0);
      clock.ms += 1_000;
    }
  });

  it("does not count what any event of its length may take", () => {
    const { budget, clock } = withClock(100);
    for (let i = 0; i < 100; i++) {
      budget.begin();
      expect(budget.mayScan(STEPS)).toBe(true);
      clock.ms += 20;
      budget.end(100_000);
    }
  });

  it("leaves half of itself to other events, however often one is scanned again", () => {
    const { budget, clock } = withClock(1_000);
    budget.begin();
    let scans = 0;
    for (; budget.mayScanAgain(STEPS); scans++) clock.ms += 10;
    expect(scans).toBeGreaterThan(20);
    expect(scans).toBeLessThanOrEqual(50);
    budget.end(0);
    budget.begin();
    expect(budget.mayScan(STEPS)).toBe(true);
  });
});

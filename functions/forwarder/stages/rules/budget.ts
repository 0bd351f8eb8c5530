/**
 * The time that the rules of one invocation may take, all its deliveries together. A scan in the engine can't be stopped
 * once it runs, so each is asked for before: what might not fit in the time left, on the worst text there is, does not begin.
 */
export interface RuleBudget {
  /** Time counts from here, for one event or for the names of one delivery. */
  readonly begin: () => void;
  /** Time counts no more: what comes between, such as sending, is not the rules' own. */
  readonly end: (characters: number) => void;
  /** Whether a scan of so many steps (characters × size of the program) surely fits in what is left. */
  readonly mayScan: (steps: number) => boolean;
  /** The same for one more scan of a text that has had one: they all together get half, so that other events get theirs. */
  readonly mayScanAgain: (steps: number) => boolean;
  /** Told once of each event, or names, that could not be judged. */
  readonly outOfTime: () => void;
}

/**
 * What is not known, since there was no time to find out. Neither yes nor no: what it would drop is kept, what it would
 * redact goes whole.
 */
export const UNKNOWN = Symbol("unknown");

export interface BudgetOptions {
  readonly totalMs?: number;
  /** How many times as long everything takes as on a whole core. */
  readonly slowness?: number;
  readonly monotonicMs?: () => number;
  readonly outOfTime?: () => void;
}

/** For one invocation, besides what ordinary work takes. */
export const RULES_MS = 5_000;

/**
 * So much of each event is free: 200 ns a character, and the same for 25 of them. Three ordinary rules take 10 to 60 on one
 * core (2026-11), so that any number of ordinary events leaves the budget as it was, on a third of a core as well.
 */
const FREE_MS_PER_CHARACTER = 200e-6;
const FREE_CHARACTERS = 25;

/**
 * The most that re2js 2.10 takes for a scan, measured on random and repeated texts of 1 KB to 1 MB and programs of 5 to
 * 2,400 instructions (2026-11, one core): 5 to 18 ns a step, seldom 25. In `test` there may be up to 90 ns a step more
 * while it builds its automaton, which it gives up when 8 MB are full: after 150 ms at most.
 */
const SCAN_MS_PER_STEP = 30e-6;
const BUILD_MS_PER_STEP = 100e-6;
const MAX_BUILD_MS = 200;
const longestMs = (steps: number) => steps * SCAN_MS_PER_STEP + Math.min(steps * BUILD_MS_PER_STEP, MAX_BUILD_MS);

/**
 * The clock is read at both ends of an event, and between them only when what was allowed since the last look might have
 * used up what is left: an ordinary event needs no such look.
 */
export function openRuleBudget({
  totalMs = RULES_MS,
  slowness = 1,
  monotonicMs = () => performance.now(),
  outOfTime = () => undefined,
}: BudgetOptions = {}): RuleBudget {
  /** When the event under way began. */
  let leftMs = totalMs;
  let began = 0;
  /** As of the last look at the clock, and what may have been added since. */
  let spentMs = 0;
  let allowedMs = 0;

  function fits(steps: number, limitMs: number): boolean {
    const ms = slowness * longestMs(steps);
    if (spentMs + allowedMs + ms > limitMs) {
      spentMs = monotonicMs() - began;
      allowedMs = 0;
      if (spentMs + ms > limitMs) return false;
    }
    allowedMs += ms;
    return true;
  }

  return {
    begin() {
      began = monotonicMs();
      spentMs = 0;
      allowedMs = 0;
    },
    end(characters) {
      const free = slowness * (characters + FREE_CHARACTERS) * FREE_MS_PER_CHARACTER;
      leftMs -= Math.max(0, monotonicMs() - began - free);
    },
    mayScan: (steps) => fits(steps, leftMs),
    mayScanAgain: (steps) => fits(steps, leftMs / 2),
    outOfTime,
  };
}

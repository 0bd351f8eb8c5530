import type { Outcome } from "./carry-out.ts";
import { isUnmet, type Why } from "./whys.ts";

/** What became of the log groups of one invocation: `logGroups` is the sum of all other counts. */
export interface Counts {
  readonly logGroups: number;
  /** With a dry run, what would have been done. */
  readonly added: number;
  readonly updated: number;
  readonly removed: number;
  /** As it should be, or not wanted: why → how many. */
  readonly left: Readonly<Partial<Record<Why, number>>>;
  /** Wanted, and not as the rule says: why → how many. */
  readonly unmet: Readonly<Partial<Record<Why, number>>>;
  /** Some of these by name, and why. */
  readonly unmetLogGroups: Readonly<Record<string, Why>>;
}

/** More would make the line hard to read. */
const MAX_NAMES = 20;

export function openTally() {
  const done = { added: 0, updated: 0, removed: 0 };
  const left: Partial<Record<Why, number>> = {};
  const unmet: Partial<Record<Why, number>> = {};
  const names: Record<string, Why> = {};
  let logGroups = 0;
  return {
    add: (logGroup: string, outcome: Extract<Outcome, { done: unknown } | { left: unknown }>) => {
      logGroups += 1;
      if ("done" in outcome) {
        done[outcome.done] += 1;
        return;
      }
      const { left: why } = outcome;
      const counts = isUnmet(why) ? unmet : left;
      counts[why] = (counts[why] ?? 0) + 1;
      if (isUnmet(why) && Object.keys(names).length < MAX_NAMES) names[logGroup] = why;
    },
    counts: (): Counts => ({ logGroups, ...done, left, unmet, unmetLogGroups: names }),
  };
}

export const sumOf = (counts: Readonly<Partial<Record<Why, number>>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

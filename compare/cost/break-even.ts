import type { BreakEven, CostPathId } from "./types.ts";

/** Dollars a month, all tasks together, at so many GB per task and month. */
export type CostAt = (path: CostPathId, gbPerTaskMonth: number) => number;

/** The pairs of paths that a user chooses between. */
const PAIRS: readonly (readonly [CostPathId, CostPathId])[] = [
  ["lambda", "firelens-next-size"],
  ["lambda", "firelens-in-slack"],
  ["lambda", "kinesis-lambda"],
  ["lambda", "firehose"],
  ["firehose", "firelens-next-size"],
];

/** GB per task and month: from a line now and then to more than a task can write. */
const FROM_GB = 1e-3;
const TO_GB = 1e5;
const STEPS = 160;
/** Halved so often, an interval is as short as numbers are exact. */
const HALVINGS = 60;
/** Dollars below which two costs are the same. */
const SAME_USD = 1e-9;

/** One entry for each volume at which a pair costs the same: free tiers and tiers of volume may make it several. */
export function findBreakEvens(costAt: CostAt): BreakEven[] {
  return PAIRS.flatMap((between) => breakEvensOf(between, costAt));
}

function breakEvensOf(between: readonly [CostPathId, CostPathId], costAt: CostAt): BreakEven[] {
  const [first, second] = between;
  const differenceAt = (gb: number) => {
    const usd = costAt(first, gb) - costAt(second, gb);
    return Math.abs(usd) < SAME_USD ? 0 : usd;
  };
  const cheaper = (difference: number) => (difference > 0 ? second : first);
  const found: BreakEven[] = [];
  let before: { readonly gb: number; readonly difference: number } | undefined;
  for (const gb of volumes()) {
    const difference = differenceAt(gb);
    if (difference === 0) continue;
    if (before && Math.sign(before.difference) !== Math.sign(difference)) {
      const gbPerTaskMonth = crossing(differenceAt, before.gb, gb);
      found.push({ between, gbPerTaskMonth, cheaperBelow: cheaper(before.difference) });
    }
    before = { gb, difference };
  }
  return found.length > 0 ? found : [{ between, gbPerTaskMonth: null, cheaperBelow: cheaper(before?.difference ?? 0) }];
}

const volumes = () => Array.from({ length: STEPS + 1 }, (_, i) => FROM_GB * (TO_GB / FROM_GB) ** (i / STEPS));

/** By bisection on the real curves, between volumes at which the sign differs. */
function crossing(differenceAt: (gb: number) => number, from: number, to: number): number {
  const sign = Math.sign(differenceAt(from));
  let [low, high] = [from, to];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (Math.sign(differenceAt(middle)) === sign) low = middle;
    else high = middle;
  }
  return high;
}

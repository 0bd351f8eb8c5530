import { compareCosts, estimateCosts } from "../cost/compare-costs.ts";
import { completeInput } from "../cost/complete-input.ts";
import { loadPrices } from "../cost/prices.ts";
import type { CostComparison, CostEstimate, CostInput } from "../cost/types.ts";
import { usageFromResult } from "../cost/usage-from-result.ts";
import type { PathInfo, Result } from "../result.ts";
import type { PathSummary } from "../stats/summary.ts";
import { formatUsd, NOTHING } from "./format.ts";
import { MODELLED_MARK } from "./marks.ts";
import type { Column } from "./path-row.ts";

/**
 * Dollars per GB of log text by path id. FireLens has two: the sidecar lives on what the task has to spare; it makes
 * the task one size larger.
 */
export type PathCosts = ReadonlyMap<string, readonly number[]>;

/** What a report tells about cost. */
export interface ReportCost {
  readonly comparison: CostComparison;
  readonly usdPerGb: PathCosts;
}

/**
 * From what a run measured, and defaults for what it can't: volume, tasks, retention, egress.
 * @throws PricesError if there is no price of the run's region
 */
export function costOfResult(result: Result): ReportCost {
  const prices = loadPrices();
  // Each sidecar's own bytes on the wire: without compression they cost several times as much. What a model of a path
  // sent counts, too: it all is modelled here.
  const estimatesFor = (path: PathInfo) =>
    estimateCosts(inputOf({ ...result, paths: [{ ...path, basis: "measured" }] }), prices);
  return {
    comparison: compareCosts(inputOf(result), prices),
    usdPerGb: new Map(result.paths.map((path) => [path.id, usdOf(path, estimatesFor(path))])),
  };
}

const inputOf = (result: Result): CostInput => completeInput(usageFromResult(result));

function usdOf({ kind }: PathInfo, estimates: readonly CostEstimate[]): number[] {
  const ids = kind === "lambda" ? ["lambda"] : ["firelens-in-slack", "firelens-next-size"];
  return estimates.filter(({ path }) => ids.includes(path)).map(({ usdPerGb }) => usdPerGb);
}

export const costColumns = (cost: ReportCost | undefined): Column<PathSummary>[] =>
  cost
    ? [
        {
          title: "$ per GB",
          cell: ({ id }) => {
            const usd = cost.usdPerGb.get(id) ?? [];
            return usd.length === 0 ? NOTHING : MODELLED_MARK + usd.map(formatUsd).join("–");
          },
        },
      ]
    : [];

export const COST_NOTE =
  "$ per GB of log text, modelled; of FireLens first with a sidecar that fits into its task, then with one that makes the task a size larger.";

import { type Model, openModel } from "../modelled.ts";
import { loadPrices } from "../prices/prices.ts";
import type { PathInfo, Result } from "../result.ts";
import { compareCosts } from "./compare-costs.ts";
import { completeInput } from "./complete-input.ts";
import type { CostComparison, CostInput, CostPathId } from "./types.ts";
import { usageFromResult } from "./usage-from-result.ts";

/**
 * Dollars of one path of a run. FireLens has two: the sidecar lives on what the task has to spare; it makes the task one
 * size larger.
 */
export interface PathCost {
  readonly usdPerMonth: readonly number[];
  readonly usdPerGb: readonly number[];
  /** If the logs are in CloudWatch anyway. */
  readonly besideCloudwatch: readonly number[];
  /** What the sidecar reserves of the task's memory, MB. */
  readonly memoryMb: number;
}

/** What a report tells about cost. */
export interface ReportCost {
  /** With the sidecar that is advised, if it took part. */
  readonly comparison: CostComparison;
  /** By path id, each sidecar with its own memory and its own bytes on the wire. */
  readonly paths: ReadonlyMap<string, PathCost>;
}

/** What dollars are for; what is left out is what the run measured, or a default. */
export interface Usage {
  readonly given: Partial<CostInput>;
  readonly model?: Model;
}

/**
 * From what a run measured, and defaults for what it can't: volume, tasks, retention, egress.
 * @throws PricesError if there is no price of the run's region
 */
export function costOfResult(result: Result, { given, model = openModel() }: Usage = { given: {} }): ReportCost {
  const prices = loadPrices();
  const compared = (paths: Result["paths"]) => {
    const measured = usageFromResult({ ...result, paths }, model);
    return compareCosts(completeInput({ ...measured, ...given }, model), prices, model);
  };
  const lambdas = result.paths.filter(({ kind }) => kind === "lambda");
  // What a model of a sidecar sent counts, too: it all is modelled here.
  const alone = (path: PathInfo) => compared([...lambdas, { ...path, basis: "measured" }]);
  return {
    comparison: compared(result.paths),
    paths: new Map(result.paths.map((path) => [path.id, costOf(path, alone(path))])),
  };
}

function costOf({ kind }: PathInfo, { estimates, besideCloudwatch, input }: CostComparison): PathCost {
  const ids = COLUMNS[kind];
  const of = ids.flatMap((id) => estimates.filter(({ path }) => path === id));
  return {
    usdPerMonth: of.map(({ usdPerMonth }) => usdPerMonth),
    usdPerGb: of.map(({ usdPerGb }) => usdPerGb),
    besideCloudwatch: ids.map((id) => besideCloudwatch[id]),
    memoryMb: kind === "firelens" ? input.sidecarMemoryMb : 0,
  };
}

/** Of the cost table, for a path of a run. */
const COLUMNS: Readonly<Record<PathInfo["kind"], readonly CostPathId[]>> = {
  lambda: ["lambda"],
  kinesis: ["kinesis-lambda"],
  firelens: ["firelens-in-slack", "firelens-next-size"],
};

import { type Model, openModel } from "../modelled.ts";
import { atVolume } from "./batch-events.ts";
import { type CostAt, findBreakEvens } from "./break-even.ts";
import { type Costing, openCosting } from "./costing.ts";
import { drawCurves } from "./curves.ts";
import { firehoseItems } from "./firehose-cost.ts";
import { firelensInSlackItems, firelensNextSizeItems } from "./firelens-cost.ts";
import { kinesisItems } from "./kinesis-cost.ts";
import { lambdaItems } from "./lambda-cost.ts";
import type { Prices } from "./prices.ts";
import { recommend } from "./recommend.ts";
import type { CostComparison, CostEstimate, CostInput, CostItem, CostPathId } from "./types.ts";

interface CostPath {
  readonly title: string;
  readonly items: (costing: Costing) => CostItem[];
}

/** In the order of a report. */
const PATHS: Readonly<Record<CostPathId, CostPath>> = {
  lambda: { title: "Lambda", items: lambdaItems },
  "kinesis-lambda": { title: "Kinesis + Lambda", items: kinesisItems },
  firehose: { title: "Firehose", items: firehoseItems },
  "firelens-in-slack": { title: "FireLens, in the task's slack", items: firelensInSlackItems },
  "firelens-next-size": { title: "FireLens, next Fargate size", items: firelensNextSizeItems },
};

export const COST_PATHS = Object.keys(PATHS) as CostPathId[];

/**
 * What a month costs on every path. Along the curves all stays as it is but the volume, and what a delivery has of it.
 * @throws PricesError if there are no prices of the region; RangeError if Fargate has no size for task and sidecar
 */
export function compareCosts(input: CostInput, prices: Prices, model: Model = openModel()): CostComparison {
  const costing = openCosting(input, prices, model);
  const estimates = estimatesOf(costing);
  const costAt: CostAt = remembered((path, gbPerTaskMonth) => {
    const there = openCosting(atVolume(input, gbPerTaskMonth, model), prices, model);
    return estimateOf(path, there).usdPerMonth;
  });
  const breakEvens = findBreakEvens(costAt);
  return {
    input,
    pricesDate: prices.date,
    estimates,
    breakEvens,
    curves: drawCurves(COST_PATHS, costAt, breakEvens, input),
    recommendation: recommend(costing, estimates, breakEvens),
  };
}

/** No more than what each path costs at this volume. Fails as `compareCosts` does. */
export const estimateCosts = (input: CostInput, prices: Prices, model: Model = openModel()): CostEstimate[] =>
  estimatesOf(openCosting(input, prices, model));

const estimatesOf = (costing: Costing) => COST_PATHS.map((path) => estimateOf(path, costing));

function estimateOf(path: CostPathId, costing: Costing): CostEstimate {
  const { title, items: itemsOf } = PATHS[path];
  const items = itemsOf(costing);
  const usdPerMonth = items.reduce((sum, item) => sum + item.usdPerMonth, 0);
  return { path, title, items, usdPerMonth, usdPerGb: usdPerMonth / costing.textGb };
}

/** Pairs and curves ask for the same volumes again. */
function remembered(costAt: CostAt): CostAt {
  const known = new Map<string, number>();
  return (path, gb) => {
    const key = `${path} ${gb}`;
    const usd = known.get(key) ?? costAt(path, gb);
    known.set(key, usd);
    return usd;
  };
}

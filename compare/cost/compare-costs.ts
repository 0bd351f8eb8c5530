import { type Model, openModel } from "../modelled.ts";
import { type Prices, pricesOf } from "../prices/prices.ts";
import { atVolume } from "./batch-events.ts";
import { type CostAt, findBreakEvens } from "./break-even.ts";
import { type Costing, costingWith } from "./costing.ts";
import { drawCurves } from "./curves.ts";
import { firelensInSlackItems, firelensNextSizeItems, taskSizes } from "./firelens-cost.ts";
import { lambdaItems } from "./lambda-cost.ts";
import { firehoseItems, kinesisItems } from "./stream-cost.ts";
import type { CostComparison, CostEstimate, CostInput, CostItem, CostPathId, RawBytes } from "./types.ts";

interface CostPath {
  readonly title: string;
  readonly items: (costing: Costing) => CostItem[];
}

/** In the order of a report. */
const PATHS: Readonly<Record<CostPathId, CostPath>> = {
  lambda: { title: "Lambda", items: lambdaItems },
  "kinesis-lambda": { title: "Kinesis + Lambda", items: kinesisItems },
  firehose: { title: "Firehose", items: firehoseItems },
  "firelens-in-slack": { title: "FireLens, in slack", items: firelensInSlackItems },
  "firelens-next-size": { title: "FireLens, next size", items: firelensNextSizeItems },
};

export const COST_PATHS = Object.keys(PATHS) as CostPathId[];

/**
 * What a month costs on every path. Along the curves all stays as it is but the volume, and what a delivery has of it.
 * @throws PricesError if there are no prices of the region; RangeError if Fargate has no size for task and sidecar
 */
export function compareCosts(input: CostInput, prices: Prices, model: Model = openModel()): CostComparison {
  const rows = pricesOf(prices, input.region);
  const costing = costingWith(input, rows, model);
  const estimates = estimatesOf(costing);
  const costAt: CostAt = remembered((path, gbPerTaskMonth) => {
    const there = costingWith(atVolume(input, gbPerTaskMonth, model), rows, model);
    return estimateOf(path, there).usdPerMonth;
  });
  const breakEvens = findBreakEvens(costAt);
  return {
    input,
    pricesDate: prices.date,
    estimates,
    breakEvens,
    curves: drawCurves(COST_PATHS, costAt, breakEvens, input),
    besideCloudwatch: besideCloudwatch(input, prices, model),
    byRawBytes: byRawBytes(costing),
    taskSizes: taskSizes(costing),
  };
}

function besideCloudwatch(input: CostInput, prices: Prices, model: Model): CostComparison["besideCloudwatch"] {
  const estimates = estimateCosts({ ...input, inCloudwatchAnyway: true }, prices, model);
  return Object.fromEntries(estimates.map(({ path, usdPerMonth }) => [path, usdPerMonth])) as Record<
    CostPathId,
    number
  >;
}

function byRawBytes({ input, events, model }: Costing): CostComparison["byRawBytes"] {
  const usdPerGb = model.get("cost.datadogUsdPerRawGb");
  const raw = (entryBytes: number): RawBytes => {
    const bytesPerLine = input.lineBytes + entryBytes;
    return { bytesPerLine, usdPerMonth: ((events * bytesPerLine) / 1e9) * usdPerGb };
  };
  return { lambda: raw(input.entryBytesLambda), firelens: raw(input.entryBytesFirelens) };
}

/** What a month costs on every path, and no more. Throws as `compareCosts` does. */
export const estimateCosts = (input: CostInput, prices: Prices, model: Model = openModel()): CostEstimate[] =>
  estimatesOf(costingWith(input, pricesOf(prices, input.region), model));

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

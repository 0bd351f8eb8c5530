import { EVENT_OVERHEAD_BYTES } from "../../tools/cloudwatch.ts";
import type { Model } from "../modelled.ts";
import type { PriceName } from "../prices/price-rows.ts";
import { type Prices, pricesOf, type RegionPrices, tieredCost } from "../prices/prices.ts";
import type { CostEstimate, CostInput, CostItem } from "./types.ts";

/** As AWS counts a month. */
export const HOURS_PER_MONTH = 730;
export const DAYS_PER_MONTH = HOURS_PER_MONTH / 24;
export const SECONDS_PER_MONTH = HOURS_PER_MONTH * 3_600;

/** Lambda and Fargate count memory in units of 1,024 MB. */
export const MB_PER_GB = 1_024;

/** What the items of all paths are computed from. Volumes are of a month. */
export interface Costing {
  readonly input: CostInput;
  readonly model: Model;
  readonly textGb: number;
  readonly events: number;
  /** Batches in which CloudWatch Logs hands events to a subscription. */
  readonly deliveries: number;
  /** Text of the events and 26 bytes each. */
  readonly ingestedGb: number;
  /** What the awslogs driver sends: JSON, not compressed. */
  readonly driverGb: number;
  /** Dollars for so many units. @param before units of the same that are charged elsewhere: they use up tiers first */
  readonly priceOf: (name: PriceName, amount: number, before?: number) => number;
}

/** @throws PricesError if there are no prices of the region */
export const openCosting = (input: CostInput, prices: Prices, model: Model): Costing =>
  costingWith(input, pricesOf(prices, input.region), model);

/** @param rows of the input's region */
export function costingWith(input: CostInput, rows: RegionPrices, model: Model): Costing {
  const freeShare = model.get("cost.freeTierShare");
  const priceOf = (name: PriceName, amount: number, before = 0) => {
    const { tiers, free } = rows[name];
    const upTo = (units: number) => tieredCost(tiers, free * freeShare, units);
    return upTo(before + amount) - upTo(before);
  };
  const textGb = input.gbPerDay * DAYS_PER_MONTH;
  const events = (textGb * 1e9) / input.lineBytes;
  return {
    input,
    model,
    textGb,
    events,
    deliveries: events / input.batchEvents,
    ingestedGb: textGb + (events * EVENT_OVERHEAD_BYTES) / 1e9,
    driverGb: textGb + (events * model.get("cost.driverBytesPerEvent")) / 1e9,
    priceOf,
  };
}

export const item = (id: string, title: string, usdPerMonth: number): CostItem => ({ id, title, usdPerMonth });

/** Items of all paths, each once, in the order in which they come first. */
export function allItems(estimates: readonly CostEstimate[]): Pick<CostItem, "id" | "title">[] {
  const titles = new Map(estimates.flatMap(({ items }) => items.map(({ id, title }) => [id, title] as const)));
  return [...titles].map(([id, title]) => ({ id, title }));
}

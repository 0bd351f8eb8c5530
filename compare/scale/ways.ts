import { INTAKE_LIMITS } from "../../functions/records/intake-limits.ts";
import { type Costing, openCosting, SECONDS_PER_MONTH } from "../cost/costing.ts";
import { lambdaItems } from "../cost/lambda-cost.ts";
import { invocationsOf, kinesisItems } from "../cost/stream-cost.ts";
import type { CostItem } from "../cost/types.ts";
import type { Model } from "../modelled.ts";
import type { Prices } from "../prices/prices.ts";
import type { ScaleFigures } from "./figures.ts";
import type { Load } from "./load.ts";

/** From CloudWatch Logs to the forwarder: it is invoked for each delivery, or reads a stream of them in batches. */
export const WAYS = ["direct", "kinesis"] as const;
export type Way = (typeof WAYS)[number];

/** What a way makes of the load of one account. */
export interface WayLoad {
  readonly way: Way;
  readonly invocationsPerSecond: number;
  /** Of one invocation, while the intake is well. */
  readonly invocationSeconds: number;
  /** Forwarders at once while the intake is well, on average: Little's law. */
  readonly atOnce: number;
  /** Forwarders at once that the account must have to spare, so that an outage holds up nothing else. */
  readonly atOnceNeeded: number;
  readonly requestsPerSecond: number;
  /** Events in an invocation, and so in an object of the bucket during an outage. */
  readonly eventsPerInvocation: number;
  /** Dollars, without CloudWatch's own ingestion and storage. */
  readonly usdPerMonth: number;
}

export interface ScaleModel {
  readonly model: Model;
  readonly figures: ScaleFigures;
  readonly prices: Prices;
}

/** Forwarders to reserve at least, docs/deploying.md. */
export const MIN_RESERVED = 20;

export function wayLoad(way: Way, load: Load, { model, figures, prices }: ScaleModel): WayLoad {
  const costing = openCosting({ ...load.input, inCloudwatchAnyway: true }, prices, model);
  const { invocationsPerSecond, items, atOnceNeeded } = OF[way](costing, load, model, figures);
  const { billedMsPerDelivery, billedMsPerThousandEvents, lineBytes, entryBytesLambda } = load.input;
  const eventsPerInvocation = load.eventsPerSecond / invocationsPerSecond;
  const invocationSeconds = (billedMsPerDelivery + (eventsPerInvocation / 1_000) * billedMsPerThousandEvents) / 1_000;
  const bodyBytesPerSecond = load.eventsPerSecond * (lineBytes + entryBytesLambda);
  return {
    way,
    invocationsPerSecond,
    invocationSeconds,
    atOnce: invocationsPerSecond * invocationSeconds,
    atOnceNeeded: Math.max(atOnceNeeded, invocationsPerSecond * invocationSeconds),
    requestsPerSecond: Math.max(
      invocationsPerSecond,
      load.eventsPerSecond / INTAKE_LIMITS.maxEntries,
      bodyBytesPerSecond / INTAKE_LIMITS.maxBytes,
    ),
    eventsPerInvocation,
    usdPerMonth: items.reduce((sum, { usdPerMonth }) => sum + usdPerMonth, 0),
  };
}

interface Invoked {
  readonly invocationsPerSecond: number;
  readonly items: readonly CostItem[];
  readonly atOnceNeeded: number;
}

const OF: Readonly<Record<Way, (costing: Costing, load: Load, model: Model, figures: ScaleFigures) => Invoked>> = {
  direct: (costing, { deliveriesPerSecond }, _model, figures) => ({
    invocationsPerSecond: deliveriesPerSecond,
    items: lambdaItems(costing),
    atOnceNeeded: Math.max(MIN_RESERVED, figures("forwarder.reservedPerDelivery") * deliveriesPerSecond),
  }),
  kinesis: (costing, load, model, figures) => ({
    invocationsPerSecond: invocationsOf(costing) / SECONDS_PER_MONTH,
    items: kinesisItems(costing),
    atOnceNeeded: shardsOf(load, model, figures) * model.get("cost.kinesisParallelization"),
  }),
};

/** Those that a stream on demand has once it has seen this load for a while. */
function shardsOf({ deliveryBytesPerSecond, deliveriesPerSecond }: Load, model: Model, figures: ScaleFigures): number {
  const used = Math.max(
    deliveryBytesPerSecond / figures("kinesis.shardBytesPerSecond"),
    deliveriesPerSecond / figures("kinesis.shardRecordsPerSecond"),
  );
  return Math.max(model.get("cost.kinesisShards"), Math.ceil(used * figures("kinesis.headroom")));
}

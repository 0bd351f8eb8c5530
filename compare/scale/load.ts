import { completeInput } from "../cost/complete-input.ts";
import type { CostInput } from "../cost/types.ts";
import type { Model } from "../modelled.ts";

/** What is asked about. */
export interface ScaleInput {
  /** Text of the log lines, GB (10⁹ bytes) a day, all accounts together. */
  readonly gbPerDay: number;
  /** Log streams that are written to all the time, all accounts together: one for each container. */
  readonly streams: number;
  /** Of a line on average. */
  readonly lineBytes: number;
  readonly outageHours: number;
  readonly region: string;
  /** That share the load evenly. */
  readonly accounts: number;
}

/** What one account has to carry. Rates are means over a day. */
export interface Load {
  /** For the cost model, of this account alone. */
  readonly input: CostInput;
  readonly textBytesPerSecond: number;
  readonly eventsPerSecond: number;
  readonly eventsPerDelivery: number;
  /** Deliveries of CloudWatch Logs, and as many calls that wrote them there. */
  readonly deliveriesPerSecond: number;
  /** Of all deliveries, as gzip. */
  readonly deliveryBytesPerSecond: number;
  /** As many log streams share it all; each writes as much as the others. */
  readonly streams: number;
}

const SECONDS_PER_DAY = 86_400;

/** One of `accounts` equal shares. */
export function loadOf({ gbPerDay, streams, lineBytes, region, accounts }: ScaleInput, model: Model): Load {
  const share = { gbPerDay: gbPerDay / accounts, tasks: streams / accounts, lineBytes, region };
  const input = completeInput(share, model);
  const textBytesPerSecond = (share.gbPerDay * 1e9) / SECONDS_PER_DAY;
  const eventsPerSecond = textBytesPerSecond / lineBytes;
  return {
    input,
    textBytesPerSecond,
    eventsPerSecond,
    eventsPerDelivery: input.batchEvents,
    deliveriesPerSecond: eventsPerSecond / input.batchEvents,
    deliveryBytesPerSecond: textBytesPerSecond * model.get("cost.deliveryRatio"),
    streams: share.tasks,
  };
}

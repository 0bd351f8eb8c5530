import { cloudwatchItems } from "./cloudwatch-cost.ts";
import { type Costing, HOURS_PER_MONTH, item, SECONDS_PER_MONTH } from "./costing.ts";
import { forwarderItems } from "./lambda-cost.ts";
import { networkItems } from "./network-cost.ts";
import { deliveriesGb } from "./record-size.ts";
import type { CostItem } from "./types.ts";

/** On demand, records written are counted in whole KB, those read as they are: https://aws.amazon.com/kinesis/data-streams/pricing/ (2026-11) */
const RECORD_STEP_BYTES = 1_024;

/** Default BatchSize: https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html (2026-11) */
const RECORDS_PER_INVOCATION = 100;

/** Log group → subscription → stream on demand → function → intake. */
export function kinesisItems(costing: Costing): CostItem[] {
  const { input, textGb, driverGb, priceOf } = costing;
  return [
    ...cloudwatchItems(costing),
    item("kinesis-stream", "Kinesis stream", priceOf("kinesis-stream-hour", HOURS_PER_MONTH)),
    item("kinesis-in", "Kinesis data in", priceOf("kinesis-in-gb", deliveriesGb(costing, RECORD_STEP_BYTES))),
    item("kinesis-out", "Kinesis data out", priceOf("kinesis-out-gb", deliveriesGb(costing))),
    ...forwarderItems(costing, invocationsOf(costing)),
    ...networkItems(costing, { sentGb: textGb * input.wireRatioLambda, driverGb }),
  ];
}

/**
 * Lambda polls each shard once a second and hands over what is there, at most 100 records: as many invocations as
 * seconds in which a shard has a record, if those come at random.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html (2026-11)
 */
function invocationsOf({ deliveries, model }: Costing): number {
  const polls = model.get("cost.kinesisShards") * SECONDS_PER_MONTH;
  return Math.max(-polls * Math.expm1(-deliveries / polls), deliveries / RECORDS_PER_INVOCATION);
}

import { type Costing, HOURS_PER_MONTH, item, SECONDS_PER_MONTH } from "./costing.ts";
import { cloudwatchItems, forwarderItems } from "./lambda-cost.ts";
import { networkItems } from "./network-cost.ts";
import type { CostItem } from "./types.ts";

/** On demand, records written are counted in whole KB, those read as they are: https://aws.amazon.com/kinesis/data-streams/pricing/ (2026-11) */
const KINESIS_STEP_BYTES = 1_024;

/** Log group → subscription → stream on demand → function → intake. */
export function kinesisItems(costing: Costing): CostItem[] {
  const { input, model, textGb, priceOf } = costing;
  return [
    ...cloudwatchItems(costing),
    item("kinesis-stream", "Kinesis stream", priceOf("kinesis-stream-hour", HOURS_PER_MONTH)),
    item("kinesis-in", "Kinesis data in", priceOf("kinesis-in-gb", deliveriesGb(costing, KINESIS_STEP_BYTES))),
    item("kinesis-out", "Kinesis data out", priceOf("kinesis-out-gb", deliveriesGb(costing))),
    ...forwarderItems(costing, invocationsOf(costing), model.get("cost.alarms") + model.get("cost.kinesisAlarms")),
    ...networkItems(costing, {
      sentGb: textGb * input.wireRatioLambda,
      driverGb: input.inCloudwatchAnyway ? 0 : costing.driverGb,
    }),
  ];
}

/**
 * Lambda collects what comes in a window, for each shard as often as batches of it are handled side by side: as many
 * invocations as windows with a record, if those come at random, and more where a batch is full before.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html (2026-11)
 */
export function invocationsOf(costing: Costing): number {
  const { deliveries, model } = costing;
  const bytes = deliveriesGb(costing) * 1e9;
  const shards = Math.max(model.get("cost.kinesisShards"), bytes / SECONDS_PER_MONTH / SHARD_BYTES_PER_SECOND);
  const lanes = shards * model.get("cost.kinesisParallelization");
  const windows = (lanes * SECONDS_PER_MONTH * 1_000) / model.get("cost.kinesisWindowMs");
  return Math.max(
    -windows * Math.expm1(-deliveries / windows),
    deliveries / model.get("cost.kinesisBatchRecords"),
    (bytes * BASE64) / MAX_PAYLOAD_BYTES,
  );
}

/** What a shard takes. https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html (2026-11) */
export const SHARD_BYTES_PER_SECOND = 1e6;
/** Of an event. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html (2026-11) */
const MAX_PAYLOAD_BYTES = 6e6;
const BASE64 = 4 / 3;

/** Records are counted in steps of 5 KB: https://aws.amazon.com/firehose/pricing/ (2026-11) */
const FIREHOSE_STEP_BYTES = 5_120;

/** Log group → subscription → Firehose → intake; Datadog unpacks what CloudWatch Logs packed. Firehose stands in no VPC. */
export function firehoseItems(costing: Costing): CostItem[] {
  const { input, priceOf } = costing;
  return [
    ...cloudwatchItems(costing),
    item("firehose", "Firehose", priceOf("firehose-gb", deliveriesGb(costing, FIREHOSE_STEP_BYTES))),
    item("secret", "Secret with the API key", priceOf("secret-month", 1)),
    ...networkItems(costing, {
      sentByAwsGb: deliveriesGb(costing),
      driverGb: input.inCloudwatchAnyway ? 0 : costing.driverGb,
    }),
  ];
}

/** Of one delivery to a subscription, gzip. */
const deliveryBytes = ({ input, model }: Costing) =>
  input.batchEvents * input.lineBytes * model.get("cost.deliveryRatio");

/**
 * GB a month of all deliveries.
 * @param stepBytes each is rounded up to a multiple of it: their sizes differ, so that is half a step on average, and at
 *   least one step
 */
function deliveriesGb(costing: Costing, stepBytes = 0): number {
  const bytes = Math.max(stepBytes, deliveryBytes(costing) + stepBytes / 2);
  return (costing.deliveries * bytes) / 1e9;
}

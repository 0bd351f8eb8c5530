import { cloudwatchItems } from "./cloudwatch-cost.ts";
import { type Costing, item } from "./costing.ts";
import { networkItems } from "./network-cost.ts";
import { deliveriesGb } from "./record-size.ts";
import type { CostItem } from "./types.ts";

/** Records are counted in steps of 5 KB: https://aws.amazon.com/firehose/pricing/ (2026-11) */
const RECORD_STEP_BYTES = 5_120;

/** Log group → subscription → Firehose → intake; Datadog unpacks what CloudWatch Logs packed. Firehose stands in no VPC. */
export function firehoseItems(costing: Costing): CostItem[] {
  const { driverGb, priceOf } = costing;
  return [
    ...cloudwatchItems(costing),
    item("firehose", "Firehose", priceOf("firehose-gb", deliveriesGb(costing, RECORD_STEP_BYTES))),
    item("secret", "Secret with the API key", priceOf("secret-month", 1)),
    ...networkItems(costing, { sentByAwsGb: deliveriesGb(costing), driverGb }),
  ];
}

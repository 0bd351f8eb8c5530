import type { KinesisStreamBatchResponse } from "aws-lambda";
import type { Item, Trigger } from "./trigger.ts";

/** As far as it is read here. Nothing of it is certain: anybody may write to a stream. */
interface RecordLike {
  readonly eventSource?: unknown;
  readonly kinesis?: { readonly data?: unknown; readonly sequenceNumber?: unknown };
}

/**
 * A batch of a Kinesis stream that CloudWatch Logs writes to: each record is a delivery, or several.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html (2026-11)
 */
export const kinesis: Trigger = {
  itemsOf: (event) => {
    const records = (event as { Records?: unknown } | null | undefined)?.Records;
    return Array.isArray(records) && records.some(isOfKinesis) ? records.map(itemOf) : undefined;
  },
  /**
   * The first record that is not safe: Lambda sends it and all after it again, so that order stays. The event source
   * must have `ReportBatchItemFailures`. An empty name makes Lambda send the whole batch again.
   * https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html (2026-11)
   */
  answer: ({ firstFailedItem }, items): KinesisStreamBatchResponse => ({
    batchItemFailures:
      firstFailedItem === undefined ? [] : [{ itemIdentifier: sequenceNumberOf(items[firstFailedItem]?.whole) }],
  }),
};

const isOfKinesis = (record: RecordLike | null | undefined) => record?.eventSource === "aws:kinesis";

function itemOf(record: RecordLike | null | undefined): Item {
  const data = record?.kinesis?.data;
  if (typeof data !== "string")
    return { whole: record, content: { kind: "unknown", reason: "a record without kinesis.data" } };
  return { whole: record, content: { kind: "delivery", data, field: "kinesis.data" } };
}

function sequenceNumberOf(record: unknown): string {
  const sequenceNumber = (record as RecordLike | null | undefined)?.kinesis?.sequenceNumber;
  return typeof sequenceNumber === "string" ? sequenceNumber : "";
}

import type { Invoked } from "../../tools/lambda/lambda-process.ts";

interface StreamRecord {
  /** base64 of what CloudWatch Logs wrote. */
  readonly data: string;
  readonly sequenceNumber: string;
}

export type Batch<Item extends StreamRecord> = readonly Item[];

/** What Lambda hands to the function. https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html (2026-11) */
export const batchEvent = (batch: Batch<StreamRecord>) => ({
  Records: batch.map(({ data, sequenceNumber }) => ({
    eventSource: "aws:kinesis",
    eventVersion: "1.0",
    eventID: `shardId-000000000000:${sequenceNumber}`,
    eventName: "aws:kinesis:record",
    awsRegion: "us-east-1",
    kinesis: { kinesisSchemaVersion: "1.0", partitionKey: "app", sequenceNumber, data },
  })),
});

/**
 * Position of the record from which on Lambda sends the batch again; undefined: all of it was taken. A number that is not
 * in the batch, or none, means all of it, as a failed invocation does.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html (2026-11)
 */
export function firstFailed(outcome: Invoked["outcome"], batch: Batch<StreamRecord>): number | undefined {
  if (outcome.status === "failed") return 0;
  const { batchItemFailures } = outcome.value as { batchItemFailures: readonly { readonly itemIdentifier: string }[] };
  if (batchItemFailures.length === 0) return undefined;
  const positions = batchItemFailures.map(({ itemIdentifier }) =>
    batch.findIndex(({ sequenceNumber }) => sequenceNumber === itemIdentifier),
  );
  return Math.max(0, Math.min(...positions));
}

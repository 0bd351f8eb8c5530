/**
 * A batch as Lambda polls it from a stream. https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html (2026-11)
 * @param data of each record: base64 of what CloudWatch Logs wrote.
 */
export const kinesisBatch = (data: readonly string[]) => ({
  Records: data.map((text, i) => ({
    eventSource: "aws:kinesis",
    eventVersion: "1.0",
    eventID: `shardId-000000000000:${49_590_338_271_490 + i}`,
    eventName: "aws:kinesis:record",
    awsRegion: "us-east-1",
    kinesis: {
      kinesisSchemaVersion: "1.0",
      partitionKey: String(i),
      sequenceNumber: String(49_590_338_271_490 + i),
      data: text,
      approximateArrivalTimestamp: 1_795_366_123,
    },
  })),
});

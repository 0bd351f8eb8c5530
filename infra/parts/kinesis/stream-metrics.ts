import type { Duration } from "aws-cdk-lib";
import { Metric } from "aws-cdk-lib/aws-cloudwatch";
import type { IStream } from "aws-cdk-lib/aws-kinesis";
import type { EventSourceMapping } from "aws-cdk-lib/aws-lambda";

/** A stream, and what reads it. */
export interface ReadStream {
  readonly stream: IStream;
  readonly eventSource: EventSourceMapping;
}

/** https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html (2026-11) */
type StreamMetricName =
  | "IncomingBytes"
  | "IncomingRecords"
  | "GetRecords.Success"
  | "WriteProvisionedThroughputExceeded";

export function streamMetric(
  { stream }: ReadStream,
  metricName: StreamMetricName,
  statistic: string,
  period: Duration,
): Metric {
  const dimensionsMap = { StreamName: stream.streamName };
  return new Metric({ namespace: "AWS/Kinesis", metricName, dimensionsMap, statistic, period }).attachTo(stream);
}

/**
 * Records of batches that Lambda wrote to the bucket instead.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html#event-source-mapping-metrics (2026-11)
 */
export function givenUpRecords({ eventSource }: ReadStream, period: Duration): Metric {
  return new Metric({
    namespace: "AWS/Lambda",
    metricName: "OnFailureDestinationDeliveredEventCount",
    dimensionsMap: { EventSourceMappingUUID: eventSource.eventSourceMappingId },
    statistic: "Sum",
    period,
  }).attachTo(eventSource);
}

import { Duration } from "aws-cdk-lib";
import type { IStream } from "aws-cdk-lib/aws-kinesis";
import { EventSourceMapping, type IFunction, MetricType, StartingPosition } from "aws-cdk-lib/aws-lambda";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import type { KinesisProps } from "./props.ts";

export const DEFAULT_MAX_RECORD_AGE = Duration.hours(6);

interface ReadStreamProps extends KinesisProps {
  readonly stream: IStream;
  readonly function: IFunction;
  readonly bucket: IBucket;
}

/**
 * Lambda polls the stream and runs the forwarder with batches. What it gives up on goes to the bucket whole, under
 * `aws/lambda/<id of the event source>/`.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html (2026-11)
 */
export function readStream(scope: Construct, id: string, props: ReadStreamProps): EventSourceMapping {
  return new EventSourceMapping(scope, id, {
    target: props.function,
    eventSourceArn: props.stream.streamArn,
    // Not LATEST: AWS says that a new event source may miss for minutes what is written meanwhile. The stream is as new as
    // this, so there is nothing old to read; and the position counts once, when it is made.
    // https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html (2026-11)
    startingPosition: StartingPosition.TRIM_HORIZON,
    batchSize: props.batchSize ?? 1_000,
    maxBatchingWindow: props.batchWindow ?? Duration.seconds(5),
    parallelizationFactor: props.parallelization ?? 2,
    // The forwarder says from which record on a batch must come again, so that no order is lost; where it can't say anything, for
    // want of time or memory, halves find the record. Halving does not count as trying again.
    reportBatchItemFailures: true,
    bisectBatchOnError: true,
    maxRecordAge: props.maxRecordAge ?? DEFAULT_MAX_RECORD_AGE,
    retryAttempts: props.retryAttempts,
    // Not CDK's S3OnFailureDestination, which grants reading the whole bucket.
    onFailure: { bind: () => ({ destination: props.bucket.bucketArn }) },
    // What was given up on is in these metrics alone.
    metricsConfig: { metrics: [MetricType.EVENT_COUNT] },
  });
}

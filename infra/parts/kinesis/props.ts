import type { Duration } from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";

/** The stream between CloudWatch Logs and the forwarder, and how the forwarder reads it. */
export interface KinesisProps {
  /** The customer's KMS key for the stream. @default AWS's own, alias/aws/kinesis */
  readonly encryptionKey?: IKey;
  /** How long the stream keeps a record: whole hours, 24 to 8,760. More than a day costs more. @default 24 hours */
  readonly retention?: Duration;
  /**
   * How long Lambda collects records of a shard before it runs the forwarder: 0 to 300 s. More is cheaper, and later.
   * @default 5 s, as often as a task's log driver sends what it has
   */
  readonly batchWindow?: Duration;
  /** Records that it hands over at once, at most 10,000. All of them have 6 MB at most. @default 1,000 */
  readonly batchSize?: number;
  /**
   * How many forwarders read a shard at once, 1 to 10. Each log stream is read by one, in order.
   * @default 2: one takes about as much as a shard, 1 MB/s, has; a second catches up
   */
  readonly parallelization?: number;
  /**
   * How long a batch that can't be handed over, or fails, is tried again: from a minute, less than `retention`. Then Lambda
   * writes it to the bucket.
   * @default 6 hours, as for `maxEventAge`
   */
  readonly maxRecordAge?: Duration;
  /**
   * How often a batch that fails is tried again until then, 0 to 10,000. What can't be read fails nothing, it is stored: if a batch
   * fails, the bucket refused it, and giving up would write to that bucket.
   * @default as often as there is time
   */
  readonly retryAttempts?: number;
  /**
   * `"ByLogStream"` puts each log stream into one shard, which takes 1 MB/s of it as CloudWatch Logs compresses it, and hands it
   * over in order. `"Random"` does neither.
   * @default "ByLogStream"
   */
  readonly distribution?: "ByLogStream" | "Random";
  /** Id of an organisation, `o-…`, all of whose accounts may subscribe their log groups to this stream. @default none */
  readonly organizationId?: string;
}

export interface KinesisChoice {
  /**
   * What CloudWatch Logs delivers to: the function itself, or a Kinesis stream of which the function reads batches.
   * docs/volume.md says when which is right, and docs/subscriptions.md how to change it on a forwarder that runs.
   * @default "lambda"
   */
  readonly via?: "lambda" | "kinesis";
  /** Without `via: "kinesis"` the stream is there and is read, but nothing new is subscribed to it. @default all defaults */
  readonly kinesis?: KinesisProps;
}

/** Whether there is a stream at all. */
export const hasStream = ({ via, kinesis }: KinesisChoice) => via === "kinesis" || kinesis !== undefined;

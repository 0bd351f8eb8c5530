import { arnOf, kmsKeyArn } from "./formats.ts";
import type { SettingRows } from "./setting-row.ts";
import { choice, flag, integer, matching } from "./shapes.ts";

export const STREAM_SETTINGS = {
  via: {
    shape: choice("lambda", "kinesis"),
    otherwise: "`lambda`",
    means:
      "What log groups are subscribed to: the forwarder itself, or a Kinesis stream that it reads in batches. [volume.md](volume.md) says when which is right.",
    example: "kinesis",
  },
  keepStream: {
    shape: flag,
    default: false,
    means:
      "The stream stays and is read, though nothing is subscribed to it any more: for a while after `via` was `kinesis`, so that nothing in it is lost.",
    example: true,
  },
  organizationId: {
    shape: matching("^o-[a-z0-9]{10,32}$", "be the id of an organisation, o-…"),
    otherwise: "this account alone",
    means:
      "All accounts of this organisation may send their log groups to the stream, each with `destinationArn`: [subscriptions.md](subscriptions.md#other-accounts).",
    example: "o-a1b2c3d4e5",
  },
  destinationArn: {
    shape: arnOf("a destination of CloudWatch Logs", "logs:[^:]+:\\d{12}:destination:[^:*]+"),
    otherwise: "the deployment has a forwarder of its own",
    means:
      "This account only sends: its log groups go to the forwarder of another account, whose stack has this as the output `DestinationArn`. The only stack is then `sidecarless-sender`, and no API key is needed.",
    example: "arn:aws:logs:eu-west-1:111122223333:destination:sidecarless-sidecarless-forwarder",
  },
  streamBatchWindowSeconds: {
    shape: integer(0, 300),
    otherwise: "5",
    means: "How long records of a shard are collected before the forwarder gets them. More is cheaper, and later.",
    example: 20,
  },
  streamBatchSize: {
    shape: integer(1, 10_000),
    otherwise: "1000",
    means: "How many records it gets at once, at most; all of them have 6 MB at most.",
    example: 5_000,
  },
  streamParallelization: {
    shape: integer(1, 10),
    otherwise: "2",
    means: "How many forwarders read a shard at once.",
    example: 4,
  },
  streamMaxRecordAgeSeconds: {
    shape: integer(60, 604_800),
    otherwise: "21600, six hours",
    means:
      "How long Lambda tries to hand a batch over before it writes it to the bucket. Less than the stream keeps records.",
    example: 43_200,
  },
  streamRetryAttempts: {
    shape: integer(0, 10_000),
    otherwise: "as often as there is time",
    means: "How often a batch that fails is tried again until then.",
    example: 100,
  },
  streamRetentionHours: {
    shape: integer(24, 8_760),
    otherwise: "24",
    means: "How long the stream keeps a record. More than a day costs more.",
    example: 72,
  },
  streamDistribution: {
    shape: choice("ByLogStream", "Random"),
    otherwise: "`ByLogStream`: each log stream in one shard, and handed over in order",
    means: "Which events share a shard. `Random` for a log stream that is too much for one.",
    example: "Random",
  },
  streamKmsKeyArn: {
    shape: kmsKeyArn,
    otherwise: "AWS's own key",
    means: "Customer's KMS key that the stream is encrypted with.",
    example: "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
  },
} as const satisfies SettingRows;

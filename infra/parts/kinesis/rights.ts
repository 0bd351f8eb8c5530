import { Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { Right } from "../rights.ts";
import { STORE_PREFIXES } from "../store-bucket.ts";

/** What CloudWatch Logs needs. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html (2026-11) */
export function writeRights(scope: Construct, streamArn: string, encryptionKeyArn?: string): Right[] {
  return [
    {
      sid: "WriteStream",
      actions: ["kinesis:PutRecord"],
      resources: [streamArn],
      why: "The one stream that the forwarder reads.",
    },
    ...throughKinesis(scope, "EncryptRecords", "kms:GenerateDataKey", streamArn, encryptionKeyArn),
  ];
}

export interface ReadRightsProps {
  /** A pattern, if the stream has no name yet. */
  readonly streamArn: string;
  readonly encryptionKeyArn?: string;
  readonly bucketArn: string;
}

/**
 * What the forwarder's role needs so that Lambda may read the stream for it, and write to the bucket what it gave up on.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html ·
 * https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html (2026-11)
 */
export function readRights(scope: Construct, { streamArn, encryptionKeyArn, bucketArn }: ReadRightsProps): Right[] {
  return [
    {
      sid: "ReadStream",
      actions: [
        "kinesis:DescribeStream",
        "kinesis:DescribeStreamSummary",
        "kinesis:GetRecords",
        "kinesis:GetShardIterator",
        "kinesis:ListShards",
      ],
      resources: [streamArn],
      why: "The one stream that CloudWatch Logs writes to.",
    },
    ...throughKinesis(scope, "DecryptRecords", "kms:Decrypt", streamArn, encryptionKeyArn),
    {
      sid: "WriteGivenUpBatches",
      actions: ["s3:PutObject"],
      resources: [`${bucketArn}/${STORE_PREFIXES.stream}*`],
      why: "Their names begin with the id that AWS gives the event source, which is made after this role.",
    },
  ];
}

/** Kinesis tells KMS the stream's ARN. https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html (2026-11) */
function throughKinesis(
  scope: Construct,
  sid: string,
  action: string,
  streamArn: string,
  keyArn: string | undefined,
): Right[] {
  if (keyArn === undefined) return [];
  const { region, urlSuffix } = Stack.of(scope);
  return [
    {
      sid,
      actions: [action],
      resources: [keyArn],
      conditions: {
        StringEquals: { "kms:ViaService": `kinesis.${region}.${urlSuffix}` },
        StringLike: { "kms:EncryptionContext:aws:kinesis:arn": streamArn },
      },
      why: "The stream's records are encrypted with this key: only for them, and only through Kinesis.",
    },
  ];
}

import { type Duration, RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";

/**
 * What the bucket holds, by prefix. `async`: what Lambda's on-failure destination writes. `replayer`: what the replayer
 * remembers from one run to the next.
 */
export const STORE_PREFIXES = {
  undelivered: "undelivered/",
  rejected: "rejected/",
  unreadable: "unreadable/",
  async: "aws/lambda/async/",
  replayer: "replayer/",
} as const;

/** Where logs wait that could not be delivered. It outlives the stack, since it may hold the only copy. */
export function storeBucket(scope: Construct, id: string, expireAfter: Duration): Bucket {
  const bucket = new Bucket(scope, id, {
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    removalPolicy: RemovalPolicy.RETAIN,
    lifecycleRules: Object.entries(STORE_PREFIXES).map(([name, prefix]) => ({
      id: `expire-${name}`,
      prefix,
      expiration: expireAfter,
    })),
  });
  Validations.of(bucket).acknowledge({
    id: "AwsSolutions::AwsSolutions-S1",
    reason: "A place on the way, not an archive: CloudTrail's data events tell who read it, where that is wanted.",
  });
  return bucket;
}

/** The right to do `actions` on the objects under some prefixes, and on no others. */
export function grantObjects(
  bucket: Bucket,
  grantee: IFunction,
  actions: readonly string[],
  prefixes: readonly string[],
): void {
  const resources = prefixes.map((prefix) => bucket.arnForObjects(`${prefix}*`));
  grantee.addToRolePolicy(new PolicyStatement({ actions: [...actions], resources }));
  const bucketId = Stack.of(bucket).getLogicalId(bucket.node.defaultChild as CfnBucket);
  for (const prefix of prefixes) {
    Validations.of(grantee.role ?? grantee).acknowledge({
      id: `AwsSolutions::AwsSolutions-IAM5[Resource::<${bucketId}.Arn>/${prefix}*]`,
      reason: "Objects under one prefix of the one bucket; their names hold the time and can't be listed here.",
    });
  }
}

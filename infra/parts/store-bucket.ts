import { type Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";
import type { Right } from "./rights.ts";

/**
 * What the bucket holds, by prefix. `async`, `stream`: what Lambda's on-failure destinations write,
 * of a stream under the id of its event source. `replayer`: what the replayer
 * remembers from one run to the next.
 */
export const STORE_PREFIXES = {
  undelivered: "undelivered/",
  rejected: "rejected/",
  unreadable: "unreadable/",
  async: "aws/lambda/async/",
  stream: "aws/lambda/",
  replayer: "replayer/",
} as const;

/** Where logs wait that could not be delivered. */
export interface StoreProps {
  /**
   * An existing bucket, of the same region: such as the one that an earlier stack left, so that what it holds is
   * replayed. Nothing about it is changed: when objects are deleted, encryption and access are its owner's to choose.
   * One forwarder a bucket.
   * @default a new one, which outlives the stack
   */
  readonly bucket?: IBucket;
  /** The customer's KMS key that objects are encrypted with. @default S3's own, or what an existing bucket tells */
  readonly encryptionKey?: IKey;
  /** Where S3 logs who reads and writes the objects. Not for an existing bucket. @default nowhere */
  readonly serverAccessLogs?: { readonly bucket: IBucket; readonly prefix?: string };
}

export interface Store {
  readonly bucket: IBucket;
  readonly encryptionKey?: IKey;
}

/** The bucket that is given, or a new one. A new one outlives the stack, since it may hold the only copy. */
export function storeBucket(scope: Construct, id: string, props: StoreProps, expireAfter: Duration): Store {
  const { bucket: existing, encryptionKey, serverAccessLogs } = props;
  if (existing) return { bucket: existing, encryptionKey: encryptionKey ?? existing.encryptionKey };
  const bucket = new Bucket(scope, id, {
    ...(encryptionKey
      ? // A key for the bucket, instead of one for each object, costs a hundredth in requests to KMS.
        { encryption: BucketEncryption.KMS, encryptionKey, bucketKeyEnabled: true }
      : { encryption: BucketEncryption.S3_MANAGED }),
    enforceSSL: true,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    removalPolicy: RemovalPolicy.RETAIN,
    serverAccessLogsBucket: serverAccessLogs?.bucket,
    serverAccessLogsPrefix: serverAccessLogs?.prefix,
    lifecycleRules: Object.entries(STORE_PREFIXES).map(([name, prefix]) => ({
      id: `expire-${name}`,
      prefix,
      expiration: expireAfter,
    })),
  });
  if (!serverAccessLogs) {
    acknowledge(bucket, {
      id: "AwsSolutions::AwsSolutions-S1",
      reason: "A place on the way, not an archive. Give store.serverAccessLogs to log who reads it.",
    });
  }
  return { bucket, encryptionKey };
}

interface Use {
  readonly write: readonly (keyof typeof STORE_PREFIXES)[];
  readonly readAndRemove: readonly (keyof typeof STORE_PREFIXES)[];
  readonly encryption: readonly string[];
}

const USES: Readonly<Record<"forwarder" | "replayer", Use>> = {
  forwarder: {
    write: ["undelivered", "rejected", "unreadable", "async"],
    readAndRemove: [],
    encryption: ["kms:GenerateDataKey"],
  },
  replayer: {
    write: ["undelivered", "rejected", "replayer"],
    readAndRemove: ["undelivered", "stream", "replayer"],
    encryption: ["kms:GenerateDataKey", "kms:Decrypt"],
  },
};

/** By ARN, since a role may be made before the bucket. */
export interface StoreArns {
  readonly bucketArn: string;
  readonly encryptionKeyArn?: string;
}

/** What a function may do with the bucket: under its own prefixes, and nothing else. */
export function storeRights(
  scope: Construct,
  which: keyof typeof USES,
  { bucketArn, encryptionKeyArn }: StoreArns,
): Right[] {
  const { write, readAndRemove, encryption } = USES[which];
  const under = (names: Use["write"]) => names.map((name) => `${bucketArn}/${STORE_PREFIXES[name]}*`);
  const why = "Objects under some prefixes of the one bucket; their names hold the time and can't be listed here.";
  const rights: Right[] = [
    { sid: "WriteStored", actions: ["s3:PutObject"], resources: under(write), why },
    {
      sid: "ListStore",
      actions: ["s3:ListBucket"],
      resources: [bucketArn],
      why: "The replayer lists what is stored. Lambda asks for it before it writes to a bucket as a destination.",
    },
  ];
  if (readAndRemove.length > 0) {
    const actions = ["s3:GetObject", "s3:DeleteObject"];
    rights.push({ sid: "ReadAndRemoveStored", actions, resources: under(readAndRemove), why });
  }
  if (encryptionKeyArn !== undefined) {
    rights.push(encryptStored(scope, bucketArn, encryptionKeyArn, encryption));
  }
  return rights;
}

/**
 * S3 tells KMS the ARN of the bucket, or of the object if the bucket has no key of its own. Lambda needs it, too, in the
 * function's name, for what it writes to the bucket as a destination.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html ·
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html (2026-11)
 */
function encryptStored(scope: Construct, bucketArn: string, keyArn: string, actions: readonly string[]): Right {
  const { region, urlSuffix } = Stack.of(scope);
  return {
    sid: "EncryptStored",
    actions,
    resources: [keyArn],
    conditions: {
      StringEquals: { "kms:ViaService": `s3.${region}.${urlSuffix}` },
      StringLike: { "kms:EncryptionContext:aws:s3:arn": [bucketArn, `${bucketArn}/*`] },
    },
    why: "The store's objects are encrypted with this key: only for them, and only through S3.",
  };
}

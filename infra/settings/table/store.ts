import { bucketName, kmsKeyArn } from "./formats.ts";
import type { SettingRows } from "./setting-row.ts";
import { integer, text } from "./shapes.ts";

export const STORE_SETTINGS = {
  storedLogsExpireAfterDays: {
    shape: integer(1, 3_650),
    otherwise: "30",
    means: "What could not be delivered is deleted after this.",
    example: 90,
  },
  replayEveryMinutes: {
    // What waits for more than an hour is late.
    shape: integer(1, 60),
    otherwise: "1",
    means: "How often the replayer looks for what it may send again.",
    example: 5,
  },
  bucketName: {
    shape: bucketName,
    otherwise: "a new one, which outlives the stack",
    means:
      "Existing bucket, of one forwarder: such as the one that an earlier stack left, so that what it holds is replayed. Nothing about it is changed.",
    example: "sidecarless-forwarder-store-1a2b3c",
  },
  bucketKmsKeyArn: {
    shape: kmsKeyArn,
    otherwise: "S3's own key",
    means: "Customer's KMS key that the objects are encrypted with.",
    example: "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
  },
  accessLogsBucketName: {
    shape: bucketName,
    otherwise: "nowhere",
    means: "Existing bucket in which S3 logs who reads and writes the objects. For a new bucket only.",
    example: "access-logs-111122223333",
  },
  accessLogsPrefix: {
    shape: text,
    otherwise: "none",
    means: "Of those logs' names.",
    example: "sidecarless/",
  },
} as const satisfies SettingRows;

import { GLOB, GLOB_MUST, TAG, TAG_MUST } from "../../../functions/subscriber/rule.ts";
import { matching } from "./shapes.ts";

export const hostName = matching("^[A-Za-z0-9.-]+$", "be a host name alone, without scheme, port or path");
// Not 32 hexadecimal digits: that is a key, which would stand in a committed file.
export const secretPlace = matching(
  "^(?![0-9a-fA-F]{32}$)[\\w/+=.@:-]+$",
  "be the name or ARN of a secret, not the key itself",
);
export const parameterPlace = matching(
  "^(?![0-9a-fA-F]{32}$)[\\w/.:-]+$",
  "be the name or ARN of a parameter, not the key itself",
);
export const tag = matching("^[^,]+$", "be a tag without a comma");
export const arnOf = (what: string, pattern: string) => matching(`^arn:[^:]+:${pattern}$`, `be the ARN of ${what}`);
export const idOf = (prefix: string, what: string) =>
  matching(`^${prefix}-(?:[0-9a-f]{8}|[0-9a-f]{17})$`, `be the id of ${what}`);
export const kmsKeyArn = arnOf(
  "a KMS key, and no alias",
  "kms:[^:]+:\\d{12}:key/(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})",
);
export const roleArn = arnOf("an IAM role", "iam::\\d{12}:role/.+");
export const bucketName = matching("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", "be the name of a bucket");
/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html (2026-11) */
export const roleName = matching("^[\\w+=,.@-]{1,64}$", "be the name of a role");
export const logGroupGlob = matching(GLOB, GLOB_MUST);
export const logGroupTag = matching(TAG, TAG_MUST);
export const logGroupName = matching("^[\\w\\-/.#]{1,512}$", "be a log group's name");

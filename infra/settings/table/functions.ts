import { arnOf, kmsKeyArn, roleArn, roleName } from "./formats.ts";
import type { SettingRows } from "./setting-row.ts";
import { choice, flag, integer, integerOr, matching } from "./shapes.ts";

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html (2026-11) */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

export const FUNCTIONS_SETTINGS = {
  memoryMb: {
    shape: integer(128, 10_240),
    otherwise: "512",
    means: "Memory of forwarder and replayer; CPU time comes in proportion.",
    example: 1024,
  },
  timeoutSeconds: {
    shape: integer(3, 900),
    otherwise: "60",
    means: "How long the forwarder may take for a delivery.",
    example: 120,
  },
  reservedConcurrency: {
    shape: integerOr("unreserved", 1, 100_000),
    otherwise: "what the account has left, with a warning",
    means:
      "How many forwarders may run at once, at most. It keeps an outage of the intake, in which each runs for longer, from using up what all functions of the account share. The replayer has 1 of its own then.",
    example: 50,
  },
  logRetentionDays: {
    shape: choice(...RETENTION_DAYS),
    otherwise: "14",
    means: "How long CloudWatch keeps the functions' own logs.",
    example: 30,
  },
  retryAttempts: {
    shape: integer(0, 2),
    otherwise: "2",
    means: "How often Lambda tries a failed delivery again.",
    example: 1,
  },
  maxEventAgeSeconds: {
    shape: integer(60, 21_600),
    otherwise: "21600, six hours",
    means: "How long Lambda keeps a delivery that it can't run, before it writes it to the bucket.",
    example: 3600,
  },
  architecture: {
    shape: choice("arm64", "x86_64"),
    otherwise: "`arm64`",
    means: "Processor of the functions.",
    example: "x86_64",
  },
  forwarderRoleArn: {
    shape: roleArn,
    otherwise: "a new role",
    means: "Existing role of the forwarder. Nothing is added to it. Goes with `replayerRoleArn`.",
    example: "arn:aws:iam::111122223333:role/forwarder",
  },
  replayerRoleArn: {
    shape: roleArn,
    otherwise: "a new role",
    means: "Existing role of the replayer. Nothing is added to it. Goes with `forwarderRoleArn`.",
    example: "arn:aws:iam::111122223333:role/replayer",
  },
  forwarderRoleName: {
    shape: roleName,
    otherwise: "CloudFormation names it",
    means: "Of the forwarder's new role. Goes with `replayerRoleName`.",
    example: "logs-forwarder",
  },
  replayerRoleName: {
    shape: roleName,
    otherwise: "CloudFormation names it",
    means: "Of the replayer's new role. Goes with `forwarderRoleName`.",
    example: "logs-replayer",
  },
  rolePath: {
    shape: matching("^/(?:[!-~]+/)?$", "begin and end with a slash"),
    otherwise: "`/`",
    means: "Path of the new roles.",
    example: "/logging/",
  },
  permissionsBoundaryArn: {
    shape: arnOf("an IAM policy", "iam::(?:\\d{12}|aws):policy/.+"),
    otherwise: "none",
    means: "Permissions boundary of the new roles.",
    example: "arn:aws:iam::111122223333:policy/boundary",
  },
  logKmsKeyArn: {
    shape: kmsKeyArn,
    otherwise: "AWS's own key",
    means: "Customer's KMS key for the functions' own logs. Its policy must let CloudWatch Logs use it.",
    example: "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
  },
  environmentKmsKeyArn: {
    shape: kmsKeyArn,
    otherwise: "AWS's own key",
    means: "Customer's KMS key for the functions' environment variables. None of them holds the API key.",
    example: "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
  },
  reportLines: {
    shape: flag,
    default: false,
    means: "Lambda's own lines START, END and REPORT at every invocation.",
    example: true,
  },
} as const satisfies SettingRows;

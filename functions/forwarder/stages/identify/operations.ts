import { CLOUDWATCH, inBoth, inGroup, inStream, type KnownName } from "./known-name.ts";

const COMMAND_STREAM = {
  shown: "<command>/<instance>/…",
  regex: /^[^/]+\/(?<instance>m?i-[0-9a-f]{8,17})\//,
};

/** Building, running commands, auditing; devices. */
export const OPERATIONS_GROUPS: readonly KnownName[] = [
  inGroup("/aws/codebuild/<project>", "codebuild", { service: "<project>" }),
  inBoth("/aws/ssm/", COMMAND_STREAM, "ssm", { host: "<instance>" }),
  inGroup("/aws/ssm/", "ssm"),
  inGroup("/aws/guardduty/", "guardduty"),
  inGroup("AWSIotLogs", "iot"),
  inGroup("/aws/imagebuilder/<image>", CLOUDWATCH, { service: "<image>" }),
  inGroup("/aws/amplify/<app>", CLOUDWATCH, { host: "<app>" }),
  inGroup("/aws/directoryservice/<directory>", CLOUDWATCH, { host: "<directory>" }),
  inGroup("/aws/cloudhsm/<cluster>", CLOUDWATCH, { host: "<cluster>" }),
];

/** The user chooses the group's name; the streams tell. */
export const OPERATIONS_STREAMS: readonly KnownName[] = [
  // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/send-cloudtrail-events-to-cloudwatch-logs.html (2026-11)
  inStream({ shown: "<account>_CloudTrail_<region>", regex: /_CloudTrail_/ }, "cloudtrail", {
    hostInEvents: "cloudtrail",
  }),
  inStream("aws/bedrock/modelinvocations", "bedrock"),
];

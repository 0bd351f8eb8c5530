import { ArnFormat, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Stream, StreamEncryption, StreamMode } from "aws-cdk-lib/aws-kinesis";
import { Construct } from "constructs";
import { acknowledge } from "../acknowledge.ts";
import { grantRights } from "../rights.ts";
import type { KinesisProps } from "./props.ts";
import { writeRights } from "./rights.ts";

export const DEFAULT_RETENTION = Duration.hours(24);

/** The stream, and the role in which CloudWatch Logs writes to it. */
export class LogStream extends Construct {
  readonly stream: Stream;
  readonly writer: Role;

  constructor(scope: Construct, id: string, { encryptionKey, retention, organizationId }: KinesisProps) {
    super(scope, id);
    this.stream = new Stream(this, "Stream", {
      // Grows by itself, up to twice the highest rate of the last 30 days, and has no shards to count or to split.
      streamMode: StreamMode.ON_DEMAND,
      retentionPeriod: retention ?? DEFAULT_RETENTION,
      ...(encryptionKey
        ? { encryption: StreamEncryption.KMS, encryptionKey }
        : { encryption: StreamEncryption.MANAGED }),
      // It holds copies, of what is still in CloudWatch Logs, and would cost 29 USD a month with nobody reading it.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    if (!encryptionKey) {
      acknowledge(this.stream, {
        id: "AwsSolutions::AwsSolutions-KDS3",
        reason: "AWS's own key encrypts it. Give kinesis.encryptionKey for a key of your own.",
      });
    }
    this.writer = writerRole(this, organizationId);
    grantRights(this.writer, writeRights(this, this.stream.streamArn, encryptionKey?.keyArn));
  }
}

/**
 * Only for what CloudWatch Logs does for this account, or for one of the organisation: the service is the same for all of
 * AWS's customers, and another's filter must not write with this role.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CreateDestination.html ·
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html (2026-11)
 */
function writerRole(scope: Construct, organizationId: string | undefined): Role {
  const logs = new ServicePrincipal("logs.amazonaws.com");
  const role = new Role(scope, "Writer", {
    description: "CloudWatch Logs writes to the forwarder's stream",
    assumedBy: logs.withConditions({ StringLike: { "aws:SourceArn": logsOf(scope, Stack.of(scope).account) } }),
  });
  if (organizationId === undefined) return role;
  role.assumeRolePolicy?.addStatements(
    new PolicyStatement({
      actions: ["sts:AssumeRole"],
      principals: [logs],
      conditions: {
        StringEquals: { "aws:SourceOrgID": organizationId },
        StringLike: { "aws:SourceArn": logsOf(scope, "*") },
      },
    }),
  );
  return role;
}

const logsOf = (scope: Construct, account: string) =>
  Stack.of(scope).formatArn({ service: "logs", account, resource: "*", arnFormat: ArnFormat.NO_RESOURCE_NAME });

import { ArnFormat, Stack } from "aws-cdk-lib";
import { CfnDestination } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { LogStream } from "./log-stream.ts";

export interface OrganizationDestinationProps {
  readonly name: string;
  readonly organizationId: string;
  readonly logStream: LogStream;
}

/**
 * What other accounts' filters name instead of the stream. Every account of the organisation may subscribe its log groups
 * to it, one by one or all.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CreateDestination.html ·
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CreateDestination-Account.html (2026-11)
 * @returns its ARN
 */
export function organizationDestination(
  scope: Construct,
  id: string,
  { name, organizationId, logStream }: OrganizationDestinationProps,
): string {
  const stack = Stack.of(scope);
  const arn = stack.formatArn({
    service: "logs",
    resource: "destination",
    resourceName: name,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  const destination = new CfnDestination(scope, id, {
    destinationName: name,
    targetArn: logStream.stream.streamArn,
    roleArn: logStream.writer.roleArn,
    destinationPolicy: stack.toJsonString({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: "*",
          Action: ["logs:PutSubscriptionFilter", "logs:PutAccountPolicy"],
          Resource: arn,
          Condition: { StringEquals: { "aws:PrincipalOrgID": [organizationId] } },
        },
      ],
    }),
  });
  // CloudWatch Logs writes a test message when it is made, in the role's name.
  destination.node.addDependency(logStream.writer);
  return arn;
}

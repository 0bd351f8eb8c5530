import { ArnFormat, Stack } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import { grantRights } from "../rights.ts";

/**
 * What CloudWatch Logs wants of an account that sends to a destination by an organisation's policy: a role of the sender, in
 * which it checks that the account may send its log groups' events.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CreateSubscriptionFilter-IAMrole.html ·
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CreateSubscriptionFilter-IAMrole-Account.html (2026-11)
 */
export function senderRole(scope: Construct, id: string): Role {
  const stack = Stack.of(scope);
  const logsArn = (resource: string) =>
    stack.formatArn({ service: "logs", resource, arnFormat: ArnFormat.NO_RESOURCE_NAME });
  const role = new Role(scope, id, {
    description: "CloudWatch Logs sends log groups to another account",
    assumedBy: new ServicePrincipal("logs.amazonaws.com", {
      conditions: { StringLike: { "aws:SourceArn": logsArn("*") } },
    }),
  });
  grantRights(role, [
    {
      sid: "SendLogGroups",
      actions: ["logs:PutLogEvents"],
      resources: [logsArn("log-group:*")],
      why: "Any log group may be subscribed. Nobody writes with it: CloudWatch Logs checks the right alone.",
    },
  ]);
  return role;
}

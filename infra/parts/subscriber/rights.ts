import { ArnFormat, Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { OWN_LOG_GROUPS } from "../../../functions/records/own-log-groups.ts";
import type { LogGroupRule } from "../../../functions/subscriber/rule.ts";
import type { Right } from "../rights.ts";
import type { SubscriptionTarget } from "../subscriptions/subscription-target.ts";

/** Of more globs the policy would grow beyond what a role takes: 10,240 characters. */
const MAX_NAMED = 20;

/** What the subscriber may do, besides running. @param ownLogGroup name of its own */
export function subscriberRights(
  scope: Construct,
  { include, includeTags = [], excludeTags = [] }: LogGroupRule,
  target: SubscriptionTarget,
  ownLogGroup: string,
): Right[] {
  const arnOf = (name: string) => logGroupArn(scope, name);
  const usesTags = includeTags.length + excludeTags.length > 0;
  const named = include.length <= MAX_NAMED ? include : ["*"];
  return [
    {
      sid: "FindLogGroups",
      actions: ["logs:DescribeLogGroups"],
      resources: [arnOf("*")],
      why: "A rule is about log groups that nobody knows yet.",
    },
    {
      sid: "LookAtFiltersAndRemove",
      actions: ["logs:DescribeSubscriptionFilters", "logs:DeleteSubscriptionFilter"],
      resources: [arnOf("*")],
      why: "Any log group may have a filter of an earlier rule. AWS has no condition for a filter's name.",
    },
    {
      sid: "PutFilters",
      actions: ["logs:PutSubscriptionFilter"],
      // CloudWatch Logs writes names of log groups with and without `:*` behind them.
      // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html (2026-11)
      resources: [
        ...named.flatMap((glob) => (glob.endsWith("*") ? [arnOf(glob)] : [arnOf(glob), arnOf(`${glob}:*`)])),
        ...(isLogicalDestination(target) ? [target.destinationArn] : []),
      ],
      why: "What the rule includes.",
    },
    {
      sid: "NeverOnItsOwn",
      effect: "Deny",
      actions: ["logs:PutSubscriptionFilter"],
      resources: [arnOf(`${OWN_LOG_GROUPS}*`)],
      why: "Each delivery would write a line there, and cause the next one.",
    },
    {
      sid: "MarkItsLogGroup",
      actions: ["logs:TagResource", "logs:UntagResource", "logs:ListTagsForResource"],
      resources: [arnOf(ownLogGroup)],
      why: "The sign by which a run sees that its stack is being deleted.",
    },
    ...(usesTags ? [readTags(arnOf("*"))] : []),
    ...(target.roleArn === undefined ? [] : [passRole(target.roleArn)]),
  ];
}

/** A stream has a distribution here, a function has no role. */
const isLogicalDestination = ({ roleArn, distribution }: SubscriptionTarget) =>
  roleArn !== undefined && distribution === undefined;

const readTags = (anyLogGroup: string): Right => ({
  sid: "ReadLogGroupTags",
  actions: ["logs:ListTagsForResource"],
  resources: [anyLogGroup],
  why: "The rule is about tags of any log group.",
});

const passRole = (roleArn: string): Right => ({
  sid: "NameTheRole",
  actions: ["iam:PassRole"],
  resources: [roleArn],
  conditions: { StringLike: { "iam:PassedToService": ["logs.amazonaws.com", "logs.*.amazonaws.com"] } },
  why: "A filter on a stream, or on another account's destination, names a role for CloudWatch Logs.",
});

/** So that it can go on with what it has no time for. */
export const goOnRight = (functionArn: string): Right => ({
  sid: "GoOn",
  actions: ["lambda:InvokeFunction"],
  resources: [functionArn],
  why: "An invocation has 15 minutes; the rest of thousands of log groups is another one's.",
});

export const logGroupArn = (scope: Construct, resourceName: string) =>
  Stack.of(scope).formatArn({
    service: "logs",
    resource: "log-group",
    resourceName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });

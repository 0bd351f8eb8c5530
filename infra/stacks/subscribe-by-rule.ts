import type { Stack } from "aws-cdk-lib";
import { Role } from "aws-cdk-lib/aws-iam";
import { FilterPattern } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { LogGroupSubscriber, type RuleTarget } from "../constructs/log-group-subscriber.ts";
import type { StackSettings } from "../settings/load-settings.ts";
import { anyFunctionOf, inMinutes } from "./forwarder-props-of.ts";

/** Subscribes log groups by the rule in the settings; undefined if there is none. */
export function subscribeByRule(stack: Stack, to: RuleTarget, settings: StackSettings): LogGroupSubscriber | undefined {
  const { includeLogGroups: include, filterPattern, subscriberRoleArn, subscribeEveryMinutes } = settings;
  const { excludeLogGroups, includeLogGroupTags, excludeLogGroupTags, subscribeDryRun } = settings;
  if (!include) return undefined;
  // What is imported has names of its own there: the forwarder's are in the stack.
  const imported = new Construct(stack, "SubscriberSettings");
  return new LogGroupSubscriber(stack, "Subscriber", {
    to,
    include,
    exclude: excludeLogGroups,
    includeTags: includeLogGroupTags,
    excludeTags: excludeLogGroupTags,
    filterPattern: filterPattern === undefined ? undefined : FilterPattern.literal(filterPattern),
    every: inMinutes(subscribeEveryMinutes),
    dryRun: subscribeDryRun,
    functions: anyFunctionOf(imported, settings),
    logRetention: settings.logRetentionDays,
    role:
      subscriberRoleArn === undefined
        ? undefined
        : Role.fromRoleArn(imported, "SubscriberRole", subscriberRoleArn, { mutable: false }),
  });
}

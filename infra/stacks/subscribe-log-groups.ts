import { Annotations, type Stack } from "aws-cdk-lib";
import { FilterPattern } from "aws-cdk-lib/aws-logs";
import type { IForwarder, SubscribeAccountOptions } from "../constructs/forwarder.ts";
import type { LogGroupSubscriber, RuleTarget } from "../constructs/log-group-subscriber.ts";
import { existingLogGroup } from "../parts/subscriptions/log-group-name.ts";
import type { StackSettings } from "../settings/load-settings.ts";
import { subscribeByRule } from "./subscribe-by-rule.ts";

interface Subscribable extends IForwarder, RuleTarget {
  subscribeAccount(options?: SubscribeAccountOptions): void;
}

/** Subscribes what the settings name. @returns what does it by rule, if there is one */
export function subscribeLogGroups(
  stack: Stack,
  forwarder: Subscribable,
  settings: StackSettings,
): LogGroupSubscriber | undefined {
  const { logGroups, wholeAccount, exceptLogGroups, filterPattern } = settings;
  // An error of this stack alone: the others need no log groups, and to destroy this one takes none either.
  if (!logGroups && !wholeAccount && !settings.includeLogGroups) Annotations.of(stack).addError(NOTHING_SUBSCRIBED);
  const options = filterPattern ? { filterPattern: FilterPattern.literal(filterPattern) } : {};
  for (const name of logGroups ?? []) forwarder.subscribe(existingLogGroup(stack, name), options);
  if (wholeAccount) forwarder.subscribeAccount({ ...options, exceptLogGroups });
  return subscribeByRule(stack, forwarder, settings);
}

const NOTHING_SUBSCRIBED =
  "Nothing says what to subscribe, and a deployment would remove every subscription of before. Set logGroups, includeLogGroups or wholeAccount, in sidecarless.json or with -c; or logGroups=none if it is meant, as for a forwarder whose deliveries come from other accounts.";

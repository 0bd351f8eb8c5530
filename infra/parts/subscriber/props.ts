import type { Duration } from "aws-cdk-lib";
import type { IRole } from "aws-cdk-lib/aws-iam";
import type { IFilterPattern, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { IConstruct } from "constructs";
import type { LogGroupRule } from "../../../functions/subscriber/rule.ts";
import type { FunctionsProps } from "../own-function.ts";
import type { SubscriptionTarget } from "../subscriptions/subscription-target.ts";

/** What log groups are subscribed to by a rule: a `Forwarder`, or what `Forwarder.fromDestinationArn` gives. */
export interface RuleTarget extends IConstruct {
  /** What its own filters are called; those of the rule are called so, too, with `@rule` behind it. */
  readonly filterName: string;
  readonly filterNames: readonly string[];
  readonly accountFilterName?: string;
  subscriptionTarget(): SubscriptionTarget;
  watchFilterName(name: string): void;
}

export interface LogGroupSubscriberProps extends LogGroupRule {
  readonly to: RuleTarget;
  /** @default all events */
  readonly filterPattern?: IFilterPattern;
  /**
   * How often all log groups are looked at: from 5 minutes to a day. What is new, and what somebody changes, within a
   * minute where CloudTrail records management events; otherwise by this.
   * @default 1 hour
   */
  readonly every?: Duration;
  /** Says in its log what it would do, and does nothing. @default false */
  readonly dryRun?: boolean;
  /** As the forwarder's, but for its roles. @default arm64, roles without boundary, AWS's own keys */
  readonly functions?: Omit<FunctionsProps, "roles" | "roleNames">;
  /** An existing role; nothing is added to it. `LogGroupSubscriber.rolePolicy` returns what it must allow. @default a new one */
  readonly role?: IRole;
  /** Of its own log. @default two weeks */
  readonly logRetention?: RetentionDays;
}

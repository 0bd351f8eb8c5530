import { ArnFormat, Stack } from "aws-cdk-lib";
import { CfnPermission, type IFunction } from "aws-cdk-lib/aws-lambda";
import type { CfnSubscriptionFilter, ILogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { nameFor } from "./account-exclusions.ts";
import { type AccountPolicy, accountPolicy, type SubscribeAccountOptions } from "./account-policy.ts";
import { outermostStack, ownName } from "./own-name.ts";
import {
  type Destination,
  type SubscribeOptions,
  type SubscriptionFilters,
  subscriptionFilters,
} from "./subscription-filters.ts";

export interface SubscriptionsProps {
  readonly forwarder: Construct;
  readonly function: IFunction;
}

/** The subscriptions of log groups to one function. */
export class Subscriptions extends Construct {
  /** Of every subscription without an id. The alarms look for it. */
  readonly filterName: string;
  private readonly destination: Destination;
  private readonly filters: SubscriptionFilters;
  private account: AccountPolicy | undefined;

  constructor(scope: Construct, id: string, { forwarder, function: fn }: SubscriptionsProps) {
    super(scope, id);
    this.filterName = `sidecarless-${ownName(forwarder)}`;
    this.destination = {
      forwarder,
      functionArn: fn.functionArn,
      place: Stack.of(this).env,
      filterName: this.filterName,
      permission: permitLogs(this, fn),
    };
    this.filters = subscriptionFilters(this.destination);
    // A stack that subscribed a log group may stop doing so. CDK would take the export away with its last use, but the
    // forwarder's stack is deployed first, while the other one still needs it.
    outermostStack(this).exportValue(fn.functionArn);
  }

  subscribe(logGroup: ILogGroup, options?: SubscribeOptions): void {
    if (this.account) nameFor(Stack.of(this), logGroup);
    const filter = this.filters.add(logGroup, options);
    if (this.account) this.excludeAfter(filter);
  }

  subscribeAccount(options: SubscribeAccountOptions): void {
    this.account = accountPolicy(this, "AccountPolicy", this.destination, this.filters.logGroups, options);
    for (const filter of this.filters.filters()) this.excludeAfter(filter);
  }

  /** Every name that CloudWatch Logs has in its metrics for what was subscribed so far. */
  filterNames(): readonly string[] {
    return [...this.filters.names(), ...(this.account ? [this.account.name()] : [])];
  }

  /** That of the account's subscription, if there is one: it changes with what is left out. */
  accountFilterName(): string | undefined {
    return this.account?.name();
  }

  /** A line may come twice for a moment, but none is left out before its own filter is there. */
  private excludeAfter(filter: CfnSubscriptionFilter): void {
    if (Stack.of(filter) === Stack.of(this)) this.account?.resource.node.addDependency(filter);
  }
}

/**
 * One permission for all log groups of the account in this region. One for each group would fill the function's
 * policy, which is limited to 20 KB, at about sixty groups.
 */
function permitLogs(scope: Construct, fn: IFunction): CfnPermission {
  const stack = Stack.of(scope);
  return new CfnPermission(scope, "Permission", {
    action: "lambda:InvokeFunction",
    functionName: fn.functionArn,
    principal: "logs.amazonaws.com",
    sourceAccount: stack.account,
    sourceArn: stack.formatArn({
      service: "logs",
      resource: "log-group",
      resourceName: "*",
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    }),
  });
}

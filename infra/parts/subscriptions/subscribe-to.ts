import { Stack } from "aws-cdk-lib";
import type { CfnSubscriptionFilter, ILogGroup } from "aws-cdk-lib/aws-logs";
import type { IConstruct } from "constructs";
import { nameFor } from "./account-exclusions.ts";
import { type AccountPolicy, accountPolicy, type SubscribeAccountOptions } from "./account-policy.ts";
import { type Destination, type SubscribeOptions, subscriptionFilters } from "./subscription-filters.ts";

/** Whatever is subscribed to one destination: log groups one by one, and the account's. */
export interface SubscribedTo {
  readonly subscribe: (logGroup: ILogGroup, options?: SubscribeOptions) => void;
  readonly subscribeAccount: (options?: SubscribeAccountOptions) => void;
  /** Every name that CloudWatch Logs has in its metrics for what was subscribed so far. */
  readonly filterNames: () => readonly string[];
  /** Counts a name among these that others give to filters on the same destination. */
  readonly watchFilterName: (name: string) => void;
  /** That of the account's subscription, if there is one: it changes with what is left out. */
  readonly accountFilterName: () => string | undefined;
}

/** @param scope where the account's policy stands */
export function subscribeTo(scope: IConstruct, destination: Destination): SubscribedTo {
  const filters = subscriptionFilters(destination);
  const otherNames = new Set<string>();
  let account: AccountPolicy | undefined;

  /** A line may come twice for a moment, but none is left out before its own filter is there. */
  const excludeAfter = (filter: CfnSubscriptionFilter) => {
    if (Stack.of(filter) === Stack.of(scope)) account?.resource.node.addDependency(filter);
  };
  return {
    subscribe(logGroup, options) {
      if (account) nameFor(Stack.of(scope), logGroup);
      const filter = filters.add(logGroup, options);
      if (account) excludeAfter(filter);
    },
    subscribeAccount(options = {}) {
      account = accountPolicy(scope, "AccountPolicy", destination, filters.logGroups, options);
      for (const filter of filters.filters()) excludeAfter(filter);
    },
    watchFilterName: (name) => {
      otherNames.add(name);
    },
    filterNames: () => [...filters.names(), ...otherNames, ...(account ? [account.name()] : [])],
    accountFilterName: () => account?.name(),
  };
}

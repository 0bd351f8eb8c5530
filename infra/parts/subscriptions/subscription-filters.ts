import { Stack } from "aws-cdk-lib";
import { CfnSubscriptionFilter, FilterPattern, type IFilterPattern, type ILogGroup } from "aws-cdk-lib/aws-logs";
import type { IConstruct, IDependable } from "constructs";
import { filtersIn } from "./filters-in-stack.ts";
import { identityOf, knownName } from "./log-group-name.ts";
import { nameIn, refuseLogGroup } from "./refuse-log-group.ts";
import type { Place } from "./same-region.ts";
import type { SubscriptionTarget } from "./subscription-target.ts";

export interface SubscribeOptions {
  /** @default all events */
  readonly filterPattern?: IFilterPattern;
  /**
   * For a further subscription of the same log group with another pattern: letters, digits, hyphens and underscores. An
   * event that several patterns match is delivered once for each.
   * @default none: the log group's only subscription
   */
  readonly id?: string;
}

/** What log groups are subscribed to. */
export interface Destination {
  /** Whose it is. */
  readonly forwarder: IConstruct;
  readonly target: SubscriptionTarget;
  readonly place: Place;
  /** Of every filter without an id. */
  readonly filterName: string;
  /** What must be there before a filter, or CloudWatch Logs refuses it: the permission to invoke the function, say. */
  readonly ready?: IDependable;
}

export interface SubscriptionFilters {
  /** @throws if the log group can't be subscribed, or is already. */
  readonly add: (logGroup: ILogGroup, options?: SubscribeOptions) => CfnSubscriptionFilter;
  /** What was added so far. */
  readonly logGroups: () => readonly ILogGroup[];
  readonly filters: () => readonly CfnSubscriptionFilter[];
  readonly names: () => readonly string[];
}

/**
 * Filters of log groups. Each stands in its log group's stack, so that only the function's ARN crosses stacks. Its
 * logical id is made from its log group and its name, and of nothing else: CloudFormation refuses a filter whose name
 * is on the log group already, so one must never take the place of another. A new name is a new filter that is made
 * before the old one goes.
 */
export function subscriptionFilters({ forwarder, target, place, filterName, ready }: Destination): SubscriptionFilters {
  const added = new Map<string, { readonly logGroup: ILogGroup; readonly filter: CfnSubscriptionFilter }>();
  const names = new Set([filterName]);
  return {
    add(logGroup, { filterPattern = FilterPattern.allEvents(), id } = {}) {
      refuseLogGroup(logGroup, forwarder, place);
      const name = id === undefined ? filterName : `${filterName}#${checkedId(id)}`;
      const key = JSON.stringify([name, knownName(logGroup) ?? logGroup.node.path]);
      const before = added.get(key);
      if (before) throw new Error(alreadySubscribed(logGroup, before.logGroup, forwarder, id));
      const filter = new CfnSubscriptionFilter(filtersIn(Stack.of(logGroup), name), identityOf(logGroup), {
        logGroupName: logGroup.logGroupName,
        filterName: name,
        filterPattern: filterPattern.logPatternString,
        ...target,
      });
      if (ready) filter.node.addDependency(ready);
      added.set(key, { logGroup, filter });
      names.add(name);
      return filter;
    },
    logGroups: () => [...added.values()].map(({ logGroup }) => logGroup),
    filters: () => [...added.values()].map(({ filter }) => filter),
    names: () => [...names],
  };
}

function checkedId(id: string): string {
  if (/^[\w-]{1,64}$/.test(id)) return id;
  throw new Error(`The id of a subscription must be 1 to 64 letters, digits, hyphens and underscores; it is "${id}".`);
}

function alreadySubscribed(logGroup: ILogGroup, before: ILogGroup, forwarder: IConstruct, id?: string): string {
  const by = before === logGroup ? "" : `, as ${before.node.path}`;
  return `${nameIn(logGroup)} is subscribed to ${forwarder.node.path} already${by}${id === undefined ? "" : `, with the id "${id}"`}. For a second subscription with another pattern give it an id of its own: subscribe(logGroup, { filterPattern, id: "errors" }).`;
}

import { isOwnLogGroup } from "../records/own-log-groups.ts";
import { type LogGroupRule, type Selector, selector, type Tags } from "./rule.ts";
import type { Why } from "./whys.ts";

/** A subscription filter, as far as it matters here. */
export interface Filter {
  readonly name: string;
  /** Undefined in a wish: not known yet, before the deployment; then it is not compared. */
  readonly destinationArn?: string;
  readonly roleArn?: string;
  /** Undefined in a wish: as it is. */
  readonly distribution?: string;
  /** "" is every event. */
  readonly pattern: string;
}

export interface ListedLogGroup {
  readonly name: string;
  /** Without `:*` at its end. */
  readonly arn: string;
  readonly logGroupClass: string;
}

/** What is known about a log group before it is decided. */
export interface SeenLogGroup extends ListedLogGroup {
  readonly filters: readonly Filter[];
  /** Only of those whose name does not decide; undefined if the rule knows no tags. */
  readonly tags?: Tags;
  /** It could not be looked at: nothing is done, whatever it has. */
  readonly unseen?: Why;
}

/** What there should be: filters as the rule says, or, without a rule, none of this name. */
export interface Wish {
  readonly filter: Filter;
  readonly rule?: LogGroupRule;
}

export interface Decision {
  readonly logGroup: string;
  readonly action: "add" | "update" | "remove" | "leave";
  readonly why: Why;
  /** Such as the name of the other filter. */
  readonly detail?: string;
}

/**
 * How many filters a log group takes: PutSubscriptionFilter's page says two, PutAccountPolicy's five. So from two on it may be full,
 * and AWS decides; with five it is.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html ·
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutAccountPolicy.html (2026-11)
 */
export const MAX_FILTERS = { perhaps: 2, surely: 5 } as const;

/** What to do with each log group, in the same order. Pure: the same for the same groups and wish. */
export function plan(logGroups: readonly SeenLogGroup[], wish: Wish): Decision[] {
  const decide = decider(wish);
  return logGroups.map(decide);
}

/** Whether filters and tags of a log group must be looked at to decide. */
export function needsLook(
  wish: Wish,
): (group: ListedLogGroup) => { readonly filters: boolean; readonly tags: boolean } {
  const rule = wish.rule && selector(wish.rule);
  return ({ name, logGroupClass }) => {
    // Others have no subscriptions: asking is an error. On our own no filter is ever put.
    const filters = isStandard(logGroupClass) && !isOwnLogGroup(name);
    return { filters, tags: filters && (rule?.usesTags ?? false) && rule?.byName(name) === "meant" };
  };
}

const isStandard = (logGroupClass: string) => logGroupClass === "STANDARD";

function decider(wish: Wish): (group: SeenLogGroup) => Decision {
  const rule = wish.rule && selector(wish.rule);
  const loops = logGroupOfDestination(wish.filter.destinationArn);
  return (group) => {
    const { name: logGroup, filters, unseen } = group;
    if (unseen) return { logGroup, action: "leave", why: whyUnseen(logGroup, unseen, rule) };
    const ours = filters.find(({ name }) => name === wish.filter.name);
    const unwanted = whyUnwanted(group, wish, rule, loops);
    if (unwanted) return { logGroup, action: ours ? "remove" : "leave", ...unwanted };
    if (ours) {
      const why = whyChanged(ours, wish.filter);
      return why ? { logGroup, action: "update", why } : { logGroup, action: "leave", why: "upToDate" };
    }
    if (filters.length >= MAX_FILTERS.surely) {
      return { logGroup, action: "leave", why: "full", detail: `${filters.length} filters` };
    }
    return filters.length >= MAX_FILTERS.perhaps
      ? { logGroup, action: "add", why: "newBesideOthers", detail: `${filters.length} filters` }
      : { logGroup, action: "add", why: "new" };
  };
}

/** What somebody excluded by name is none of the subscriber's: that the role may not look at it is no fault. */
function whyUnseen(logGroup: string, unseen: Why, rule: Selector | undefined): Why {
  return unseen === "denied" && rule?.byName(logGroup) === "excluded" ? "excludedUnseen" : unseen;
}

function whyUnwanted(
  { name, logGroupClass, filters, tags = {} }: SeenLogGroup,
  { filter }: Wish,
  rule: Selector | undefined,
  loops: string | undefined,
): { readonly why: Why; readonly detail?: string } | undefined {
  if (!rule) return { why: "deployedAway" };
  if (isOwnLogGroup(name)) return { why: "own" };
  const byName = rule.byName(name);
  if (byName !== "meant") return { why: byName };
  if (name === loops) return { why: "loop" };
  if (!isStandard(logGroupClass)) return { why: "otherClass" };
  const byTags = rule.byTags(tags);
  if (byTags !== "meant") return { why: byTags };
  const other = filters.find(
    ({ name: its, destinationArn }) =>
      its !== filter.name && destinationArn !== undefined && destinationArn === filter.destinationArn,
  );
  // Filters add up: each of its lines would come twice.
  return other && { why: "deliveredAlready", detail: other.name };
}

function whyChanged(ours: Filter, wished: Filter): Why | undefined {
  if (wished.destinationArn !== undefined && ours.destinationArn !== wished.destinationArn) return "otherDestination";
  if (ours.pattern !== wished.pattern) return "otherPattern";
  if (wished.destinationArn !== undefined && ours.roleArn !== wished.roleArn) return "otherRole";
  return wished.distribution !== undefined && ours.distribution !== wished.distribution ? "otherRole" : undefined;
}

/** Where a function that was not made here writes to, unless somebody changed it. */
function logGroupOfDestination(destinationArn: string | undefined): string | undefined {
  const [, functionName] = /^arn:[^:]+:lambda:[^:]*:[^:]*:function:([^:]+)/.exec(destinationArn ?? "") ?? [];
  return functionName === undefined ? undefined : `/aws/lambda/${functionName}`;
}

interface WhyRow {
  /** In a plan, after the log group's name. */
  readonly says: string;
  /** The rule wants the log group, and its logs don't arrive as the rule says: it is counted for an alarm. */
  readonly unmet: boolean;
  /** A plan for people lists each such log group; of others it tells how many there are. */
  readonly listed: boolean;
}

const calm = (says: string): WhyRow => ({ says, unmet: false, listed: false });
const listed = (says: string): WhyRow => ({ says, unmet: false, listed: true });
const unmet = (says: string): WhyRow => ({ says, unmet: true, listed: true });

/** Why something is done, or not done, with a log group. The one list: plans, reports and docs are made from it. */
export const WHYS = {
  // What is done.
  new: listed("not subscribed yet"),
  newBesideOthers: listed("not subscribed yet; AWS may refuse one more filter there"),
  otherDestination: listed("delivers to another destination"),
  otherPattern: listed("has another filter pattern"),
  otherRole: listed("has another role or distribution"),

  // What is as it should be.
  upToDate: calm("up to date"),

  // What the rule does not want: a filter that is there from before is removed.
  notIncluded: calm("include does not name it"),
  excluded: calm("excluded by name"),
  tagsNotIncluded: calm("has none of the tags in includeTags"),
  tagsExcluded: calm("excluded by a tag"),
  excludedUnseen: listed("excluded by name; could not be looked at, so a filter may be left there"),
  own: calm("of sidecarless's own functions"),
  loop: listed("of the function that it would deliver to: without end"),
  otherClass: calm("not of class STANDARD, which alone has subscriptions"),
  deliveredAlready: listed("another filter delivers it to the same place"),
  deployedAway: calm("the subscriber's stack is deleted"),

  // What is gone in between.
  gone: calm("deleted meanwhile"),

  // What could not be done.
  full: unmet("has as many filters as AWS allows"),
  denied: unmet("the role may not do that (AccessDenied)"),
  throttled: unmet("throttled to the end; the next run tries again"),
  refused: unmet("CloudWatch Logs refused the filter"),
  failed: unmet("CloudWatch Logs did not answer well; the next run tries again"),
} as const satisfies Readonly<Record<string, WhyRow>>;

export type Why = keyof typeof WHYS;

export const isUnmet = (why: Why): boolean => WHYS[why].unmet;

import type { Report } from "./subscribe.ts";
import { sumOf } from "./tally.ts";

/**
 * The report as the fields of its EMF line: what is a metric has its metric's name. Names of log groups are in it, and nothing that is
 * in them.
 */
export function reportFields({
  logGroups = 0,
  added = 0,
  updated = 0,
  removed = 0,
  unmet = {},
  rest,
  again: _,
  ...properties
}: Report): Record<string, unknown> {
  // Each of them waits until the next round; how many there are is not known if not even the listing came to its end.
  const forgotten = rest && !properties.continued ? Math.max(1, rest.logGroups) : 0;
  return {
    SubscriberLogGroups: logGroups,
    SubscriberChanges: properties.dryRun ? 0 : added + updated + removed,
    SubscriberUnmet: sumOf(unmet) + forgotten,
    added,
    updated,
    removed,
    unmet,
    waiting: rest?.logGroups,
    ...properties,
  };
}

import { Aspects } from "aws-cdk-lib";
import type { Construct } from "constructs";

export interface NamedFilters {
  /** The name that every filter has, unless it is another one on its log group. */
  readonly filterName: string;
  /** All names so far. */
  readonly filterNames: readonly string[];
  /** The one of the account's subscription, if there is one. It changes with what is left out. */
  readonly accountFilterName?: string;
}

/**
 * Calls `visit` for every name that a forwarder's filters have: for the usual one at once, for the others when the app is
 * complete, since a log group may be subscribed after the alarms are made.
 * @param visit gets with the name what tells it from the usual one, and stays the same: nothing, for the usual one
 */
export function forEachFilterName(
  scope: Construct,
  forwarder: NamedFilters,
  visit: (filterName: string, suffix: string) => void,
): void {
  const usual = forwarder.filterName;
  visit(usual, "");
  const seen = new Set([usual]);
  Aspects.of(scope).add({
    visit: (node) => {
      if (node !== scope) return;
      for (const name of forwarder.filterNames) {
        if (seen.has(name)) continue;
        seen.add(name);
        visit(name, name === forwarder.accountFilterName ? "Account" : name.slice(usual.length));
      }
    },
  });
}

import { systemClock } from "../../functions/clock.ts";
import { politeCalls } from "../../functions/subscriber/calls.ts";
import type { LogsApi } from "../../functions/subscriber/logs-api.ts";
import { listLogGroups, looker } from "../../functions/subscriber/look.ts";
import { type Decision, plan, type SeenLogGroup, type Wish } from "../../functions/subscriber/plan.ts";

/** The log groups could not be listed: there is nothing to plan. */
export class ListingError extends Error {
  override readonly name = "ListingError";
}

/**
 * What the subscriber would do with each log group of the account.
 * @param onSeen told how many of how many were looked at
 * @throws ListingError
 */
export async function survey(
  api: LogsApi,
  wish: Wish,
  onSeen: (seen: number, all: number) => void,
  clock = systemClock,
): Promise<Decision[]> {
  const calls = politeCalls(clock, Number.POSITIVE_INFINITY);
  const listed = await listLogGroups(api, calls);
  if (!("logGroups" in listed)) {
    const code = "failure" in listed ? listed.failure.code : "no time";
    throw new ListingError(
      `The log groups can't be listed: ${code}. Are there a region, and credentials that may call logs:DescribeLogGroups?`,
    );
  }
  const look = looker(api, calls, wish);
  const seen: SeenLogGroup[] = [];
  for (const group of listed.logGroups) {
    const its = await look(group);
    if (its) seen.push(its);
    onSeen(seen.length, listed.logGroups.length);
  }
  return plan(seen, { ...wish, filter: { ...wish.filter, destinationArn: destinationOf(wish, seen) } });
}

/** Before the deployment nobody knows it; after it, its filters tell. */
function destinationOf({ filter }: Wish, seen: readonly SeenLogGroup[]): string | undefined {
  if (filter.destinationArn !== undefined) return filter.destinationArn;
  const names = [filter.name, filter.name.replace(/@rule$/, "")];
  const found = seen.flatMap(({ filters }) => filters).filter(({ name }) => names.includes(name));
  const arns = new Set(found.map(({ destinationArn }) => destinationArn));
  // Several: it has changed, and it is not known to which.
  return arns.size === 1 ? [...arns][0] : undefined;
}

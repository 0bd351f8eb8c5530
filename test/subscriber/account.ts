import type { LogGroupRule, Tags } from "../../functions/subscriber/rule.ts";
import type { LogsServer, StoredFilter } from "../support/logs-server.ts";
import { filter, foreign, OURS, OWN_GROUP, ours } from "../support/subscriber.ts";

/** A log group of a made-up account, by what matters here. */
export interface MadeGroup {
  readonly name: string;
  readonly logGroupClass: "STANDARD" | "INFREQUENT_ACCESS";
  readonly tags: Tags;
  readonly filters: readonly StoredFilter[];
}

export const RULE: LogGroupRule = {
  include: ["/ecs/*", "/aws/lambda/*"],
  exclude: ["/ecs/*/debug", "/aws/lambda/noisy-*"],
  includeTags: ["team"],
  excludeTags: ["logs=off"],
};

export const MAX_FILTERS = 2;

const DEPLOYED = filter("sidecarless-logs", OURS.destinationArn);
const PLACES = ["/ecs/shop", "/aws/lambda/shop", "/ecs/pay", "/aws/lambda/noisy", "/rds/main", "/sidecarless/other"];
const TAGS: readonly Tags[] = [{ team: "shop" }, { team: "pay", logs: "off" }, { team: "pay", logs: "on" }, {}];
const FILTERS: readonly (readonly StoredFilter[])[] = [
  [],
  [ours()],
  [foreign(1)],
  [foreign(1), foreign(2)],
  [foreign(1), ours()],
  [ours({ filterPattern: "ERROR" })],
  [foreign(1), ours({ destinationArn: `${OURS.destinationArn}-old` })],
  [DEPLOYED],
  [DEPLOYED, ours()],
];

/** Of so many log groups, each another mix. @param pick gives a number below the one it gets */
export function madeGroups(count: number, pick: (below: number) => number): MadeGroup[] {
  const of = <T>(items: readonly T[]) => items[pick(items.length)] as T;
  return Array.from({ length: count }, (_, i) => {
    const place = of(PLACES);
    const name = `${place}-${i}${pick(6) === 0 ? "/debug" : ""}`;
    const logGroupClass = pick(10) === 0 ? "INFREQUENT_ACCESS" : "STANDARD";
    // On other classes, and on our own, there can't be any.
    const filters = logGroupClass !== "STANDARD" || place.startsWith("/sidecarless/") ? [] : of(FILTERS);
    return { name, logGroupClass, tags: of(TAGS), filters };
  });
}

export function settle(server: LogsServer, groups: readonly MadeGroup[]): void {
  server.make(OWN_GROUP);
  for (const { name, ...group } of groups) server.make(name, group);
}

/**
 * What there must be in the end, said another way than the subscriber does: the filters of a log group, for the rule above.
 * @param wanted false: no rule any more
 */
export function expectedFilters({ name, logGroupClass, tags, filters }: MadeGroup, wanted = true): StoredFilter[] {
  const others = filters.filter(({ filterName }) => filterName !== OURS.name);
  const had = others.length < filters.length;
  const isMeant =
    wanted &&
    /^\/(ecs|aws\/lambda)\//.test(name) &&
    !/^\/ecs\/.*\/debug$|^\/aws\/lambda\/noisy-/.test(name) &&
    logGroupClass === "STANDARD" &&
    tags.team !== undefined &&
    tags.logs !== "off" &&
    !others.some(({ destinationArn }) => destinationArn === OURS.destinationArn);
  return isMeant && (had || others.length < MAX_FILTERS) ? [...others, ours()] : others;
}

const sorted = (filters: Iterable<StoredFilter>) =>
  [...filters].toSorted((a, b) => (a.filterName < b.filterName ? -1 : 1));

/** Names of the log groups that are not as they must be. */
export function notAsExpected(server: LogsServer, groups: readonly MadeGroup[], wanted = true): string[] {
  return groups
    .filter(({ name }) => server.logGroups.has(name))
    .filter((group) => {
      const are = sorted(server.logGroups.get(group.name)?.filters.values() ?? []);
      return JSON.stringify(are) !== JSON.stringify(sorted(expectedFilters(group, wanted)));
    })
    .map(({ name }) => name);
}

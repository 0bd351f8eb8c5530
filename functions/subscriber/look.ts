import type { Calls } from "./calls.ts";
import type { Failure } from "./failure.ts";
import type { LogsApi } from "./logs-api.ts";
import { type ListedLogGroup, needsLook, type SeenLogGroup, type Wish } from "./plan.ts";

/** Undefined: there was no time for it. */
export type Look = (group: ListedLogGroup) => Promise<SeenLogGroup | undefined>;

/** Looks at log groups as far as a wish needs it. What can't be seen is no error: the plan says so. */
export function looker(api: LogsApi, calls: Calls, wish: Wish): Look {
  const needs = needsLook(wish);
  return async (group) => {
    const { filters: needsFilters, tags: needsTags } = needs(group);
    const filters = needsFilters ? await calls.read(() => api.filtersOf(group.name)) : { value: [] };
    if ("late" in filters) return undefined;
    if ("failure" in filters) return { ...group, filters: [], unseen: filters.failure.why };
    if (!needsTags) return { ...group, filters: filters.value };
    const tags = await calls.read(() => api.tagsOf(group.arn));
    if ("late" in tags) return undefined;
    if ("failure" in tags) return { ...group, filters: filters.value, unseen: tags.failure.why };
    return { ...group, filters: filters.value, tags: tags.value };
  };
}

export type Listed =
  | { readonly logGroups: readonly ListedLogGroup[] }
  | { readonly failure: Failure }
  | { readonly late: true };

/** All log groups of the region, or those with a prefix, ordered by name: so a name tells how far a run has got. */
export async function listLogGroups(api: LogsApi, calls: Calls, prefix?: string): Promise<Listed> {
  const byName = new Map<string, ListedLogGroup>();
  let page: string | undefined;
  do {
    const called = await calls.read(() => api.listLogGroups(page, prefix));
    if (!("value" in called)) return called;
    for (const group of called.value.logGroups) byName.set(group.name, group);
    page = called.value.next;
  } while (page !== undefined);
  return { logGroups: [...byName.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1)) };
}

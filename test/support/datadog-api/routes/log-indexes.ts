import { type Answer, ok, type Route, type RouteCall, refused } from "../route.ts";
import { arrayOf, flag, integer, matching, number, object, text } from "../schema.ts";

/** As `LogsIndex` of the v1 document. */
export interface LogIndex {
  readonly name: string;
  readonly filter: { readonly query: string };
  readonly exclusion_filters?: readonly {
    readonly name: string;
    readonly is_enabled?: boolean;
    readonly filter?: { readonly query?: string; readonly sample_rate: number; readonly sample_attribute?: string };
  }[];
  readonly num_retention_days?: number;
  readonly daily_limit?: number | null;
  readonly daily_limit_reset?: { readonly reset_time?: string; readonly reset_utc_offset?: string };
  readonly daily_limit_warning_threshold_percentage?: number;
  readonly num_flex_logs_retention_days?: number;
  readonly tags?: readonly string[];
  /** Only ever in answers. */
  readonly is_rate_limited?: boolean;
}

/** Of `LogsIndex` and `LogsIndexUpdateRequest`. */
const FIELDS = {
  filter: object({ query: text }),
  exclusion_filters: arrayOf(
    object(
      {
        name: text,
        is_enabled: flag,
        filter: object({ query: text, sample_attribute: text, sample_rate: number }, ["sample_rate"]),
      },
      ["name"],
    ),
  ),
  daily_limit: integer,
  daily_limit_reset: object({ reset_time: matching(/^\d\d:00$/), reset_utc_offset: matching(/^[+-]\d\d:00$/) }),
  daily_limit_warning_threshold_percentage: { type: "number", minimum: 50, maximum: 99.99 },
  num_retention_days: integer,
  num_flex_logs_retention_days: integer,
  tags: arrayOf(matching(/^[^:]+:.+$/)),
};

const DEFAULT_RETENTION_DAYS = 15;

/** The log indexes of an account, in their order: a log goes into the first whose filter it passes. */
export function logIndexes() {
  const indexes: LogIndex[] = [
    { name: "main", filter: { query: "" }, exclusion_filters: [], num_retention_days: 15, is_rate_limited: false },
  ];
  const state = { most: 100, deleted: new Set<string>() };
  const at = (name = "") => indexes.findIndex((one) => one.name === name);

  const create = ({ body }: RouteCall): Answer => {
    const { name } = body as LogIndex;
    if (!/^[a-z][a-z0-9-]*$/.test(name)) return wrong("the name has characters that it may not have");
    if (at(name) >= 0) return wrong("an index of this name exists");
    if (state.deleted.has(name)) return wrong("an index of this name was deleted");
    if (indexes.length >= state.most) return wrong("the limit of indexes is reached", 422);
    const made = { num_retention_days: DEFAULT_RETENTION_DAYS, exclusion_filters: [], ...body, is_rate_limited: false };
    indexes.push(made);
    return ok(made);
  };

  /** Replaces all but the quota, which stays if it is left out. */
  const update = ({ params, body }: RouteCall): Answer => {
    const i = at(params.name);
    const before = indexes[i];
    if (!before) return wrong("there is no such index", 404);
    const { disable_daily_limit: disable, ...fields } = body;
    const limit = disable ? null : (fields.daily_limit ?? before.daily_limit);
    const changed = {
      num_retention_days: DEFAULT_RETENTION_DAYS,
      exclusion_filters: [],
      ...fields,
      daily_limit: limit,
      name: before.name,
      is_rate_limited: before.is_rate_limited,
    };
    indexes[i] = changed;
    return ok(changed);
  };

  const remove = ({ params: { name = "" } }: RouteCall): Answer => {
    if (at(name) < 0) return wrong("there is no such index", 404);
    indexes.splice(at(name), 1);
    state.deleted.add(name);
    return { status: 200 };
  };

  const reorder = ({ body: { index_names: names } }: RouteCall): Answer => {
    const sorted = indexes.toSorted((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
    if (sorted.map(({ name }) => name).join() !== names.join()) return wrong("it must have every index, once");
    indexes.splice(0, indexes.length, ...sorted);
    return ok({ index_names: names });
  };

  const path = "/api/v1/logs/config/indexes";
  const one = `${path}/{name}`;
  const order = "/api/v1/logs/config/index-order";
  const reads = { needs: { scope: "logs_read_config" } };
  const writes = { needs: { scope: "logs_modify_indexes" } };
  const routes: Route[] = [
    { method: "GET", path, ...reads, answer: () => ok({ indexes }) },
    { method: "POST", path, ...writes, body: object({ name: text, ...FIELDS }, ["name", "filter"]), answer: create },
    {
      method: "PUT",
      path: one,
      ...writes,
      body: object({ disable_daily_limit: flag, ...FIELDS }, ["filter"]),
      answer: update,
    },
    { method: "DELETE", path: one, ...writes, answer: remove },
    { method: "GET", path: order, ...reads, answer: () => ok({ index_names: indexes.map(({ name }) => name) }) },
    {
      method: "PUT",
      path: order,
      ...writes,
      body: object({ index_names: arrayOf(text) }, ["index_names"]),
      answer: reorder,
    },
  ];
  return { indexes, state, routes };
}

/** `LogsAPIErrorResponse`. */
const wrong = (message: string, status = 400): Answer => ({
  ...refused(status),
  body: { error: { code: "InvalidArgument", message } },
});

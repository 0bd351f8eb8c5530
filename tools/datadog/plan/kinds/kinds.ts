import type { KindName } from "../../recommended/all.ts";
import type { Ask, JsonObject } from "./ask.ts";
import { type Found, found, type Kind } from "./kind.ts";
import { findMark } from "./mark.ts";

const PIPELINE: Kind = {
  path: "/api/v1/logs/config/pipelines",
  nameField: "name",
  markField: "tags",
  replaces: ["description", "tags"],
  list: async (ask) => listOf(await ask("GET", PIPELINE.path)).map((one) => found("pipeline", PIPELINE, one.id, one)),
};

const INDEX: Kind = {
  path: "/api/v1/logs/config/indexes",
  nameField: "name",
  markField: "tags",
  replaces: ["daily_limit_reset", "exclusion_filters", "num_flex_logs_retention_days", "num_retention_days", "tags"],
  list: async (ask) => {
    const { indexes } = ((await ask("GET", INDEX.path)) ?? {}) as JsonObject;
    return listOf(indexes).map((one) => found("index", INDEX, one.name, one));
  },
  // It is in the path, and can't be changed.
  toRequest: ({ name, ...body }, to) => (to === "create" ? { name, ...body } : body),
};

const ARCHIVE: Kind = {
  path: "/api/v2/logs/config/archives",
  nameField: "name",
  markField: "rehydration_tags",
  replaces: [
    "compression_method",
    "lookup_attributes",
    "partitioning_attributes",
    "rehydration_max_scan_size_in_gb",
    "rehydration_tags",
  ],
  list: async (ask) => {
    const { data } = ((await ask("GET", ARCHIVE.path)) ?? {}) as JsonObject;
    return listOf(data).map(({ id, attributes }) => found("archive", ARCHIVE, id, attributes));
  },
  toRequest: (attributes) => ({ data: { type: "archives", attributes } }),
  fromAnswer: ({ data }) => (data as JsonObject | undefined)?.attributes,
};

const DASHBOARD: Kind = {
  path: "/api/v1/dashboard",
  nameField: "title",
  markField: "description",
  replaces: [
    "default_timeframe",
    "notify_list",
    "reflow_type",
    "restricted_roles",
    "tags",
    "template_variable_presets",
  ],
  list: async (ask) => {
    const dashboards: Found[] = [];
    const all = pages(ask, DASHBOARD.path, ({ length }) => ({ count: "100", start: String(length) }));
    for await (const { id, description } of all) {
      // The list has no widgets: each of ours is read by itself.
      if (findMark(description))
        dashboards.push(found("dashboard", DASHBOARD, id, await ask("GET", pathOf(DASHBOARD, id))));
    }
    return dashboards;
  },
};

const MONITOR: Kind = {
  path: "/api/v1/monitor",
  nameField: "name",
  markField: "tags",
  list: async (ask) => {
    const monitors: Found[] = [];
    const all = pages(ask, MONITOR.path, (before) => ({
      id_offset: String(before.at(-1)?.id ?? 0),
      page_size: "1000",
    }));
    for await (const one of all) monitors.push(found("monitor", MONITOR, one.id, one));
    return monitors;
  },
};

/** In the order in which objects are made. */
export const KINDS: Readonly<Record<KindName, Kind>> = {
  pipeline: PIPELINE,
  index: INDEX,
  archive: ARCHIVE,
  dashboard: DASHBOARD,
  monitor: MONITOR,
};

export const KIND_NAMES = Object.keys(KINDS) as readonly KindName[];

export const pathOf = ({ path }: Pick<Kind, "path">, remoteId: unknown): string =>
  `${path}/${encodeURIComponent(String(remoteId))}`;

const listOf = (value: unknown) => (Array.isArray(value) ? (value as JsonObject[]) : []);

/**
 * A list in pages, to its end: a page may be shorter than was asked for, and only one without anything new is the last.
 * @param queryOf the query of the page that comes after these items
 */
async function* pages(
  ask: Ask,
  path: string,
  queryOf: (before: readonly JsonObject[]) => Readonly<Record<string, string>>,
): AsyncGenerator<JsonObject> {
  const all: JsonObject[] = [];
  const seen = new Set<unknown>();
  for (;;) {
    const answer = await ask("GET", path, { query: queryOf(all) });
    const page = listOf(Array.isArray(answer) ? answer : (answer as JsonObject | undefined)?.dashboards);
    const fresh = page.filter(({ id }) => !seen.has(id));
    if (fresh.length === 0) return;
    for (const { id } of fresh) seen.add(id);
    all.push(...page);
    yield* fresh;
  }
}

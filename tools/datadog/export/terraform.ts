import type { ApiBody } from "../plan/changes.ts";
import type { JsonObject } from "../plan/kinds/ask.ts";
import type { KindName } from "../recommended/all.ts";

/**
 * The objects as a `.tf.json` file for Datadog's provider: what its resources call otherwise than the API is renamed here.
 * Dashboards and monitors are the API's JSON there, too.
 * https://registry.terraform.io/providers/DataDog/datadog/latest/docs (2026-08)
 */
export function terraform(bodies: readonly ApiBody[]): JsonObject {
  const resource: Record<string, Record<string, unknown>> = {};
  for (const { kind, id, body } of bodies) {
    const { type, write } = RESOURCES[kind];
    const ofType = resource[type] ?? {};
    resource[type] = ofType;
    ofType[`sidecarless_${id.replaceAll("-", "_")}`] = literal(write(body));
  }
  return { terraform: { required_providers: { datadog: { source: "DataDog/datadog" } } }, resource };
}

interface Resource {
  readonly type: string;
  readonly write: (body: JsonObject) => JsonObject;
}

const RESOURCES: Readonly<Record<KindName, Resource>> = {
  pipeline: {
    type: "datadog_logs_custom_pipeline",
    write: ({ filter, processors, ...rest }) => ({
      ...rest,
      filter: [filter],
      processor: (processors as JsonObject[]).map(processor),
    }),
  },
  index: {
    type: "datadog_logs_index",
    write: ({ filter, exclusion_filters: filters = [], num_retention_days: days, ...rest }) => ({
      ...rest,
      filter: [filter],
      exclusion_filter: (filters as JsonObject[]).map((one) => ({ ...one, filter: [one.filter] })),
      ...(days !== undefined && { retention_days: days }),
    }),
  },
  archive: {
    type: "datadog_logs_archive",
    write: ({ destination, ...rest }) => {
      const { type: _type, integration, ...place } = destination as JsonObject;
      return { ...rest, s3_archive: [{ ...place, ...(integration as JsonObject) }] };
    },
  },
  dashboard: { type: "datadog_dashboard_json", write: (body) => ({ dashboard: JSON.stringify(body) }) },
  monitor: { type: "datadog_monitor_json", write: (body) => ({ monitor: JSON.stringify(body) }) },
};

/** @throws if the pipeline has a kind of processor that is not written here yet. */
function processor({ type, categories, ...rest }: JsonObject): JsonObject {
  if (type !== "category-processor") throw new Error(`export does not know processors of the type ${type} yet.`);
  const category = (categories as JsonObject[]).map(({ name, filter }) => ({ name, filter: [filter] }));
  return { category_processor: [{ ...rest, category }] };
}

/** In strings of a `.tf.json` file, `${` and `%{` begin an expression. */
function literal(value: unknown): unknown {
  if (typeof value === "string") return value.replace(/[$%]\{/g, (sign) => `${sign[0]}${sign}`);
  if (Array.isArray(value)) return value.map(literal);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, literal(one)]));
}

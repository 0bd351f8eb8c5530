import { afterEach, describe, expect, test } from "vitest";
import { apiRequests } from "../../../tools/datadog/export/api-requests.ts";
import { terraform } from "../../../tools/datadog/export/terraform.ts";
import { apiBodies } from "../../../tools/datadog/plan/api-bodies.ts";
import { type DatadogApi, startDatadogApi } from "../../support/datadog-api/server.ts";
import { ARCHIVE, askQuickly, EVERYTHING, INDEX, planOf } from "../../support/datadog-setup.ts";

const CHOICES = { ...EVERYTHING, archive: { ...ARCHIVE, path: "logs" }, index: { ...INDEX, retentionDays: 15 } };

describe("as JSON", () => {
  let api: DatadogApi;
  afterEach(() => api.stop());

  test("they are requests that Datadog's API takes; what they make is nobody's but theirs who sent them", async () => {
    api = await startDatadogApi();
    const ask = askQuickly(api);
    const requests = apiRequests(await apiBodies(CHOICES));
    for (const { path, body } of requests) await ask("POST", path, { body });
    expect(requests.length).toBeGreaterThan(10);
    const { changes } = await planOf(api, CHOICES);
    expect(changes.filter(({ action }) => action === "keep" || action === "update")).toEqual([]);
  });
});

/**
 * What the resources of the provider take, of what is used here. Blocks are lists.
 * https://github.com/DataDog/terraform-provider-datadog/tree/master/docs/resources (2026-08)
 */
const SCHEMAS: Readonly<Record<string, object>> = {
  datadog_logs_custom_pipeline: {
    name: "",
    description: "",
    is_enabled: true,
    tags: [""],
    filter: [{ query: "" }],
    processor: [
      {
        category_processor: [
          { name: "", is_enabled: true, target: "", category: [{ name: "", filter: [{ query: "" }] }] },
        ],
      },
    ],
  },
  datadog_logs_index: {
    name: "",
    daily_limit: 1,
    daily_limit_warning_threshold_percentage: 1,
    retention_days: 1,
    tags: [""],
    filter: [{ query: "" }],
    exclusion_filter: [{ name: "", is_enabled: true, filter: [{ query: "", sample_rate: 1 }] }],
  },
  datadog_logs_archive: {
    name: "",
    query: "",
    include_tags: true,
    rehydration_tags: [""],
    s3_archive: [{ bucket: "", path: "", account_id: "", role_name: "" }],
  },
  datadog_dashboard_json: { dashboard: "" },
  datadog_monitor_json: { monitor: "" },
};

/** Where a value is of another kind than the schema's example, or has what the schema has not. */
function misfits(value: unknown, example: unknown, path = ""): string[] {
  if (Array.isArray(value)) {
    return Array.isArray(example) ? value.flatMap((one, i) => misfits(one, example[0], `${path}[${i}]`)) : [path];
  }
  if (typeof value !== typeof example) return [path];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, one]) =>
    misfits(one, (example as Readonly<Record<string, unknown>>)[name], `${path}.${name}`),
  );
}

describe("for Terraform", () => {
  test("every object is a resource with arguments that the provider has", async () => {
    const bodies = await apiBodies(CHOICES);
    const resource = terraform(bodies).resource as Readonly<Record<string, Readonly<Record<string, object>>>>;
    const all = Object.entries(resource).flatMap(([type, named]) => Object.values(named).map((one) => ({ type, one })));
    expect(all).toHaveLength(bodies.length);
    for (const { type, one } of all) expect(misfits(one, SCHEMAS[type], type)).toEqual([]);
    for (const name of Object.values(resource).flatMap((named) => Object.keys(named))) {
      expect(name).toMatch(/^[a-z_][a-z0-9_]*$/);
    }
    expect(Object.values(resource.datadog_logs_archive ?? {})).toMatchObject([
      {
        s3_archive: [
          { bucket: ARCHIVE.bucket, path: "logs", account_id: ARCHIVE.accountId, role_name: ARCHIVE.roleName },
        ],
      },
    ]);
  });

  test("dashboards and monitors are the API's JSON", async () => {
    const bodies = await apiBodies(CHOICES);
    const { datadog_monitor_json: monitors = {} } = terraform(bodies).resource as Record<
      string,
      Record<string, { monitor: string }>
    >;
    const wanted = bodies.flatMap(({ kind, body }) => (kind === "monitor" ? [body] : []));
    expect(Object.values(monitors).map(({ monitor }) => JSON.parse(monitor))).toEqual(wanted);
  });

  test("what Terraform would take for an expression is none", async () => {
    const sign = "$";
    const written = terraform(await apiBodies({ ...CHOICES, logs: `service:${sign}{secret} -@a:%{b}` }));
    expect(written.resource).toMatchObject({
      datadog_logs_archive: { sidecarless_logs: { query: `service:${sign}${sign}{secret} -@a:%%{b}` } },
    });
  });
});

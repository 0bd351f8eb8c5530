import type { Account } from "../account.ts";
import { collection } from "../collection.ts";
import { type Answer, ok, type Route, refused } from "../route.ts";
import { anything, arrayOf, between, flag, integer, nullable, number, object, oneOf, text } from "../schema.ts";

interface Monitor {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  readonly query: string;
  readonly options: { readonly [option: string]: unknown };
  readonly [field: string]: unknown;
}

/** `MonitorOptions`, without what is deprecated or for kinds that are not used here. */
const OPTIONS = object({
  enable_logs_sample: flag,
  escalation_message: text,
  evaluation_delay: nullable(integer),
  group_retention_duration: text,
  include_tags: flag,
  new_group_delay: nullable(integer),
  new_host_delay: nullable(integer),
  no_data_timeframe: nullable(integer),
  notification_preset_name: oneOf("show_all", "hide_query", "hide_handles", "hide_all", "hide_query_and_handles"),
  notify_audit: flag,
  notify_by: arrayOf(text),
  notify_no_data: flag,
  on_missing_data: oneOf("default", "show_no_data", "show_and_notify_no_data", "resolve"),
  renotify_interval: nullable(integer),
  renotify_occurrences: nullable(integer),
  renotify_statuses: nullable(arrayOf(oneOf("alert", "warn", "no data"))),
  require_full_window: flag,
  silenced: object({}),
  thresholds: object({ critical: number, critical_recovery: nullable(number), warning: nullable(number) }),
  timeout_h: nullable(integer),
});

/** `Monitor` and `MonitorUpdateRequest`. Read-only fields are refused. */
const FIELDS = {
  name: text,
  type: oneOf("query alert", "metric alert", "log alert", "event-v2 alert"),
  query: text,
  message: text,
  tags: arrayOf(text),
  priority: nullable(between(1, 5)),
  options: OPTIONS,
  restricted_roles: nullable(arrayOf(text)),
  draft_status: oneOf("draft", "published"),
  assets: arrayOf(anything),
};

/** The forms of queries that the document describes, for each type of monitor; the last part is the threshold. */
const METRIC_QUERY = /^(avg|sum|min|max)\(last_(\d+[mh]|1d|1w)\):.*\S (?:[<>]=?|[!=]=) (\d+(?:\.\d+)?)$/;
const EVENT_TIME = String.raw`\.last\("(\d+)([mh])"\) (?:[<>]=?|[!=]=) (\d+(?:\.\d+)?)$`;
const LOG_QUERY = new RegExp(
  String.raw`^logs\("((?:[^"\\]|\\.)*)"\)\.index\("[^"]+"\)\.rollup\("count"\)(?:\.by\("[^"]+"\))?${EVENT_TIME}`,
);
const EVENT_QUERY = new RegExp(String.raw`^events\("((?:[^"\\]|\\.)*)"\)\.rollup\("count"\)${EVENT_TIME}`);

/** Monitors. A POST makes one of whatever fields it has; a PUT changes those that it has. */
export function monitors(account: Account) {
  const { all, add } = collection<Monitor>((number) => String(1_000 + number));
  const make = (body: object) =>
    add(
      (id, number) =>
        ({
          message: "",
          tags: [],
          priority: null,
          restricted_roles: null,
          draft_status: "published",
          ...body,
          // What a monitor gets that does not say otherwise.
          options: { silenced: {}, new_host_delay: 300, ...(body as Monitor).options },
          id: Number(id),
          created: new Date(1_700_000_000_000 + number * 1_000).toISOString(),
          creator: { email: "somebody@example.com", handle: "somebody@example.com", name: "Some Body" },
          deleted: null,
          modified: new Date(account.now()).toISOString(),
          multi: (body as Monitor).query.includes("by"),
          overall_state: "No Data",
        }) as unknown as Monitor,
    );

  const path = "/api/v1/monitor";
  const one = `${path}/{monitor_id}`;
  const reads = { needs: { scope: "monitors_read" } };
  const writes = { needs: { scope: "monitors_write" } };
  const routes: Route[] = [
    {
      method: "GET",
      path,
      ...reads,
      query: { id_offset: /^\d+$/, page_size: /^\d{1,4}$/, monitor_tags: /./, name: /./ },
      answer: ({ query: { id_offset: offset = "0", page_size: size = "100" } }) => {
        if (Number(size) > 1_000) return refused(400, "page_size must be at most 1000");
        const after = [...all.values()].filter(({ id }) => id > Number(offset));
        return ok(after.slice(0, Math.min(Number(size), account.pageSize)));
      },
    },
    {
      method: "POST",
      path,
      ...writes,
      body: object(FIELDS, ["type", "query"]),
      answer: ({ body }) => wrongMonitor(account, body) ?? ok(make(body)),
    },
    {
      method: "PUT",
      path: one,
      ...writes,
      body: object(FIELDS),
      answer: ({ params: { monitor_id: id = "" }, body }) => {
        const before = all.get(id);
        if (!before) return refused(404, "Monitor not found");
        const changed = { ...before, ...body, modified: new Date(account.now()).toISOString() };
        const wrong = wrongMonitor(account, changed);
        if (!wrong) all.set(id, changed);
        return wrong ?? ok(changed);
      },
    },
    {
      method: "DELETE",
      path: one,
      ...writes,
      answer: ({ params: { monitor_id: id = "" } }) =>
        all.delete(id) ? ok({ deleted_monitor_id: Number(id) }) : refused(404, "Monitor not found"),
    },
  ];
  return { all, add: make, routes };
}

/** What the document says in words. */
function wrongMonitor({ scopes }: Account, { type, query, options = {} }: Monitor): Answer | undefined {
  // "Log monitors require an unscoped App Key."
  if (type === "log alert" && scopes !== undefined) return refused(403, "Forbidden");
  const isMetric = type === "query alert" || type === "metric alert";
  const form = isMetric ? METRIC_QUERY : type === "log alert" ? LOG_QUERY : EVENT_QUERY;
  const found = form.exec(query);
  if (!found) return refused(400, "The value provided for parameter 'query' is invalid");
  if (isMetric && !areBalanced(query)) return refused(400, "The query has a bracket too many or too few");
  if (!isMetric && Number(found[2]) > (found[3] === "h" ? 48 : 2_880)) return refused(400, "The window is too long");
  const threshold = Number(found.at(-1));
  const { critical } = (options.thresholds ?? {}) as { critical?: number };
  if (critical !== threshold) return refused(400, `Alert threshold (${critical}) does not match that in the query`);
  const { on_missing_data: onMissing, group_retention_duration: retention, evaluation_delay: delay } = options;
  if (isMetric && (onMissing !== undefined || retention !== undefined)) {
    return refused(400, "on_missing_data and group_retention_duration are not for metric monitors");
  }
  if (!isMetric && delay !== undefined) return refused(400, "evaluation_delay is for metric monitors");
  return undefined;
}

function areBalanced(query: string): boolean {
  const open: string[] = [];
  for (const bracket of query.match(/[(){}]/g) ?? []) {
    if (bracket === "(" || bracket === "{") open.push(bracket);
    else if (open.pop() !== (bracket === ")" ? "(" : "{")) return false;
  }
  return open.length === 0;
}

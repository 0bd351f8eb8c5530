import type { Account } from "../account.ts";
import { collection } from "../collection.ts";
import { ok, type Route, refused } from "../route.ts";
import { anything, arrayOf, flag, matching, nullable, object, oneOf, text } from "../schema.ts";
import { WIDGET } from "../widget-schema.ts";

interface Dashboard {
  readonly id: string;
  readonly title: string;
  readonly description: string | null;
  readonly [field: string]: unknown;
}

/** `Dashboard`. Read-only fields are refused. */
const BODY = object(
  {
    title: text,
    description: nullable(text),
    layout_type: oneOf("ordered", "free"),
    reflow_type: oneOf("auto", "fixed"),
    is_read_only: flag,
    notify_list: nullable(arrayOf(text)),
    restricted_roles: arrayOf(text),
    tags: nullable(arrayOf(matching(/^team:.+$/), { maxItems: 5 })),
    default_timeframe: anything,
    template_variable_presets: nullable(arrayOf(anything)),
    template_variables: nullable(
      arrayOf(
        object(
          {
            name: text,
            prefix: nullable(text),
            defaults: arrayOf({ type: "string", minLength: 1 }),
            available_values: nullable(arrayOf(text)),
            type: nullable(text),
          },
          ["name"],
        ),
      ),
    ),
    widgets: arrayOf(WIDGET),
  },
  ["title", "layout_type", "widgets"],
);

/** Dashboards; their list has no widgets, and comes in pages. */
export function dashboards(account: Account) {
  const { all, add } = collection<Dashboard>((number) => `abc-${String(number).padStart(3, "0")}-xyz`);
  let widgets = 0;
  /** Each widget gets an id, those in groups, too. */
  const numbered = (list: readonly { definition: { widgets?: [] } }[]): unknown[] =>
    list.map((widget) => {
      widgets += 1;
      const { widgets: inner } = widget.definition;
      const definition = inner ? { ...widget.definition, widgets: numbered(inner) } : widget.definition;
      return { id: widgets, ...widget, definition };
    });
  const whole = (id: string, createdAt: unknown, body: { widgets: [] }) =>
    ({
      description: null,
      notify_list: null,
      template_variables: null,
      is_read_only: false,
      ...body,
      widgets: numbered(body.widgets),
      id,
      author_handle: "somebody@example.com",
      author_name: "Some Body",
      created_at: createdAt,
      modified_at: new Date(account.now()).toISOString(),
      url: `/dashboard/${id}`,
    }) as unknown as Dashboard;
  const make = (body: object) =>
    add((id, number) => whole(id, new Date(1_700_000_000_000 + number * 1_000).toISOString(), body as { widgets: [] }));

  const path = "/api/v1/dashboard";
  const one = `${path}/{dashboard_id}`;
  const reads = { needs: { scope: "dashboards_read" } };
  const writes = { needs: { scope: "dashboards_write" } };
  const routes: Route[] = [
    {
      method: "GET",
      path,
      ...reads,
      query: {
        count: /^\d+$/,
        start: /^\d+$/,
        "filter[shared]": /^(true|false)$/,
        "filter[deleted]": /^(true|false)$/,
      },
      answer: ({ query: { count = "100", start = "0" } }) => {
        const size = Math.min(Number(count), account.pageSize);
        const page = [...all.values()].slice(Number(start), Number(start) + size);
        return ok({
          dashboards: page.map(({ id, title, description, author_handle, created_at, layout_type, url }) => ({
            ...{ id, title, description, author_handle, created_at, layout_type, url },
          })),
        });
      },
    },
    { method: "POST", path, ...writes, body: BODY, answer: ({ body }) => ok(make(body)) },
    {
      method: "GET",
      path: one,
      ...reads,
      answer: ({ params: { dashboard_id: id = "" } }) => (all.has(id) ? ok(all.get(id)) : refused(404, "Not found")),
    },
    {
      method: "PUT",
      path: one,
      ...writes,
      body: BODY,
      answer: ({ params: { dashboard_id: id = "" }, body }) => {
        const before = all.get(id);
        if (!before) return refused(404, "Not found");
        all.set(id, whole(id, before.created_at, body));
        return ok(all.get(id));
      },
    },
    {
      method: "DELETE",
      path: one,
      ...writes,
      answer: ({ params: { dashboard_id: id = "" } }) =>
        all.delete(id) ? ok({ deleted_dashboard_id: id }) : refused(404, "Not found"),
    },
  ];
  return { all, add: make, routes };
}

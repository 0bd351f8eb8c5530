import { collection } from "../collection.ts";
import { type Answer, ok, type Route, refused } from "../route.ts";
import { arrayOf, either, flag, object, oneOf, text } from "../schema.ts";

interface Pipeline {
  readonly id: string;
  readonly name: string;
  readonly [field: string]: unknown;
}

const FILTER = object({ query: text });

const category = object(
  {
    type: oneOf("category-processor"),
    name: text,
    is_enabled: flag,
    target: text,
    categories: arrayOf(object({ name: text, filter: FILTER })),
  },
  ["type", "target", "categories"],
);

/** A remapper, as other people's pipelines have it. */
const remapper = object(
  {
    type: oneOf("status-remapper", "message-remapper", "service-remapper", "date-remapper"),
    name: text,
    is_enabled: flag,
    sources: arrayOf(text),
  },
  ["type", "sources"],
);

/** `LogsPipeline`. Read-only fields are refused. */
const BODY = object(
  {
    name: text,
    description: text,
    is_enabled: flag,
    filter: FILTER,
    processors: arrayOf(either(category, remapper)),
    tags: arrayOf(text),
  },
  ["name"],
);

/** Log pipelines, in their order. */
export function logPipelines() {
  const { all: pipelines, add } = collection<Pipeline>((number) => `pipeline-${number}`);
  const whole = (id: string, body: object) =>
    ({ is_enabled: false, processors: [], ...body, id, is_read_only: false, type: "pipeline" }) as unknown as Pipeline;

  const path = "/api/v1/logs/config/pipelines";
  const one = `${path}/{id}`;
  const reads = { needs: { scope: "logs_read_config" } };
  const writes = { needs: { scope: "logs_write_pipelines" } };
  const routes: Route[] = [
    { method: "GET", path, ...reads, answer: () => ok([...pipelines.values()]) },
    { method: "POST", path, ...writes, body: BODY, answer: ({ body }) => ok(add((id) => whole(id, body))) },
    {
      method: "PUT",
      path: one,
      ...writes,
      body: BODY,
      answer: ({ params: { id = "" }, body }) => {
        if (!pipelines.has(id)) return wrong;
        pipelines.set(id, whole(id, body));
        return ok(pipelines.get(id));
      },
    },
    {
      method: "DELETE",
      path: one,
      ...writes,
      answer: ({ params: { id = "" } }) => (pipelines.delete(id) ? { status: 200 } : wrong),
    },
  ];
  return { pipelines, add: (body: object) => add((id) => whole(id, body)), routes };
}

/** The document has no 404 for pipelines. */
const wrong: Answer = {
  ...refused(400),
  body: { error: { code: "InvalidArgument", message: "Non existing pipeline" } },
};

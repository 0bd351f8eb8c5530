import { collection } from "../collection.ts";
import { ok, type Route, refused } from "../route.ts";
import { arrayOf, either, flag, integer, matching, nullable, object, oneOf, text } from "../schema.ts";

interface Archive {
  readonly id: string;
  readonly type: "archives";
  readonly attributes: { readonly name: string; readonly query: string; readonly [field: string]: unknown };
}

const S3 = object(
  {
    type: oneOf("s3"),
    bucket: matching(/^[a-z0-9][a-z0-9.-]+$/),
    path: text,
    integration: either(
      object({ account_id: matching(/^\d{12}$/), role_name: text }, ["account_id", "role_name"]),
      object({ access_key_id: text }, ["access_key_id"]),
    ),
    encryption: object({ type: oneOf("NO_OVERRIDE", "SSE_S3", "SSE_KMS"), key: text }, ["type"]),
    storage_class: oneOf("STANDARD", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR"),
  },
  ["type", "bucket", "integration"],
);

/** `LogsArchiveCreateRequest`, for PUT, too. */
const BODY = object(
  {
    data: object(
      {
        type: oneOf("archives"),
        attributes: object(
          {
            name: text,
            query: text,
            destination: S3,
            include_tags: flag,
            compression_method: oneOf("GZIP", "ZSTD"),
            lookup_attributes: arrayOf(text),
            partitioning_attributes: arrayOf(text),
            rehydration_max_scan_size_in_gb: nullable(integer),
            rehydration_tags: arrayOf(text),
          },
          ["name", "query", "destination"],
        ),
      },
      ["type"],
    ),
  },
  ["data"],
);

/** Log archives, in their order: a log goes into the first whose query it passes. */
export function logArchives() {
  const { all: archives, add } = collection<Archive>((number) => `archive-${number}`);
  const whole = (id: string, attributes: object) =>
    ({
      id,
      type: "archives",
      attributes: {
        include_tags: false,
        rehydration_tags: [],
        compression_method: "GZIP",
        state: "UNKNOWN",
        ...attributes,
      },
    }) as unknown as Archive;

  const path = "/api/v2/logs/config/archives";
  const one = `${path}/{archive_id}`;
  const reads = { needs: { scope: "logs_read_archives" } };
  const writes = { needs: { scope: "logs_write_archives" } };
  const routes: Route[] = [
    { method: "GET", path, ...reads, answer: () => ok({ data: [...archives.values()] }) },
    {
      method: "GET",
      path: "/api/v2/logs/config/archive-order",
      needs: { scope: "logs_read_config" },
      answer: () => ok({ data: { type: "archive_order", attributes: { archive_ids: [...archives.keys()] } } }),
    },
    {
      method: "POST",
      path,
      ...writes,
      body: BODY,
      answer: ({ body }) => ok({ data: add((id) => whole(id, body.data.attributes)) }),
    },
    {
      method: "PUT",
      path: one,
      ...writes,
      body: BODY,
      answer: ({ params: { archive_id: id = "" }, body }) => {
        if (!archives.has(id)) return refused(404, "Not found");
        archives.set(id, whole(id, body.data.attributes));
        return ok({ data: archives.get(id) });
      },
    },
    {
      method: "DELETE",
      path: one,
      ...writes,
      answer: ({ params: { archive_id: id = "" } }) =>
        archives.delete(id) ? { status: 204 } : refused(404, "Not found"),
    },
  ];
  return { archives, add: (attributes: object) => add((id) => whole(id, attributes)), routes };
}

import { type KindName, recommended } from "../recommended/all.ts";
import type { Choices } from "../recommended/choices.ts";
import type { ApiBody } from "./changes.ts";
import type { JsonObject } from "./kinds/ask.ts";

/** What is recommended, as the API's JSON: Datadog's own client writes it, and refuses what its OpenAPI document does not know. */
export async function apiBodies(choices: Choices): Promise<readonly ApiBody[]> {
  // Loaded only here: it takes more than half a second.
  const { v1, v2 } = await import("@datadog/datadog-api-client");
  const write: Readonly<Record<KindName, (body: unknown) => JsonObject>> = {
    pipeline: (body) => v1.ObjectSerializer.serialize(body, "LogsPipeline", ""),
    index: (body) => v1.ObjectSerializer.serialize(body, "LogsIndex", ""),
    archive: (body) => v2.ObjectSerializer.serialize(body, "LogsArchiveCreateRequestAttributes", ""),
    dashboard: (body) => v1.ObjectSerializer.serialize(body, "Dashboard", ""),
    monitor: (body) => v1.ObjectSerializer.serialize(body, "Monitor", ""),
  };
  return recommended(choices).all.map(({ kind, id, body }) => ({ kind, id, body: write[kind](body) }));
}

import { DatadogApiError } from "../api-error.ts";
import type { KindName } from "../recommended/all.ts";
import type { Current } from "./current.ts";
import type { Ask, JsonObject } from "./kinds/ask.ts";
import type { Found } from "./kinds/kind.ts";
import { KIND_NAMES, KINDS } from "./kinds/kinds.ts";

export const INDEX_ORDER_PATH = "/api/v1/logs/config/index-order";
const ARCHIVE_ORDER_PATH = "/api/v2/logs/config/archive-order";

/**
 * What Datadog has of each kind. A kind that the key may not read stops only what concerns it.
 * @throws DatadogApiError if anything else fails
 */
export async function readCurrent(ask: Ask): Promise<Current> {
  const found: Partial<Record<KindName, readonly Found[]>> = {};
  const unreadable: Partial<Record<KindName, string>> = {};
  const read = async <T>(kind: KindName, whatIsRead: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await whatIsRead();
    } catch (error) {
      if (!(error instanceof DatadogApiError) || error.kind !== "forbidden") throw error;
      unreadable[kind] ??= error.message;
      return undefined;
    }
  };
  for (const kind of KIND_NAMES) found[kind] = (await read(kind, () => KINDS[kind].list(ask))) ?? [];
  const indexOrder = await read("index", () => readIndexOrder(ask));
  const archiveOrder = await read("archive", () => readArchiveOrder(ask));
  return {
    found: found as Current["found"],
    unreadable,
    indexOrder: indexOrder ?? [],
    archiveOrder: archiveOrder ?? [],
  };
}

export async function readIndexOrder(ask: Ask): Promise<readonly string[]> {
  const { index_names: names } = ((await ask("GET", INDEX_ORDER_PATH)) ?? {}) as JsonObject;
  return Array.isArray(names) ? names.map(String) : [];
}

async function readArchiveOrder(ask: Ask): Promise<readonly string[]> {
  const { data } = ((await ask("GET", ARCHIVE_ORDER_PATH)) ?? {}) as { data?: { attributes?: JsonObject } };
  const ids = data?.attributes?.archive_ids;
  return Array.isArray(ids) ? ids.map(String) : [];
}

import type { v2 } from "@datadog/datadog-api-client";
import type { SentEntry } from "../../../functions/intake/payload.ts";
import type { QueriedLog } from "./log-query.ts";

/** A log as a person sees it in Datadog: some fields, tags, and attributes, each a path and a text. */
export interface ShownLog {
  readonly fields: Readonly<Record<FieldName, string | undefined>>;
  readonly tags: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
}

export const FIELDS = ["message", "timestamp", "service", "host"] as const;
export type FieldName = (typeof FIELDS)[number];

/**
 * What Datadog should make of an entry: some names are reserved, source and its category become tags, the rest attributes.
 * https://docs.datadoghq.com/api/latest/logs/#send-logs (2026-11)
 */
export function expectedFrom(entry: SentEntry): ShownLog {
  const { message, timestamp, service, hostname, ddtags, ddsource, ddsourcecategory, ...attributes } = entry;
  const tagged = { source: ddsource, sourcecategory: ddsourcecategory };
  return {
    fields: {
      message: textOf(message),
      timestamp: new Date(timestamp).toISOString(),
      service: textOf(service),
      host: textOf(hostname),
    },
    tags: [
      ...String(ddtags ?? "").split(","),
      ...Object.entries(tagged).flatMap(([key, value]) => (value === undefined ? [] : [`${key}:${value}`])),
    ].filter((tag) => tag !== ""),
    attributes: leavesOf(attributes),
  };
}

/** What Datadog made of it. */
export function shownAs({ attributes: log }: v2.Log): ShownLog {
  return {
    fields: {
      message: log?.message,
      timestamp: log?.timestamp === undefined ? undefined : new Date(log.timestamp).toISOString(),
      service: log?.service,
      host: log?.host,
    },
    tags: log?.tags ?? [],
    attributes: leavesOf(log?.attributes ?? {}),
  };
}

/** What an index's filter would see of an entry. */
export function queriedFrom(entry: SentEntry): QueriedLog {
  const { fields, tags } = expectedFrom(entry);
  const named = Object.entries({ service: fields.service, host: fields.host, status: "info" });
  return {
    message: fields.message ?? "",
    tags: [...tags, ...named.flatMap(([key, value]) => (value === undefined ? [] : [`${key}:${value}`]))],
    attributes: entry,
  };
}

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** `{"aws": {"awslogs": {"owner": "1"}}}` as `aws.awslogs.owner`: `1`. */
function leavesOf(value: Readonly<Record<string, unknown>>, path = ""): Record<string, string> {
  const leaves: Record<string, string> = {};
  for (const [name, inner] of Object.entries(value)) {
    const at = path === "" ? name : `${path}.${name}`;
    const isNested = typeof inner === "object" && inner !== null && !Array.isArray(inner);
    if (isNested) Object.assign(leaves, leavesOf(inner as Record<string, unknown>, at));
    else if (inner !== undefined) leaves[at] = typeof inner === "string" ? inner : JSON.stringify(inner);
  }
  return leaves;
}

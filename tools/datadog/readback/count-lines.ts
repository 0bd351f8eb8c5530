import type { v2 } from "@datadog/datadog-api-client";
import { readMarker } from "../../../functions/recorder/marker.ts";
import type { SearchLogs } from "../search-logs.ts";

/** Lines of the comparison's load, which say of which run they are and which in it. */
export interface LoadLines {
  readonly service: string;
  readonly run: string;
  /** How many were to be written: numbers from 0. */
  readonly written: number;
}

export interface LineCount {
  /** Different lines found. */
  readonly found: number;
  /** How many were found once more. */
  readonly duplicates: number;
}

/** Counts the lines that Datadog shows. Only indexed logs are found: an exclusion filter hides them. */
export async function countLines(
  search: SearchLogs,
  { service, run, written }: LoadLines,
  fromMs: number,
): Promise<LineCount> {
  const seen = new Set<number>();
  let duplicates = 0;
  for await (const log of search(`service:${service}`, fromMs)) {
    const seq = seqOf(log, run);
    if (seq === undefined || seq >= written) continue;
    if (seen.has(seq)) duplicates += 1;
    seen.add(seq);
  }
  return { found: seen.size, duplicates };
}

/** Datadog takes a JSON line apart into attributes, FireLens's `log` among them; plain text stays the message. */
function seqOf({ attributes: log }: v2.Log, run: string): number | undefined {
  const fields: Readonly<Record<string, unknown>> = log?.attributes ?? {};
  if (fields.run === run && typeof fields.seq === "number") return fields.seq;
  const marker = readMarker(log?.message) ?? readMarker(fields.log);
  if (marker?.run === run) return marker.seq;
  const inLog = fields.log as { readonly run?: unknown; readonly seq?: unknown } | undefined;
  return inLog?.run === run && typeof inLog.seq === "number" ? inLog.seq : undefined;
}

import { gunzipSync, gzipSync } from "node:zlib";
import type { Payload } from "../records/payload.ts";

/** What the functions here need of an entry as sent; all the rest is passed on as it is. */
export interface SentEntry {
  readonly timestamp: number;
  readonly [attribute: string]: unknown;
}

/** The entries of a payload; undefined if the body is not what `pack` makes. */
export function entriesOf(body: Uint8Array): readonly SentEntry[] | undefined {
  try {
    const entries: unknown = JSON.parse(gunzipSync(body).toString("utf8"));
    return Array.isArray(entries) && entries.length > 0 && entries.every(hasTimestamp) ? entries : undefined;
  } catch {
    return undefined;
  }
}

const hasTimestamp = (entry: unknown) => typeof (entry as SentEntry | null)?.timestamp === "number";

/** The other way round. `entries`: one or more; `level`: gzip, 0 to 9. */
export function payloadOf(entries: readonly SentEntry[], level: number): Payload {
  const json = JSON.stringify(entries);
  const times = entries.map((entry) => entry.timestamp);
  return {
    body: gzipSync(json, { level }),
    entryCount: entries.length,
    rawBytes: Buffer.byteLength(json),
    firstEventMs: times.reduce((a, b) => Math.min(a, b)),
    lastEventMs: times.reduce((a, b) => Math.max(a, b)),
  };
}

/** Two payloads with half of the entries each, in order; undefined if there are not two entries to be had. */
export function halve(payload: Payload, level: number): [Payload, Payload] | undefined {
  const entries = entriesOf(payload.body);
  if (!entries || entries.length < 2) return undefined;
  const middle = Math.ceil(entries.length / 2);
  return [payloadOf(entries.slice(0, middle), level), payloadOf(entries.slice(middle), level)];
}

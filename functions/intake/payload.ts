import { decompress, isTooLarge } from "../compression.ts";
import type { Compress, Payload } from "../records/payload.ts";

/** What the functions here need of an entry as sent; all the rest is passed on as it is. */
export interface SentEntry {
  readonly timestamp: number;
  readonly [attribute: string]: unknown;
}

/** The entries of a payload; undefined if the body is not what `pack` makes, or unzips to more than `maxBytes`. */
export function entriesOf(body: Uint8Array, maxBytes?: number): readonly SentEntry[] | undefined {
  const read = readEntries(body, maxBytes);
  return typeof read === "string" ? undefined : read;
}

/** The same, with the difference between what is no payload and what is too large to tell. */
export function readEntries(
  body: Uint8Array,
  maxBytes?: number,
): readonly SentEntry[] | "not a payload" | "unzips to too much" {
  try {
    const entries: unknown = JSON.parse(decompress(body, maxBytes).toString("utf8"));
    return Array.isArray(entries) && entries.length > 0 && entries.every(hasTimestamp) ? entries : "not a payload";
  } catch (error) {
    return isTooLarge(error) ? "unzips to too much" : "not a payload";
  }
}

const hasTimestamp = (entry: unknown) => typeof (entry as SentEntry | null)?.timestamp === "number";

/** The other way round. @param entries one or more */
export function payloadOf(entries: readonly SentEntry[], compress: Compress): Payload {
  const json = Buffer.from(JSON.stringify(entries));
  const times = entries.map((entry) => entry.timestamp);
  return {
    ...compress(json),
    entryCount: entries.length,
    rawBytes: json.length,
    firstEventMs: times.reduce((a, b) => Math.min(a, b)),
    lastEventMs: times.reduce((a, b) => Math.max(a, b)),
  };
}

/** Two payloads with half of the entries each, in order; undefined if there are not two entries to be had. */
export function halve(payload: Payload, compress: Compress): [Payload, Payload] | undefined {
  const entries = entriesOf(payload.body);
  if (!entries || entries.length < 2) return undefined;
  const middle = Math.ceil(entries.length / 2);
  return [payloadOf(entries.slice(0, middle), compress), payloadOf(entries.slice(middle), compress)];
}

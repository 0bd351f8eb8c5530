import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { Batch, Payload } from "../forwarder/types.ts";

// Off the main thread: while one batch is compressed, the next is serialised and others are on the wire.
const compressed = promisify<Uint8Array | string, { level: number }, Buffer>(gzip);
const decompressed = promisify<Uint8Array, Buffer>(gunzip);

/** The batch as a request body. `level`: gzip, 0 to 9. */
export async function compress(batch: Batch, level: number): Promise<Payload> {
  const { entryCount, rawBytes, firstEventMs, lastEventMs } = batch;
  return { body: await compressed(batch.json, { level }), entryCount, rawBytes, firstEventMs, lastEventMs };
}

/** What the functions here need of an entry; all the rest is passed on as it is. */
export interface SentEntry {
  readonly timestamp: number;
  readonly [attribute: string]: unknown;
}

/** The entries of a payload; undefined if the body is not what `compress` makes. */
export async function entriesOf(body: Uint8Array): Promise<readonly SentEntry[] | undefined> {
  try {
    const entries: unknown = JSON.parse((await decompressed(body)).toString("utf8"));
    return Array.isArray(entries) && entries.length > 0 && entries.every(hasTimestamp) ? entries : undefined;
  } catch {
    return undefined;
  }
}

const hasTimestamp = (entry: unknown) => typeof (entry as SentEntry | null)?.timestamp === "number";

export async function payloadOf(entries: readonly SentEntry[], level: number): Promise<Payload> {
  const json = JSON.stringify(entries);
  const times = entries.map((entry) => entry.timestamp);
  return {
    body: await compressed(json, { level }),
    entryCount: entries.length,
    rawBytes: Buffer.byteLength(json),
    firstEventMs: times.reduce((a, b) => Math.min(a, b)),
    lastEventMs: times.reduce((a, b) => Math.max(a, b)),
  };
}

/** Two payloads with half of the entries each, in order; undefined if there are not two entries to be had. */
export async function halve(payload: Payload, level: number): Promise<[Payload, Payload] | undefined> {
  const entries = await entriesOf(payload.body);
  if (!entries || entries.length < 2) return undefined;
  const middle = Math.ceil(entries.length / 2);
  return Promise.all([payloadOf(entries.slice(0, middle), level), payloadOf(entries.slice(middle), level)]);
}

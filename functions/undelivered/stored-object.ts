import { builtin } from "../builtin.ts";
import { encodingOf } from "../compression.ts";
import { jsonText } from "../json-text.ts";
import type { Encoding, Payload } from "../records/payload.ts";

/**
 * What the store holds, by prefix:
 * - `undelivered/`: the intake could not take it; the replayer sends it again.
 * - `rejected/`: the intake will not take it; needs a person. Move it back to `undelivered/` to try again.
 * - `unreadable/`: the event as Lambda received it, which could not be read; needs a person.
 */
export type StoredKind = "undelivered" | "rejected" | "unreadable";
/** Those that hold payloads. */
export type PayloadKind = Exclude<StoredKind, "unreadable">;

export interface StoredObject {
  readonly key: string;
  readonly body: Uint8Array | string;
  readonly contentType: "application/json" | "application/octet-stream";
  readonly contentEncoding?: Encoding;
  /** S3 user metadata: ASCII text. */
  readonly metadata: Readonly<Record<string, string>>;
}

const SUFFIXES: Readonly<Record<Encoding, string>> = { gzip: ".json.gz", zstd: ".json.zst" };

/**
 * `<kind>/yyyy/mm/dd/hh/<time>-<hash>.json.<gz or zst>`, in UTC, by the time of the oldest event: a listing in S3's own
 * order is oldest first. The hash is of the body: no two payloads share a key, and when Lambda tries an invocation again,
 * what it stored before is written over, not stored twice.
 */
export function payloadKey(kind: PayloadKind, { body, encoding, firstEventMs }: Payload): string {
  return `${kind}/${pathAt(firstEventMs)}-${hashOf([body])}${SUFFIXES[encoding]}`;
}

/** `yyyy/mm/dd/hh/<time>`. An event may claim any time; keys have one from 1970 to 9999. */
export function pathAt(timeMs: number): string {
  const iso = new Date(Math.min(Math.max(0, timeMs), MAX_TIME_MS)).toISOString();
  const [date = "", time = ""] = iso.split("T");
  return `${date.replaceAll("-", "/")}/${time.slice(0, 2)}/${iso.replace(/[-:]/g, "")}`;
}

const MAX_TIME_MS = Date.UTC(10_000, 0, 1) - 1;

/** Of all of it, one after the other. */
export function hashOf(contents: readonly (Uint8Array | string)[]): string {
  const hash = builtin("node:crypto").createHash("sha256");
  for (const content of contents) hash.update(content);
  return hash.digest("hex").slice(0, 32);
}

/** A payload as it is kept: its body is what would be sent, so that replaying it is a copy. */
export function storedPayload(
  kind: PayloadKind,
  payload: Payload,
  reason: string,
  key = payloadKey(kind, payload),
): StoredObject {
  return {
    key,
    body: payload.body,
    contentType: "application/json",
    contentEncoding: payload.encoding,
    metadata: {
      reason: metadataText(reason),
      encoding: payload.encoding,
      "entry-count": String(payload.entryCount),
      "raw-bytes": String(payload.rawBytes),
      "first-event-ms": String(payload.firstEventMs),
      "last-event-ms": String(payload.lastEventMs),
    },
  };
}

/** S3 refuses the whole object if a value is no header's: printable ASCII, and not long, since 2 KB is all there is. */
export const metadataText = (text: string) => text.slice(0, 200).replace(/[^\x20-\x7e]/g, "?");

/** What could not be read, whole: an event, or a part of one. Its key is a hash of it; S3 says when it was stored. */
export function storedEvent(whole: unknown, reason: string): StoredObject {
  const body = jsonText(whole);
  const metadata = { reason: metadataText(reason) };
  return { key: `unreadable/${hashOf([body])}.json`, body, contentType: "application/json", metadata };
}

/** What Lambda writes itself: events that it gave up on, of a queue and of streams. */
export const FAILED_EVENTS = "aws/lambda/";

/** Where an object goes that is set aside. `backKey` tells where it is tried again. */
export const asideKey = (key: string): string =>
  key.startsWith(FAILED_EVENTS) ? `rejected/${key}` : `rejected/${pathOf(key)}`;

/** Where an object under `rejected/` is tried again; undefined for any other. */
export function backKey(key: string): string | undefined {
  if (!key.startsWith("rejected/")) return undefined;
  const path = pathOf(key);
  return path.startsWith(FAILED_EVENTS) ? path : `undelivered/${path}`;
}

/** What was under `undelivered/` and is no payload of ours. */
export function storedUnknown(key: string, body: Uint8Array): StoredObject {
  const encoding = encodingOf(body);
  return {
    key: `rejected/${pathOf(key).replace(/(?:\.(?:json|parts).*)?$/, (suffix) => `-${hashOf([body])}${suffix}`)}`,
    body,
    contentType: "application/json",
    ...(encoding && { contentEncoding: encoding }),
    metadata: { reason: "not a stored payload" },
  };
}

/** The payload of a stored object, or undefined if its metadata is not what `storedPayload` writes. */
export function payloadFrom(body: Uint8Array, metadata: Readonly<Record<string, string>>): Payload | undefined {
  const [entryCount, rawBytes, firstEventMs, lastEventMs] = [
    "entry-count",
    "raw-bytes",
    "first-event-ms",
    "last-event-ms",
  ].map((name) => Number(metadata[name] ?? Number.NaN)) as [number, number, number, number];
  const encoding = encodingOf(body);
  const known = [entryCount, rawBytes, firstEventMs, lastEventMs].every(Number.isSafeInteger) && entryCount > 0;
  return known && encoding ? { body, encoding, entryCount, rawBytes, firstEventMs, lastEventMs } : undefined;
}

/**
 * Time of the oldest event in an object, or of the failure that Lambda tells of (milliseconds since the epoch), from its
 * key; undefined for other keys.
 */
export function timeOf(key: string): number | undefined {
  const match =
    /\/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)([\d.]+Z)-[^/]+$/.exec(key) ??
    /\/(\d{4})-(\d\d)-(\d\d)T(\d\d)\.(\d\d)\.(\d\d)-[^/]+$/.exec(key);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, secondOrMore = ""] = match;
  const second = secondOrMore.endsWith("Z") ? secondOrMore : `${secondOrMore}Z`;
  const timeMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}`);
  return Number.isNaN(timeMs) ? undefined : timeMs;
}

/**
 * A key for a part of what `key` held, under the same or another kind. Parts sort in their order and right before
 * `key`: a listing that has come to `key` does not find them, and the next one finds them first.
 */
export function keyOfPart(key: string, kind: StoredKind, part: number, { body, encoding }: Payload): string {
  const path = pathOf(key).replace(/\.(?:json(?:\.gz|\.zst)?|parts)$/, "");
  // The hash keeps parts of `a.json.gz` and `a.json.zst` apart, as a person may have named them.
  return `${kind}/${path}-part${String(part).padStart(4, "0")}-${hashOf([body]).slice(0, 8)}${SUFFIXES[encoding]}`;
}

const pathOf = (key: string) => key.slice(key.indexOf("/") + 1);

import { createHash } from "node:crypto";
import type { Payload } from "../records/payload.ts";

/**
 * What the store holds, by prefix:
 * - `undelivered/`: the intake could not take it; the replayer sends it again.
 * - `rejected/`: the intake will not take it; needs a person. Move it back to `undelivered/` to try again.
 * - `unreadable/`: the event as Lambda received it, which could not be read; needs a person.
 */
export type StoredKind = "undelivered" | "rejected" | "unreadable";

export interface StoredObject {
  readonly key: string;
  readonly body: Uint8Array | string;
  readonly contentType: "application/json";
  readonly contentEncoding?: "gzip";
  /** S3 user metadata: ASCII text. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * `<kind>/yyyy/mm/dd/hh/<time>-<id>.json[.gz]`, in UTC: a listing in S3's own order is oldest first.
 * @param timeMs milliseconds since the epoch. An event may claim any time; keys have one from 1970 to 9999.
 */
export function keyFor(kind: StoredKind, timeMs: number, id: string): string {
  const iso = new Date(Math.min(Math.max(0, timeMs), MAX_TIME_MS)).toISOString();
  const [date = "", time = ""] = iso.split("T");
  const suffix = kind === "unreadable" ? ".json" : ".json.gz";
  return `${kind}/${date.replaceAll("-", "/")}/${time.slice(0, 2)}/${iso.replace(/[-:]/g, "")}-${id}${suffix}`;
}

const MAX_TIME_MS = Date.UTC(10_000, 0, 1) - 1;

/**
 * The key of a payload, by the time of its oldest event. The same payload of the same request has the same key: when
 * Lambda tries an invocation again, what it stored before is written over, not stored twice.
 */
export function payloadKey(kind: "undelivered" | "rejected", payload: Payload, requestId: string): string {
  const hash = createHash("sha256").update(payload.body).digest("hex").slice(0, 16);
  return keyFor(kind, payload.firstEventMs, `${requestId}-${hash}`);
}

/** A payload as it is kept: its body is what would be sent, so that replaying it is a copy. */
export function storedPayload(key: string, payload: Payload, reason: string): StoredObject {
  return {
    key,
    body: payload.body,
    contentType: "application/json",
    contentEncoding: "gzip",
    metadata: {
      reason,
      "entry-count": String(payload.entryCount),
      "raw-bytes": String(payload.rawBytes),
      "first-event-ms": String(payload.firstEventMs),
      "last-event-ms": String(payload.lastEventMs),
    },
  };
}

/** An event that could not be read, whole. */
export function storedEvent(key: string, event: unknown, reason: string): StoredObject {
  return { key, body: JSON.stringify(event) ?? "null", contentType: "application/json", metadata: { reason } };
}

/** The payload of a stored object, or undefined if its metadata is not what `storedPayload` writes. */
export function payloadFrom(body: Uint8Array, metadata: Readonly<Record<string, string>>): Payload | undefined {
  const [entryCount, rawBytes, firstEventMs, lastEventMs] = [
    "entry-count",
    "raw-bytes",
    "first-event-ms",
    "last-event-ms",
  ].map((name) => Number(metadata[name] ?? Number.NaN)) as [number, number, number, number];
  const known = [entryCount, rawBytes, firstEventMs, lastEventMs].every(Number.isSafeInteger) && entryCount > 0;
  return known ? { body, entryCount, rawBytes, firstEventMs, lastEventMs } : undefined;
}

/** Time of the oldest event in an object (milliseconds since the epoch), from its key; undefined for keys that are not ours. */
export function timeOf(key: string): number | undefined {
  const match = /\/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)([\d.]+Z)-[^/]+$/.exec(key);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const timeMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}`);
  return Number.isNaN(timeMs) ? undefined : timeMs;
}

/**
 * A key for a part of what `key` held, under the same or another kind. Parts sort in their order and right before
 * `key`: a listing that has come to `key` does not find them, and the next one finds them first.
 */
export function keyOfPart(key: string, kind: StoredKind, part: number): string {
  const path = key.slice(key.indexOf("/") + 1).replace(/\.json\.gz$/, "");
  return `${kind}/${path}-part${String(part).padStart(4, "0")}.json.gz`;
}

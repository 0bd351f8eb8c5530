import { isUtf8 } from "node:buffer";
import { gunzipSync } from "../../compression.ts";
import type { Delivery } from "../../records/delivery.ts";
import { type EventIndex, indexOf } from "../../records/event.ts";
import { release } from "../../release.ts";
import { scan } from "./scan.ts";

export type Read =
  | {
      readonly status: "read";
      /** One as a rule; several if they were written one behind the other, as Firehose does. */
      readonly deliveries: readonly Delivery[];
      /** Bytes as Lambda received them (base64 undone) and as JSON. */
      readonly bytes: { readonly compressed: number; readonly raw: number };
    }
  /** `reason` says what is wrong in words that hold nothing of the content. */
  | { readonly status: "unreadable"; readonly reason: string };

const unreadable = (reason: string): Read => ({ status: "unreadable", reason });

/**
 * Reads what CloudWatch Logs delivers: base64(gzip(JSON)), to a function or through a stream.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html (2026-11)
 *
 * Never throws: what can't be read comes back as `unreadable`, for the caller to store whole.
 * Fields that are not known are passed over; what is known must have its type.
 *
 * @param name of the field, for the reason.
 * @param maxBytes cap on the decompressed size, so that one small event can't fill the memory.
 */
export function read(data: string, name: string, maxBytes: number): Read {
  const compressed = Buffer.from(data, "base64");
  if (compressed.length !== base64Bytes(data)) return unreadable(`${name} is not base64`);

  let raw: Buffer;
  try {
    raw = gunzipSync(compressed, { maxOutputLength: maxBytes, chunkSize: chunkSize(compressed, maxBytes) });
  } catch (error) {
    const tooLarge = (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
    return unreadable(tooLarge ? `larger than ${maxBytes} bytes when decompressed` : `${name} is not gzip`);
  }
  const bytes = { compressed: compressed.length, raw: raw.length };
  release(compressed);
  // A decoder would replace broken bytes without a word; they are kept whole instead.
  if (!isUtf8(raw)) return unreadable("not UTF-8");
  const deliveries = readDeliveries(raw);
  if (typeof deliveries === "string") return unreadable(deliveries);
  return { status: "read", deliveries, bytes };
}

/** The deliveries in decompressed bytes, or what is wrong with them. Either all are good, or none is taken. */
export function readDeliveries(json: Buffer): readonly Delivery[] | string {
  const deliveries: Delivery[] = [];
  for (let at = 0; at < json.length; ) {
    const scanned = scan(json, at);
    if (!scanned) return readWithParser(json);
    const delivery = toDelivery(scanned.fields, scanned.events, scanned.extractedFields);
    if (typeof delivery === "string") return delivery;
    deliveries.push(delivery);
    at = scanned.end;
  }
  return deliveries.length > 0 ? deliveries : "not JSON";
}

/** The same for JSON of any shape: by `JSON.parse`, which makes objects of all of it. */
export function readWithParser(json: Buffer): readonly Delivery[] | string {
  const bodies = parsed(json);
  if (!bodies || bodies.length === 0) return "not JSON";
  const deliveries: Delivery[] = [];
  for (const body of bodies) {
    const fields = record(body);
    if (!fields) return "not an object";
    const events = checkedEvents(fields.logEvents);
    const first = Array.isArray(fields.logEvents) ? record(fields.logEvents[0]) : undefined;
    const delivery = toDelivery(fields, events, record(first?.extractedFields));
    if (typeof delivery === "string") return delivery;
    deliveries.push(delivery);
  }
  return deliveries;
}

function checkedEvents(logEvents: unknown): EventIndex | string {
  if (!Array.isArray(logEvents)) return "logEvents is not an array";
  const wrong = logEvents.findIndex((event) => !isLogEvent(event));
  if (wrong >= 0) return `logEvents[${wrong}] lacks an id, a timestamp or a message of the right type`;
  return indexOf(logEvents);
}

/** The delivery, or what is wrong with it. @param events or what is wrong with them. */
function toDelivery(
  fields: Readonly<Record<string, unknown>>,
  events: EventIndex | string,
  extractedFields: Readonly<Record<string, unknown>> | undefined,
): Delivery | string {
  const { messageType, owner, logGroup, logStream, subscriptionFilters } = fields;
  if (messageType !== "DATA_MESSAGE" && messageType !== "CONTROL_MESSAGE") return "unknown messageType";
  if (typeof owner !== "string") return "owner is not a string";
  if (typeof logGroup !== "string") return "logGroup is not a string";
  if (typeof logStream !== "string") return "logStream is not a string";
  if (typeof events === "string") return events;
  const sourceAccount = extractedFields?.["@aws.account"] ?? fields["@aws.account"];
  const region = extractedFields?.["@aws.region"] ?? fields["@aws.region"];
  return {
    kind: messageType === "DATA_MESSAGE" ? "data" : "control",
    account: owner,
    logGroup,
    logStream,
    subscriptionFilters: Array.isArray(subscriptionFilters)
      ? subscriptionFilters.filter((f) => typeof f === "string")
      : [],
    ...(typeof sourceAccount === "string" && { sourceAccount }),
    ...(typeof region === "string" && { region }),
    events,
  };
}

/** The value of the JSON, or the values of several objects one behind the other; undefined if it is none of both. */
function parsed(json: Buffer): unknown[] | undefined {
  // Decoded in one piece: no border can fall into a character.
  const text = json.toString("utf8");
  try {
    return [JSON.parse(text)];
  } catch {
    try {
      return [...documents(text)].map((document) => JSON.parse(document));
    } catch {
      return undefined;
    }
  }
}

/** A text cut behind each brace that closes an object. What is left over at the end is one more. */
function* documents(text: string): Generator<string> {
  let start = 0;
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (inString) {
      if (character === "\\") at += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "{") depth += 1;
    else if (character === "}") {
      depth -= 1;
      if (depth !== 0) continue;
      yield text.slice(start, at + 1);
      start = at + 1;
    }
  }
  const rest = text.slice(start);
  if (!/^[ \t\n\r]*$/.test(rest)) yield rest;
}

/**
 * One chunk that holds all of it is the fastest. What a gzip file says of its size may be wrong: then there are more
 * chunks, but no more than some hundred.
 */
function chunkSize(compressed: Buffer, maxBytes: number): number {
  const likely = Math.min(decompressedSize(compressed) + 1, compressed.length * MAX_RATIO, maxBytes + 1);
  return Math.max(MIN_CHUNK_BYTES, compressed.length * MIN_RATIO, likely);
}

/** Of deflate. https://www.zlib.net/zlib_tech.html (2026-11) */
const MAX_RATIO = 1_032;
const MIN_RATIO = 4;
const MIN_CHUNK_BYTES = 1_024;

/**
 * What a gzip file's last four bytes say: so that one chunk holds it all. Of several members it is the last one's.
 * https://www.rfc-editor.org/rfc/rfc1952#section-2.3.1
 */
export const decompressedSize = (gzip: Buffer): number => (gzip.length < 4 ? 0 : gzip.readUInt32LE(gzip.length - 4));

/** How many bytes the text stands for if all of it is base64. Node's decoder passes over what is not. */
function base64Bytes(text: string): number {
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  return Math.floor(((text.length - padding) * 3) / 4);
}

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
}

function isLogEvent(value: unknown): value is { id: string; timestamp: number; message: string } {
  const event = record(value);
  return typeof event?.id === "string" && Number.isSafeInteger(event.timestamp) && typeof event.message === "string";
}

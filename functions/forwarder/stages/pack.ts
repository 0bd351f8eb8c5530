import { gzipSync } from "node:zlib";
import type { LogEntry } from "../../records/entry.ts";
import { INTAKE_LIMITS } from "../../records/intake-limits.ts";
import type { Payload } from "../../records/payload.ts";

export type PackLimits = { readonly [key in keyof typeof INTAKE_LIMITS]: number };

/** An entry may get `redated` when it is replayed, and must fit still. */
const REDATED_BYTES = 100;
export const PACK_LIMITS: PackLimits = {
  ...INTAKE_LIMITS,
  maxEntryBytes: INTAKE_LIMITS.maxEntryBytes - REDATED_BYTES,
};

/** Stands where the rest of a message was. */
export const TRUNCATION_MARK = "…[truncated]";

/** A payload, and how many of its entries were cut to fit. */
export interface Packed extends Payload {
  readonly truncatedCount: number;
}

/**
 * Cuts entries into as few requests as fit, in order, none lost. Lazy: a payload is serialised and compressed when
 * the sender asks for it, while earlier ones are on the wire.
 *
 * @param level gzip, 0 to 9. Compressed on the main thread: handing it to the thread pool costs a third more CPU time
 *   in all, and a function with less than 1,769 MB has no second core that would make up for it.
 */
export function* pack(
  entries: readonly LogEntry[],
  level: number,
  limits: PackLimits = PACK_LIMITS,
): Generator<Packed> {
  const serialise = serialiser();
  const batch = openBatch(likelyBytes(entries, serialise, limits));
  try {
    yield* packInto(batch, entries, serialise, level, limits);
  } finally {
    spare = batch.bytes;
  }
}

function* packInto(
  batch: Batch,
  entries: readonly LogEntry[],
  serialise: Serialise,
  level: number,
  limits: PackLimits,
): Generator<Packed> {
  for (const entry of entries) {
    let json = serialise(entry);
    const tooLong = json.bytes > limits.maxEntryBytes;
    if (tooLong) json = serialise(truncate(entry, limits.maxEntryBytes, serialise));
    // +2 for the comma or bracket before it, and the bracket behind it.
    const full = batch.entryCount >= limits.maxEntries || batch.length + json.bytes + 2 > limits.maxBytes;
    if (full && batch.entryCount > 0) yield closeBatch(batch, level);
    append(batch, json);
    batch.firstEventMs = Math.min(batch.firstEventMs, entry.timestamp);
    batch.lastEventMs = Math.max(batch.lastEventMs, entry.timestamp);
    if (tooLong) batch.truncatedCount += 1;
  }
  if (batch.entryCount > 0) yield closeBatch(batch, level);
}

const EMPTY_BATCH = {
  /** Bytes written. */
  length: 0,
  entryCount: 0,
  firstEventMs: Number.POSITIVE_INFINITY,
  lastEventMs: Number.NEGATIVE_INFINITY,
  truncatedCount: 0,
};

/**
 * The bytes of the last delivery packed, for the next: a megabyte or more that is new each time has to be mapped,
 * cleared and collected each time, a tenth of a delivery's CPU. Taken while in use, so no two share it.
 */
let spare: Buffer | undefined;

/** The JSON under way. Its bytes are used again for the next payload: what is yielded is a compressed copy. */
function openBatch(likely: number) {
  const bytes = spare && spare.length >= likely ? spare : Buffer.allocUnsafe(likely);
  spare = undefined;
  return { ...EMPTY_BATCH, bytes };
}

/** Of the largest payload, if all entries are about as long as the first: so that the bytes seldom have to grow. */
function likelyBytes(entries: readonly LogEntry[], serialise: Serialise, limits: PackLimits): number {
  const [first] = entries;
  const each = first ? serialise(first).bytes * 1.2 : 0;
  return Math.ceil(Math.min(each * Math.min(entries.length, limits.maxEntries), limits.maxBytes)) + 64;
}

type Batch = ReturnType<typeof openBatch>;

function append(batch: Batch, { head, headBytes, tail }: EntryJson): void {
  const needed = batch.length + headBytes + tail.length + 2;
  if (needed > batch.bytes.length) {
    const larger = Buffer.allocUnsafe(needed * 2);
    batch.bytes.copy(larger, 0, 0, batch.length);
    batch.bytes = larger;
  }
  batch.bytes[batch.length++] = batch.entryCount === 0 ? OPENING_BRACKET : COMMA;
  batch.length += batch.bytes.write(head, batch.length);
  // The head's closing brace gives way to the tail.
  batch.bytes.set(tail, batch.length - 1);
  batch.length += tail.length - 1;
  batch.entryCount += 1;
}

const [OPENING_BRACKET = 0, COMMA = 0, CLOSING_BRACKET = 0] = Buffer.from("[,]");

/** The payload; the batch is empty afterwards. */
function closeBatch(batch: Batch, level: number): Packed {
  batch.bytes[batch.length++] = CLOSING_BRACKET;
  const { entryCount, firstEventMs, lastEventMs, truncatedCount, length } = batch;
  const body = gzipSync(batch.bytes.subarray(0, length), { level });
  Object.assign(batch, EMPTY_BATCH);
  return { body, entryCount, rawBytes: length, firstEventMs, lastEventMs, truncatedCount };
}

/** An entry in two parts: its own fields as an object, and `,` with its attributes, in UTF-8. */
interface EntryJson {
  readonly head: string;
  readonly headBytes: number;
  readonly tail: Uint8Array;
  /** Of the two put together. */
  readonly bytes: number;
}

type Serialise = (entry: LogEntry) => EntryJson;

/**
 * Attributes that are the same object as the entry's before are not serialised again: they are most of the bytes,
 * and the same throughout a delivery.
 */
function serialiser(): Serialise {
  let attributes: LogEntry["attributes"] | undefined;
  let tail: Uint8Array = Buffer.alloc(0);
  return (entry) => {
    if (entry.attributes !== attributes) {
      attributes = entry.attributes;
      tail = Buffer.from(`,${JSON.stringify(attributes).slice(1)}`);
    }
    const { id, timestamp, message, sample_rate, redated, truncated } = entry;
    const head = JSON.stringify({ id, timestamp, message, sample_rate, redated, truncated });
    const headBytes = Buffer.byteLength(head);
    return { head, headBytes, tail, bytes: headBytes - 1 + tail.length };
  };
}

/** The entry with the longest beginning of its message that fits, cut at a character's border. */
function truncate(entry: LogEntry, maxBytes: number, serialise: Serialise): LogEntry {
  const { message } = entry;
  const truncated = { originalBytes: Buffer.byteLength(message) };
  const cutAt = (length: number): LogEntry => ({
    ...entry,
    message: message.slice(0, characterBorder(message, length)) + TRUNCATION_MARK,
    truncated,
  });
  // JSON escapes make some characters six times as long, so the length can't be computed from the bytes alone.
  let fits = 0;
  let tooLong = message.length + 1;
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2);
    if (serialise(cutAt(middle)).bytes <= maxBytes) fits = middle;
    else tooLong = middle;
  }
  return cutAt(fits);
}

/** `length`, or one less if it would fall between the two halves of a character outside the basic plane. */
function characterBorder(text: string, length: number): number {
  const last = text.charCodeAt(length - 1);
  const next = text.charCodeAt(length);
  const splitsPair = last >= 0xd800 && last <= 0xdbff && next >= 0xdc00 && next <= 0xdfff;
  return splitsPair ? length - 1 : length;
}

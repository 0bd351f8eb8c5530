import type { LogEntry } from "../../records/entry.ts";
import { BEFORE_MESSAGE, type LogEvent, messageBytes, messageOf, timestampStart } from "../../records/event.ts";
import { INTAKE_LIMITS } from "../../records/intake-limits.ts";
import type { Compress, Payload } from "../../records/payload.ts";

export type PackLimits = { readonly [key in keyof typeof INTAKE_LIMITS]: number };

/** An entry may get `redated` when it is replayed, and its dates other names, and must fit still. */
const REDATED_BYTES = 500;
export const PACK_LIMITS: PackLimits = {
  ...INTAKE_LIMITS,
  maxEntryBytes: INTAKE_LIMITS.maxEntryBytes - REDATED_BYTES,
};

/** Stands where the rest of a message was. */
export const TRUNCATION_MARK = "…[truncated]";

/** A payload, how many of its entries were cut to fit, and the position of the item that its first entry came in. */
export interface Packed extends Payload {
  readonly truncatedCount: number;
  readonly firstItem: number;
}

/**
 * Cuts entries into as few requests as fit, in order, none lost. Lazy: entries are taken, and a payload is written and
 * compressed, when the sender asks for it, while earlier ones are on the wire.
 *
 * @param likelyCount about how many entries there are, so that the bytes seldom have to grow.
 */
export function* pack(
  entries: Iterable<LogEntry>,
  compress: Compress,
  likelyCount: number,
  limits: PackLimits = PACK_LIMITS,
): Generator<Packed> {
  const batch = openBatch();
  try {
    for (const entry of entries) {
      tailFor(entry, batch);
      const asItCame = bytesAsItCame(entry, batch);
      const parts = asItCame <= limits.maxEntryBytes ? undefined : rewrittenToFit(entry, batch, limits.maxEntryBytes);
      const bytes = parts?.bytes ?? asItCame;
      // +2 for the comma or bracket before it, and the bracket behind it.
      const full = batch.entryCount >= limits.maxEntries || batch.length + bytes + 2 > limits.maxBytes;
      if (full && batch.entryCount > 0) yield closeBatch(batch, compress);
      reserve(batch, bytes, likelyCount, limits);
      append(batch, entry, parts);
    }
    if (batch.entryCount > 0) yield closeBatch(batch, compress);
  } finally {
    spare = batch.bytes;
  }
}

const EMPTY_BATCH = {
  /** Bytes written. */
  length: 0,
  entryCount: 0,
  firstEventMs: Number.POSITIVE_INFINITY,
  lastEventMs: Number.NEGATIVE_INFINITY,
  truncatedCount: 0,
  firstItem: 0,
};

const NO_BYTES = Buffer.alloc(0);

/**
 * The bytes of the last delivery packed, for the next: a megabyte or more that is new each time has to be mapped,
 * cleared and collected each time, a tenth of a delivery's CPU. Taken while in use, so no two share it.
 */
let spare: Buffer = NO_BYTES;

/** The JSON under way. Its bytes are used again for the next payload: what is yielded is a compressed copy. */
function openBatch() {
  const bytes = spare;
  spare = NO_BYTES;
  return { ...EMPTY_BATCH, bytes, attributes: undefined as object | undefined, tail: NO_BYTES };
}

type Batch = ReturnType<typeof openBatch>;

/** An entry's JSON that is not just the event's own bytes and its attributes. */
interface Parts {
  /** Instead of the event's bytes up to `from`. */
  readonly head: string;
  readonly from: number;
  /** Behind the event's bytes: `,"sample_rate":…` and the like. */
  readonly more: string;
  /** Of all parts, without the comma or bracket before them. */
  readonly bytes: number;
  readonly truncated: boolean;
}

/** Of an entry whose event goes on byte for byte; infinite if something of it changes. */
function bytesAsItCame({ event, message, sampleRate, redatedTo }: LogEntry, { tail }: Batch): number {
  const changes = message !== undefined || sampleRate !== undefined || redatedTo !== undefined;
  return changes ? Number.POSITIVE_INFINITY : event.messageEnd + 1 - event.start + tail.length;
}

function rewrittenToFit(entry: LogEntry, batch: Batch, maxBytes: number): Parts {
  const parts = rewritten(entry, entry.message, batch);
  if (parts.bytes <= maxBytes) return parts;
  const message = entry.message ?? messageOf(entry.event);
  // Its sender may have escaped more than is needed.
  const unescaped = entry.message === undefined ? rewritten(entry, message, batch) : parts;
  return unescaped.bytes <= maxBytes ? unescaped : truncate(entry, message, batch, maxBytes);
}

/** The attributes' bytes. The same object as the entry's before is not serialised again: most of the bytes are theirs. */
function tailFor({ attributes }: LogEntry, batch: Batch): void {
  if (attributes === batch.attributes) return;
  batch.attributes = attributes;
  batch.tail = Buffer.from(`,${JSON.stringify(attributes).slice(1)}`);
}

/** @param message instead of the event's own, whose bytes are kept otherwise. */
function rewritten(entry: LogEntry, message: string | undefined, { tail }: Batch, truncatedFrom?: number): Parts {
  const { event, sampleRate, redatedTo } = entry;
  const more = [
    sampleRate !== undefined && `,"sample_rate":${JSON.stringify(sampleRate)}`,
    redatedPart(entry),
    truncatedFrom !== undefined && `,"truncated":{"originalBytes":${truncatedFrom}}`,
  ]
    .filter(Boolean)
    .join("");
  const head = headOf(event, message, redatedTo);
  const from = message === undefined ? event.messageStart : event.messageEnd + 1;
  const bytes = Buffer.byteLength(head) + event.messageEnd + 1 - from + more.length + tail.length;
  return { head, from, more, bytes, truncated: truncatedFrom !== undefined };
}

function redatedPart({ event, redatedTo, redatedAttributes }: LogEntry): string | undefined {
  if (redatedTo === undefined && !redatedAttributes) return undefined;
  const originalTimestamp = redatedTo === undefined ? undefined : event.timestamp;
  return `,"redated":${JSON.stringify({ originalTimestamp, attributes: redatedAttributes })}`;
}

/** Up to the first byte of the message, or with all of another one. */
function headOf({ json, start, messageStart, timestamp }: LogEvent, message: string | undefined, redatedTo?: number) {
  const withId = json.toString("utf8", start, timestampStart(json, messageStart));
  const quoted = message === undefined ? '"' : JSON.stringify(message);
  return `${withId}${redatedTo ?? timestamp}${BEFORE_MESSAGE.slice(0, -1)}${quoted}`;
}

function reserve(batch: Batch, entryBytes: number, likelyCount: number, limits: PackLimits): void {
  const needed = batch.length + entryBytes + 2;
  if (needed <= batch.bytes.length) return;
  // Of the largest payload, if all entries are about as long as this one.
  const likely = Math.min(entryBytes * 1.2 * Math.min(likelyCount, limits.maxEntries), limits.maxBytes) + 64;
  const larger = Buffer.allocUnsafe(Math.ceil(Math.max(needed, batch.length === 0 ? likely : needed * 2)));
  batch.bytes.copy(larger, 0, 0, batch.length);
  batch.bytes = larger;
}

/** @param parts undefined: the event's bytes as they came */
function append(batch: Batch, { event, redatedTo, item }: LogEntry, parts: Parts | undefined): void {
  const { bytes, tail } = batch;
  if (batch.entryCount === 0) batch.firstItem = item;
  bytes[batch.length++] = batch.entryCount === 0 ? OPENING_BRACKET : COMMA;
  if (parts) batch.length += bytes.write(parts.head, batch.length);
  batch.length += event.json.copy(bytes, batch.length, parts?.from ?? event.start, event.messageEnd + 1);
  if (parts) batch.length += bytes.write(parts.more, batch.length);
  bytes.set(tail, batch.length);
  batch.length += tail.length;
  batch.entryCount += 1;
  const timestamp = redatedTo ?? event.timestamp;
  if (timestamp < batch.firstEventMs) batch.firstEventMs = timestamp;
  if (timestamp > batch.lastEventMs) batch.lastEventMs = timestamp;
  if (parts?.truncated) batch.truncatedCount += 1;
}

const [OPENING_BRACKET = 0, COMMA = 0, CLOSING_BRACKET = 0] = Buffer.from("[,]");

/** The payload; the batch is empty afterwards. */
function closeBatch(batch: Batch, compress: Compress): Packed {
  batch.bytes[batch.length++] = CLOSING_BRACKET;
  const { entryCount, firstEventMs, lastEventMs, truncatedCount, firstItem, length } = batch;
  const { body, encoding } = compress(batch.bytes.subarray(0, length));
  Object.assign(batch, EMPTY_BATCH);
  return { body, encoding, entryCount, rawBytes: length, firstEventMs, lastEventMs, truncatedCount, firstItem };
}

/** The entry with the longest beginning of its message that fits, cut at a character's border. */
function truncate(entry: LogEntry, message: string, batch: Batch, maxBytes: number): Parts {
  // Of a very long message of the event's own, only the beginning was read.
  const originalBytes = entry.message === undefined ? messageBytes(entry.event) : Buffer.byteLength(message);
  const cutAt = (length: number): Parts =>
    rewritten(entry, message.slice(0, characterBorder(message, length)) + TRUNCATION_MARK, batch, originalBytes);
  // JSON escapes make some characters six times as long, so the length can't be computed from the bytes alone. But
  // no character takes less than a byte.
  let fits = 0;
  let tooLong = Math.min(message.length, maxBytes) + 1;
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2);
    if (cutAt(middle).bytes <= maxBytes) fits = middle;
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

import type { Batch, LogEntry } from "./types.ts";

/** Limits of one request to the intake. https://docs.datadoghq.com/api/latest/logs/#send-logs (2026-11) */
export const INTAKE_LIMITS = {
  maxEntries: 1_000,
  /** Uncompressed, in UTF-8, brackets and commas included. */
  maxBytes: 5_000_000,
  /** The intake accepts a longer entry and cuts it without a word: here the cut is marked and counted. */
  maxEntryBytes: 1_000_000,
} as const;

export type PackLimits = { readonly [key in keyof typeof INTAKE_LIMITS]: number };

/** Stands where the rest of a message was. */
export const TRUNCATION_MARK = "…[truncated]";

/**
 * Cuts entries into as few requests as fit, in order, none lost. Lazy: a batch is serialised when the sender
 * asks for it, while earlier ones are on the wire.
 */
export function* pack(entries: readonly LogEntry[], limits: PackLimits = INTAKE_LIMITS): Generator<Batch> {
  let batch = openBatch();
  for (const entry of entries) {
    const { json, bytes, truncated } = serialise(entry, limits.maxEntryBytes);
    // +1 for the comma that would stand before it.
    const full = batch.items.length >= limits.maxEntries || batch.bytes + bytes + 1 > limits.maxBytes;
    if (full && batch.items.length > 0) {
      yield closeBatch(batch);
      batch = openBatch();
    }
    batch.bytes += bytes + (batch.items.length > 0 ? 1 : 0);
    batch.items.push(json);
    batch.firstEventMs = Math.min(batch.firstEventMs, entry.timestamp);
    batch.lastEventMs = Math.max(batch.lastEventMs, entry.timestamp);
    if (truncated) batch.truncatedCount += 1;
  }
  if (batch.items.length > 0) yield closeBatch(batch);
}

const openBatch = () => ({
  items: [] as string[],
  bytes: "[]".length,
  firstEventMs: Number.POSITIVE_INFINITY,
  lastEventMs: Number.NEGATIVE_INFINITY,
  truncatedCount: 0,
});

const closeBatch = ({ items, bytes, ...rest }: ReturnType<typeof openBatch>): Batch => ({
  ...rest,
  json: `[${items.join(",")}]`,
  entryCount: items.length,
  rawBytes: bytes,
});

function serialise(entry: LogEntry, maxBytes: number): { json: string; bytes: number; truncated: boolean } {
  const json = JSON.stringify(entry);
  const bytes = Buffer.byteLength(json);
  if (bytes <= maxBytes) return { json, bytes, truncated: false };
  const cut = JSON.stringify(truncate(entry, maxBytes));
  return { json: cut, bytes: Buffer.byteLength(cut), truncated: true };
}

/** The entry with the longest beginning of its message that fits, cut at a character's border. */
export function truncate(entry: LogEntry, maxBytes: number): LogEntry {
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
    if (Buffer.byteLength(JSON.stringify(cutAt(middle))) <= maxBytes) fits = middle;
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

import { encodingOf } from "../compression.ts";
import type { Encoding, Payload } from "../records/payload.ts";
import { hashOf, metadataText, type PayloadKind, pathAt, type StoredObject, storedPayload } from "./stored-object.ts";

/**
 * Many payloads in one object: when an intake hangs there is time for a few writes, not for hundreds.
 *
 * The bodies stand one after the other, byte for byte, and then an index of them:
 *
 * | bytes | |
 * |---|---|
 * | each payload's body | one or more gzip members or zstd frames |
 * | 8 | header of a zstd frame to be skipped: `50 2a 4d 18`, and the length of what follows, little-endian |
 * | any | the index: a JSON array with a `Part` for each body, in UTF-8 |
 * | 4 | length of the index, little-endian |
 * | 8 | `.parts/1` |
 *
 * So the object needs neither its name nor its metadata, and `zstd -dc` prints the JSON arrays of all payloads: it reads
 * gzip, too, and skips the index. https://www.rfc-editor.org/rfc/rfc8878#section-3.1.2
 */
interface Part {
  readonly encoding: Encoding;
  readonly length: number;
  readonly entryCount: number;
  readonly rawBytes: number;
  readonly firstEventMs: number;
  readonly lastEventMs: number;
  /** Why it was not delivered. */
  readonly reason: string;
}

export interface NotDelivered {
  readonly payload: Payload;
  readonly reason: string;
}

export type StoredPayloads<P extends NotDelivered> = StoredObject & {
  /** What is in this object, of what was given. */
  readonly holds: readonly P[];
};

/** One write takes about a second then, and a small function can still read it. */
export const MAX_PARTS_BYTES = 32 * 1024 * 1024;

/**
 * Payloads as few objects, in the order given. One alone is stored as ever. The same payloads in the same order give the
 * same objects under the same keys.
 * @param maxBytes of an object's bodies; a larger payload has an object of its own.
 */
export function storedPayloads<P extends NotDelivered>(
  kind: PayloadKind,
  payloads: readonly P[],
  maxBytes = MAX_PARTS_BYTES,
): StoredPayloads<P>[] {
  return grouped(payloads, maxBytes).map((group) => {
    const [first] = group;
    const object = group.length === 1 ? storedPayload(kind, first.payload, first.reason) : storedParts(kind, group);
    return { ...object, holds: group };
  });
}

type Group<P> = [P, ...P[]];

function grouped<P extends NotDelivered>(payloads: readonly P[], maxBytes: number): Group<P>[] {
  const groups: Group<P>[] = [];
  let bytes = 0;
  for (const one of payloads) {
    const last = groups.at(-1);
    bytes += one.payload.body.length;
    if (last && bytes <= maxBytes) last.push(one);
    else {
      groups.push([one]);
      bytes = one.payload.body.length;
    }
  }
  return groups;
}

function storedParts(kind: PayloadKind, group: Group<NotDelivered>): StoredObject {
  const chunks = [...group.map(({ payload }) => payload.body), indexFrame(group.map(partOf))];
  const firstEventMs = group.map(({ payload }) => payload.firstEventMs).reduce((a, b) => Math.min(a, b));
  const events = group.reduce((sum, { payload }) => sum + payload.entryCount, 0);
  return {
    // Of the bodies alone: the reason may be another one when Lambda tries the invocation again.
    key: `${kind}/${pathAt(firstEventMs)}-${hashOf(group.map(({ payload }) => payload.body))}${PARTS_SUFFIX}`,
    // The one copy: the SDK sends one piece of memory, or a stream that it can't send again.
    body: Buffer.concat(chunks),
    contentType: "application/octet-stream",
    // For people; the index has it all. Not the names that a single payload has: earlier versions would take it for one.
    metadata: {
      reason: metadataText([...new Set(group.map(({ reason }) => reason))].join(", ")),
      parts: String(group.length),
      events: String(events),
    },
  };
}

export const PARTS_SUFFIX = ".parts";

const partOf = ({ payload: { body, ...told }, reason }: NotDelivered): Part => ({
  encoding: told.encoding,
  length: body.length,
  entryCount: told.entryCount,
  rawBytes: told.rawBytes,
  firstEventMs: told.firstEventMs,
  lastEventMs: told.lastEventMs,
  reason,
});

const SKIPPED_FRAME = 0x184d2a50;
const HEADER_BYTES = 8;
const MARK = Buffer.from(".parts/1");
const FOOTER_BYTES = 4 + MARK.length;

function indexFrame(parts: readonly Part[]): Buffer {
  const index = Buffer.from(JSON.stringify(parts));
  const frame = Buffer.alloc(HEADER_BYTES + index.length + FOOTER_BYTES);
  frame.writeUInt32LE(SKIPPED_FRAME, 0);
  frame.writeUInt32LE(index.length + FOOTER_BYTES, 4);
  index.copy(frame, HEADER_BYTES);
  frame.writeUInt32LE(index.length, HEADER_BYTES + index.length);
  MARK.copy(frame, HEADER_BYTES + index.length + 4);
  return frame;
}

/** The payloads in such an object, as views of its bytes; undefined if it is none, or not whole. */
export function partsOf(body: Uint8Array): Payload[] | undefined {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const index = indexIn(bytes);
  if (!index) return undefined;
  const payloads: Payload[] = [];
  let start = 0;
  for (const { length, encoding, entryCount, rawBytes, firstEventMs, lastEventMs } of index.parts) {
    const partBody = bytes.subarray(start, start + length);
    start += length;
    if (start > index.start || encodingOf(partBody) !== encoding) return undefined;
    payloads.push({ body: partBody, encoding, entryCount, rawBytes, firstEventMs, lastEventMs });
  }
  return start === index.start ? payloads : undefined;
}

/** @returns the index and where it starts. */
function indexIn(bytes: Buffer): { readonly parts: readonly Part[]; readonly start: number } | undefined {
  const footer = bytes.length - FOOTER_BYTES;
  if (footer < HEADER_BYTES || !bytes.subarray(footer + 4).equals(MARK)) return undefined;
  const length = bytes.readUInt32LE(footer);
  const start = footer - length - HEADER_BYTES;
  if (start < 0 || bytes.readUInt32LE(start) !== SKIPPED_FRAME) return undefined;
  if (bytes.readUInt32LE(start + 4) !== length + FOOTER_BYTES) return undefined;
  const parts = parsed(bytes.toString("utf8", start + HEADER_BYTES, footer));
  return Array.isArray(parts) && parts.length > 0 && parts.every(isPart) ? { parts, start } : undefined;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function isPart(value: unknown): value is Part {
  const part = value as Partial<Part> | null;
  if (typeof part !== "object" || part === null) return false;
  const { length, entryCount, rawBytes, firstEventMs, lastEventMs } = part;
  const numbers = [length, entryCount, rawBytes, firstEventMs, lastEventMs];
  return numbers.every(Number.isSafeInteger) && (length as number) > 0 && (entryCount as number) > 0;
}

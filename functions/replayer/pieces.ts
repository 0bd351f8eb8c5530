import { decompress } from "../compression.ts";
import { mayNeedRedating, redate } from "../forwarder/stages/redate.ts";
import { payloadOf, readEntries } from "../intake/payload.ts";
import type { Compress, Payload } from "../records/payload.ts";
import { release } from "../release.ts";
import type { ReadObject } from "../undelivered/store.ts";
import { payloadFrom } from "../undelivered/stored-object.ts";
import { PARTS_SUFFIX, partsOf } from "../undelivered/stored-parts.ts";

/** Some of an object's entries, as they are sent. */
export interface Piece {
  readonly payload: Payload;
  /** Position in the object of the first entry. */
  readonly from: number;
}

export type Unfit = Exclude<ReturnType<typeof readEntries>, readonly unknown[]>;

/**
 * What an object holds, in order. An object that a person put there may lack our metadata.
 * @param taken ranges of entries that must not be sent again
 */
export function piecesOf(
  key: string,
  { body, metadata }: ReadObject,
  taken: readonly number[],
  compress: Compress,
): readonly Piece[] | Unfit {
  const payloads = partsOf(body) ?? single(key, body, metadata, compress);
  if (typeof payloads === "string") return payloads;
  let from = 0;
  return payloads.flatMap((payload) => {
    const piece = { payload, from };
    from += payload.entryCount;
    return leftOf(piece, taken, compress);
  });
}

function single(
  key: string,
  body: Uint8Array,
  metadata: ReadObject["metadata"],
  compress: Compress,
): readonly Payload[] | Unfit {
  // Of a broken object of parts the first could be read, and the others would be lost.
  if (key.endsWith(PARTS_SUFFIX)) return "not a payload";
  const known = payloadFrom(body, metadata);
  if (known) return [known];
  const entries = readEntries(body);
  return typeof entries === "string" ? entries : [payloadOf(entries, compress)];
}

function leftOf(piece: Piece, taken: readonly number[], compress: Compress): readonly Piece[] {
  const { payload, from } = piece;
  const ranges = gaps(rangesOf(taken), from, from + payload.entryCount);
  const [first] = ranges;
  if (!first) return [];
  if (first.end - first.start === payload.entryCount) return [piece];
  const entries = readEntries(payload.body);
  // Not what it says of itself: sent twice is better than lost.
  if (typeof entries === "string" || entries.length !== payload.entryCount) return [piece];
  return ranges.map(({ start, end }) => ({
    payload: payloadOf(entries.slice(start - from, end - from), compress),
    from: start,
  }));
}

export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Ranges as they are remembered: start and end of each, in order. */
export const rangesOf = (flat: readonly number[]): Range[] =>
  Array.from({ length: flat.length >> 1 }, (_, i) => ({ start: flat[2 * i] ?? 0, end: flat[2 * i + 1] ?? 0 }));

/** What of `start` to `end` is in none of the ranges. */
function gaps(taken: readonly Range[], start: number, end: number): Range[] {
  const left: Range[] = [];
  let at = start;
  for (const range of taken) {
    if (range.start > at && at < end) left.push({ start: at, end: Math.min(range.start, end) });
    at = Math.max(at, range.end);
  }
  if (at < end) left.push({ start: at, end });
  return left;
}

/** In order, and those that touch put together: as they are remembered. */
export function joined(ranges: readonly Range[]): number[] {
  const flat: number[] = [];
  for (const { start, end } of ranges.toSorted((a, b) => a.start - b.start)) {
    const last = flat.at(-1);
    if (last !== undefined && start <= last) flat[flat.length - 1] = Math.max(last, end);
    else flat.push(start, end);
  }
  return flat;
}

/**
 * A payload, ready to send: as it is, if it can be; entries of a time that the intake does not take get the present one, and
 * such dates in their messages other names.
 */
export function presentDay(
  payload: Payload,
  now: number,
  compress: Compress,
): { readonly payload: Payload; readonly redated: number } | Unfit {
  if (!mayBeOld(payload, now)) return { payload, redated: 0 };
  const entries = readEntries(payload.body);
  if (typeof entries === "string") return entries;
  const present = redate(entries, now);
  return present.count === 0
    ? { payload, redated: 0 }
    : { payload: payloadOf(present.entries, compress), redated: present.count };
}

function mayBeOld({ body, firstEventMs, lastEventMs }: Payload, now: number): boolean {
  const times = [firstEventMs, lastEventMs].map((timestamp) => ({ timestamp }));
  if (redate(times, now).count > 0) return true;
  try {
    const json = decompress(body);
    const mayNeed = mayNeedRedating(json, now);
    release(json);
    return mayNeed;
  } catch {
    // Broken, or far too large: reading it says which.
    return true;
  }
}

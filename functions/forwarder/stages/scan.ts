import type { EventIndex } from "../../records/event.ts";
import { isNeedlessEscape, mayEndDateName } from "./redate-marks.ts";

/** One delivery's JSON, taken apart without making objects of its events. */
export interface Scanned {
  /** All fields but the events. */
  readonly fields: Record<string, unknown>;
  readonly events: EventIndex;
  /** What the first event says beside id, time and text. */
  readonly extractedFields?: Record<string, unknown>;
  /** The position behind the delivery. */
  readonly end: number;
}

const [QUOTE = 0, BACKSLASH = 0, COMMA = 0, COLON = 0, OPEN = 0, CLOSE = 0, OPEN_LIST = 0, CLOSE_LIST = 0, U = 0] =
  Buffer.from('"\\,:{}[]u');

/** What a byte in a string is: text, the string's end, the begin of an escape, or not allowed there. */
const TEXT = 0;
const END = 1;
const ESCAPE = 2;
const WRONG = 3;
const KINDS = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 0x20 ? WRONG : byte === QUOTE ? END : byte === BACKSLASH ? ESCAPE : TEXT,
);
const SHORT_ESCAPES = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number('"\\/bfnrt'.includes(String.fromCharCode(byte))),
);
const HEX = Uint8Array.from({ length: 256 }, (_, byte) => Number(/[0-9a-fA-F]/.test(String.fromCharCode(byte))));

const EVENTS = Buffer.from("logEvents");
const BEFORE_ID = Buffer.from('{"id":"');
const BEFORE_TIMESTAMP = Buffer.from('","timestamp":');
const BEFORE_MESSAGE = Buffer.from(',"message":"');
const BEFORE_EXTRACTED = Buffer.from(',"extractedFields":');

/** More digits could be no safe integer. */
const MAX_DIGITS = 15;

/**
 * Reads a delivery as CloudWatch Logs writes it, in the exact shape it has: no white space, fields that are texts or
 * lists of texts, events of `id`, `timestamp`, `message` and perhaps `extractedFields`, in this order. Every byte is
 * looked at: what it takes, `JSON.parse` takes too, and reads the same.
 *
 * @param json valid UTF-8 @param from where the delivery's `{` is.
 * @returns undefined for anything else, which may be good JSON all the same.
 */
export function scan(json: Buffer, from: number): Scanned | undefined {
  if (json[from] !== OPEN) return undefined;
  let found: { readonly index: Omit<EventIndex, "json">; readonly open: number; readonly close: number } | undefined;
  let extracted: Record<string, unknown> | undefined;
  for (let at = from + 1; ; at++) {
    if (json[at] !== QUOTE) return undefined;
    const keyEnd = stringEnd(json, at + 1);
    // A key with escapes may be any key.
    if (keyEnd < 0 || json.subarray(at, keyEnd).includes(BACKSLASH) || json[keyEnd + 1] !== COLON) return undefined;
    const value = keyEnd + 2;
    if (EVENTS.equals(json.subarray(at + 1, keyEnd))) {
      const events = json[value] === OPEN_LIST && !found ? scanEvents(json, value + 1) : undefined;
      if (!events) return undefined;
      found = { index: events, open: value, close: events.close };
      extracted = events.extractedFields;
      at = events.close;
    } else {
      const end = textsEnd(json, value);
      if (end < 0) return undefined;
      at = end;
    }
    if (json[at + 1] === CLOSE) {
      if (!found) return undefined;
      const { index, open, close } = found;
      // The rest is small: the events are left out.
      const fields = JSON.parse(json.toString("utf8", from, open + 1) + json.toString("utf8", close, at + 2));
      return { fields, events: { json, ...index }, extractedFields: extracted, end: at + 2 };
    }
    at += 1;
    if (json[at] !== COMMA) return undefined;
  }
}

/** Events up to the `]` behind them, whose position is `close`. @param from behind the `[`. */
function scanEvents(json: Buffer, from: number) {
  let positions = new Uint32Array(3 * FIRST_EVENTS);
  let used = 0;
  let extractedFields: Record<string, unknown> | undefined;
  const marks: Marks = { positions: NO_MARKS, used: 0 };
  let at = from;
  if (json[at] === CLOSE_LIST) return { positions, count: 0, close: at };
  for (;;) {
    const start = at;
    if (!isAt(json, at, BEFORE_ID)) return undefined;
    at = stringEnd(json, at + BEFORE_ID.length);
    if (at < 0 || !isAt(json, at, BEFORE_TIMESTAMP)) return undefined;
    at = digitsEnd(json, at + BEFORE_TIMESTAMP.length);
    if (at < 0 || !isAt(json, at, BEFORE_MESSAGE)) return undefined;
    const messageStart = at + BEFORE_MESSAGE.length;
    at = messageEnd(json, messageStart, marks);
    if (at < 0) return undefined;
    if (used === positions.length) positions = larger(positions);
    positions[used++] = start;
    positions[used++] = messageStart;
    positions[used++] = at;
    at += 1;
    if (json[at] === COMMA) {
      const value = at + BEFORE_EXTRACTED.length;
      const end = isAt(json, at, BEFORE_EXTRACTED) ? flatObjectEnd(json, value) : -1;
      if (end < 0) return undefined;
      if (used === 3) extractedFields = JSON.parse(json.toString("utf8", value, end));
      at = end;
    }
    if (json[at] !== CLOSE) return undefined;
    at += 1;
    if (json[at] === CLOSE_LIST) {
      return { positions, count: used / 3, close: at, extractedFields, dateMarks: marked(marks, used / 3) };
    }
    if (json[at] !== COMMA) return undefined;
    at += 1;
  }
}

/** Few, since there may be thousands of small deliveries in one item. */
const FIRST_EVENTS = 16;

function larger(positions: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const twice = new Uint32Array(positions.length * 2);
  twice.set(positions);
  return twice;
}

/** Where the string's closing quote is; -1 if it is none that `JSON.parse` would take. @param at its first byte. */
function stringEnd(json: Buffer, from: number): number {
  let at = from;
  for (;;) {
    const kind = KINDS[json[at] as number];
    if (kind === TEXT) at += 1;
    else if (kind === END) return at;
    else if (kind === ESCAPE && SHORT_ESCAPES[json[at + 1] as number] === 1) at += 2;
    else if (kind === ESCAPE && json[at + 1] === U && isHex(json, at + 2)) at += 6;
    // Not allowed, or the end of all bytes.
    else return -1;
  }
}

/** The same, and marks what may be the name of a date. */
function messageEnd(json: Buffer, from: number, marks: Marks): number {
  let at = from;
  for (;;) {
    const kind = KINDS[json[at] as number];
    if (kind === TEXT) at += 1;
    else if (kind === END) return at;
    else if (kind === ESCAPE && SHORT_ESCAPES[json[at + 1] as number] === 1) {
      if (json[at + 1] === QUOTE && mayEndDateName(json, at)) mark(marks, at);
      at += 2;
    } else if (kind === ESCAPE && json[at + 1] === U && isHex(json, at + 2)) {
      if (isNeedlessEscape(json, at)) mark(marks, at);
      at += 6;
    } else return -1;
  }
}

/** Positions, in a list that is made when it is needed. */
interface Marks {
  positions: Uint32Array<ArrayBuffer>;
  used: number;
}

function mark(marks: Marks, at: number): void {
  const { positions, used } = marks;
  if (used === positions.length && used < MAX_MARKS) {
    marks.positions = new Uint32Array(Math.max(FIRST_EVENTS, used * 2));
    marks.positions.set(positions);
  }
  // Beyond the end of the list nothing is written.
  marks.positions[used] = at;
  marks.used += 1;
}

/** Undefined if there are so many that it is better to look at each message again. */
const marked = ({ positions, used }: Marks, events: number): Uint32Array | undefined =>
  used <= Math.min(SOME_MARKS + events * MAX_MARKS_PER_EVENT, positions.length)
    ? positions.subarray(0, used)
    : undefined;

const NO_MARKS = new Uint32Array(0);
/** Far more than there are in logs: what takes more memory than the events themselves is made up. */
const MAX_MARKS_PER_EVENT = 8;
const SOME_MARKS = 100;
const MAX_MARKS = 2 ** 20;

const isHex = (json: Buffer, at: number) =>
  HEX[json[at] as number] === 1 &&
  HEX[json[at + 1] as number] === 1 &&
  HEX[json[at + 2] as number] === 1 &&
  HEX[json[at + 3] as number] === 1;

/** Behind a number as milliseconds are written: digits, no sign, no zero in front. */
function digitsEnd(json: Buffer, from: number): number {
  let at = from;
  while (isDigit(json[at] as number)) at += 1;
  const digits = at - from;
  return digits === 0 || digits > MAX_DIGITS || (digits > 1 && json[from] === 0x30) ? -1 : at;
}

const isDigit = (byte: number) => byte >= 0x30 && byte <= 0x39;

/** The last byte of a text, or of a list of texts; -1 if it is neither. */
function textsEnd(json: Buffer, from: number): number {
  if (json[from] === QUOTE) return stringEnd(json, from + 1);
  if (json[from] !== OPEN_LIST) return -1;
  if (json[from + 1] === CLOSE_LIST) return from + 1;
  for (let at = from + 1; json[at] === QUOTE; at++) {
    at = stringEnd(json, at + 1);
    if (at < 0) return -1;
    at += 1;
    if (json[at] === CLOSE_LIST) return at;
    if (json[at] !== COMMA) return -1;
  }
  return -1;
}

/** Behind an object whose values are texts; -1 if it is none. */
function flatObjectEnd(json: Buffer, from: number): number {
  if (json[from] !== OPEN) return -1;
  if (json[from + 1] === CLOSE) return from + 2;
  for (let at = from + 1; json[at] === QUOTE; at++) {
    at = stringEnd(json, at + 1);
    if (at < 0 || json[at + 1] !== COLON || json[at + 2] !== QUOTE) return -1;
    at = stringEnd(json, at + 3);
    if (at < 0) return -1;
    at += 1;
    if (json[at] === CLOSE) return at + 1;
    if (json[at] !== COMMA) return -1;
  }
  return -1;
}

function isAt(json: Buffer, at: number, bytes: Buffer): boolean {
  for (let i = 0; i < bytes.length; i++) if (json[at + i] !== bytes[i]) return false;
  return true;
}

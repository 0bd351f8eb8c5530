/**
 * A log event as a view: where it stands in its delivery's JSON. What no rule reads is never made a string; its bytes
 * go into the payload as they came.
 *
 * The bytes are `{"id":"…","timestamp":…,"message":"…"`, in this order and without white space; the message's escapes are
 * those of its sender.
 */
export interface LogEvent {
  /** Of the whole delivery, in UTF-8. */
  readonly json: Buffer;
  /** Where its `{` is. */
  readonly start: number;
  /** The first byte of the message, behind its quote. */
  readonly messageStart: number;
  /** Where the message's closing quote is. */
  readonly messageEnd: number;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
}

/** Where all events of a delivery stand in its JSON: for each `start`, `messageStart` and `messageEnd`, in turn. */
export interface EventIndex {
  readonly json: Buffer;
  readonly count: number;
  /** Three numbers an event; there may be unused ones at the end. */
  readonly positions: Uint32Array;
  /**
   * Places in messages, in their order, where a name ends that may be one of a date: no other message has one. Undefined: nobody
   * has looked.
   */
  readonly dateMarks?: Uint32Array;
}

const BEFORE_ID = '{"id":"';
const BEFORE_TIMESTAMP = '","timestamp":';
export const BEFORE_MESSAGE = ',"message":"';

const [COLON = 0] = Buffer.from(":");
const ZERO = 0x30;
const MINUS = 0x2d;

/** The events one after the other; no list of them is ever made. */
export function* eventsOf(index: EventIndex): Generator<LogEvent> {
  for (let i = 0; i < index.count; i++) yield eventAt(index, i);
}

/** @param i from 0, less than `count` */
export function eventAt({ json, positions }: EventIndex, i: number): LogEvent {
  const messageStart = positions[3 * i + 1] as number;
  return {
    json,
    start: positions[3 * i] as number,
    messageStart,
    messageEnd: positions[3 * i + 2] as number,
    timestamp: timestampBefore(json, messageStart - BEFORE_MESSAGE.length),
  };
}

/** The number that ends at `end`, read from its end. */
function timestampBefore(json: Buffer, end: number): number {
  let timestamp = 0;
  let factor = 1;
  for (let at = end - 1; ; at--) {
    const byte = json[at] as number;
    if (byte === COLON) return timestamp;
    if (byte === MINUS) return -timestamp;
    timestamp += (byte - ZERO) * factor;
    factor *= 10;
  }
}

/** CloudWatch's id, unique within a log group. */
export function idOf({ json, start, messageStart }: LogEvent): string {
  const from = start + BEFORE_ID.length;
  return unescaped(json.toString("utf8", from, timestampStart(json, messageStart) - BEFORE_TIMESTAMP.length));
}

/**
 * How much of a message is made a string, in bytes of its JSON. CloudWatch takes events of up to 1 MB, and the intake entries
 * of up to 1 MB: what is longer came another way, and must not fill the memory.
 */
const MAX_READ_BYTES = 2_000_000;

/** The message, or the beginning of one that is far longer than any that CloudWatch takes. */
export function messageOf({ json, messageStart, messageEnd }: LogEvent, maxBytes = MAX_READ_BYTES): string {
  const end =
    messageEnd - messageStart <= maxBytes ? messageEnd : signBorder(json, messageStart, messageStart + maxBytes);
  return unescaped(json.toString("utf8", messageStart, end));
}

/** The last place up to `limit` where neither an escape nor a character is cut. */
function signBorder(json: Buffer, from: number, limit: number): number {
  for (let at = from; ; ) {
    const next = at + signLength(json, at);
    if (next > limit) return at;
    at = next;
  }
}

/** How many bytes of the message in UTF-8 its JSON stands for. */
export function messageBytes({ json, messageStart, messageEnd }: LogEvent): number {
  const text = json.subarray(messageStart, messageEnd);
  let bytes = text.length;
  for (let at = text.indexOf(BACKSLASH); at >= 0; ) {
    const [length, stands] = isPair(text, at) ? [12, 4] : [escapeLength(text, at), bytesOfEscape(text, at)];
    bytes += stands - length;
    at = text.indexOf(BACKSLASH, at + length);
  }
  return bytes;
}

const [BACKSLASH = 0, U = 0] = Buffer.from("\\u");
const escapeLength = (json: Buffer, at: number) => (json[at + 1] === U ? 6 : 2);

/** Of a character or an escape. */
function signLength(json: Buffer, at: number): number {
  const byte = json[at] as number;
  if (byte === BACKSLASH) return escapeLength(json, at);
  return byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

/** In UTF-8. Half of a pair that stands alone is written as the mark for what is no character, of three bytes. */
function bytesOfEscape(json: Buffer, at: number): number {
  const code = codeOfEscape(json, at);
  return code === undefined || code < 0x80 ? 1 : code < 0x800 ? 2 : 3;
}

/** Undefined for one of two characters, such as `\\n`. */
const codeOfEscape = (json: Buffer, at: number) =>
  json[at] === BACKSLASH && json[at + 1] === U
    ? Number.parseInt(json.toString("latin1", at + 2, at + 6), 16)
    : undefined;

/** Two escapes that are one character together. */
const isPair = (json: Buffer, at: number) => isHalf(json, at, 0xd800) && isHalf(json, at + 6, 0xdc00);
const isHalf = (json: Buffer, at: number, first: number) => ((codeOfEscape(json, at) ?? 0) & 0xfc00) === first;

const unescaped = (text: string): string => (text.includes("\\") ? JSON.parse(`"${text}"`) : text);

/** Where the digits of the time begin: what stands before them holds the id, what follows them the message. */
export function timestampStart(json: Buffer, messageStart: number): number {
  let at = messageStart - BEFORE_MESSAGE.length;
  while (json[at - 1] !== COLON) at -= 1;
  return at;
}

/** The same as an object. */
export interface PlainEvent {
  readonly id: string;
  readonly timestamp: number;
  readonly message: string;
}

/** An event that came another way than as bytes. `timestamp`: a safe integer. */
export function logEvent(event: PlainEvent): LogEvent {
  return eventAt(indexOf([event]), 0);
}

/** Plain events as the bytes of a delivery have them. */
export function indexOf(events: readonly PlainEvent[]): EventIndex {
  let json = Buffer.allocUnsafe(1_024);
  let length = 0;
  const positions = new Uint32Array(events.length * 3);
  events.forEach(({ id, timestamp, message }, i) => {
    const head = `{"id":${JSON.stringify(id)},"timestamp":${timestamp}${BEFORE_MESSAGE}`;
    const text = JSON.stringify(message).slice(1);
    const needed = length + 3 * (head.length + text.length);
    if (needed > json.length) {
      const larger = Buffer.allocUnsafe(needed * 2);
      json.copy(larger, 0, 0, length);
      json = larger;
    }
    positions[i * 3] = length;
    length += json.write(head, length);
    positions[i * 3 + 1] = length;
    length += json.write(text, length);
    positions[i * 3 + 2] = length - 1;
  });
  return { json: json.subarray(0, length), count: events.length, positions };
}

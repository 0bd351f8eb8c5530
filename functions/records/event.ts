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

export const messageOf = ({ json, messageStart, messageEnd }: LogEvent): string =>
  unescaped(json.toString("utf8", messageStart, messageEnd));

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

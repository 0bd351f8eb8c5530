import { DATE_ATTRIBUTES } from "../../records/date-attributes.ts";
import { type EventIndex, type LogEvent, messageOf } from "../../records/event.ts";
import { mayBeOutOfRange } from "./redate-bytes.ts";
import { type RedatedMessage, redateMessage } from "./redate-message.ts";
import { isOutOfRange } from "./redate-range.ts";
import { mayHaveOldDate, mayHoldOutOfRange } from "./redate-walk.ts";

/**
 * The messages of a delivery, which come in their order. No closure: V8 compiles code that calls another one for each delivery
 * again and again.
 */
export interface MessageDates {
  readonly marks: Uint32Array | undefined;
  /** The first mark that may be of a message to come. */
  next: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export const messageDates = ({ dateMarks }: EventIndex, now: number): MessageDates => ({
  marks: dateMarks,
  next: 0,
  now,
});

/**
 * An event's message without the dates in it that the intake would refuse; undefined if it has none.
 * @param message as a rule left it, or undefined for the event's own.
 */
export function redateEvent(
  dates: MessageDates,
  event: LogEvent,
  message: string | undefined,
): RedatedMessage | undefined {
  if (message !== undefined) return redateText(message, dates.now);
  return mayBeOld(dates, event) ? redateMessage(messageOf(event), dates.now) : undefined;
}

function mayBeOld(dates: MessageDates, { json, messageStart, messageEnd }: LogEvent): boolean {
  const { marks, now } = dates;
  if (!mayBeginObject(json[messageStart])) return false;
  if (!marks) return mayHaveOldDate(json, messageStart, messageEnd, true, now);
  while (dates.next < marks.length && (marks[dates.next] as number) < messageStart) dates.next += 1;
  for (let i = dates.next; i < marks.length && (marks[i] as number) < messageEnd; i++) {
    // It may be anywhere in the message.
    if (mayBeOutOfRange(json, marks[i] as number, now))
      return mayHaveOldDate(json, messageStart, messageEnd, true, now);
  }
  return false;
}

/** The same for a message alone. */
export function redateText(message: string, now: number): RedatedMessage | undefined {
  if (!/^\s*\{/.test(message)) return undefined;
  const bytes = Buffer.from(message);
  return mayHaveOldDate(bytes, 0, bytes.length, false, now) ? redateMessage(message, now) : undefined;
}

/** Its brace, or white space before it, which may be an escape. */
const mayBeginObject = (byte: number | undefined) => byte === BRACE || byte === SPACE || byte === BACKSLASH;
const [BRACE, SPACE, BACKSLASH] = Buffer.from("{ \\");

/** An entry as it is sent. */
interface Sent {
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly message?: unknown;
  readonly redated?: unknown;
}

/** Whether `redate` may have anything to do. @param json of a payload: a list of entries, as they were sent */
export const mayNeedRedating = (json: Buffer, now: number): boolean => mayHoldOutOfRange(json, now);

/**
 * Gives entries that are too old for the intake, or too far ahead, the present time, and keeps the original in
 * `redated.originalTimestamp`: it answers 202 to such entries, too, and drops them. A date in the JSON of their message, which
 * the intake prefers to theirs, gets another name, which is in `redated.attributes`.
 */
export function redate<E extends Sent>(entries: readonly E[], now: number): { entries: readonly E[]; count: number } {
  let count = 0;
  const redated = entries.map((entry) => {
    const present = presentOf(entry, now);
    if (present !== entry) count += 1;
    return present;
  });
  return count === 0 ? { entries, count } : { entries: redated, count };
}

function presentOf<E extends Sent>(entry: E, now: number): E {
  const text = typeof entry.message === "string" ? redateText(entry.message, now) : undefined;
  const beside = redateBeside(entry, now);
  const attributes = [...(beside?.attributes ?? []), ...(text?.attributes ?? [])];
  const isOld = isOutOfRange(entry.timestamp, now);
  if (!isOld && attributes.length === 0) return entry;
  const before = entry.redated as { originalTimestamp?: unknown; attributes?: unknown } | undefined;
  return {
    ...(beside?.entry ?? entry),
    ...(isOld && { timestamp: now }),
    ...(text && { message: text.message }),
    redated: {
      ...before,
      ...(isOld && before?.originalTimestamp === undefined && { originalTimestamp: entry.timestamp }),
      ...(attributes.length > 0 && { attributes: [...listOf(before?.attributes), ...attributes] }),
    },
  };
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const NAMES_BESIDE = DATE_ATTRIBUTES.filter((name) => name !== "timestamp").flatMap((name) => [
  name,
  name.split(".")[0],
]);

/** Dates beside an entry's own, where somebody else made the entry. */
function redateBeside<E extends Sent>(entry: E, now: number) {
  if (!NAMES_BESIDE.some((name) => Object.hasOwn(entry, name as string))) return undefined;
  const { timestamp } = entry;
  const done = redateMessage(JSON.stringify({ ...entry, timestamp: now }), now);
  return done && { entry: { ...(JSON.parse(done.message) as E), timestamp }, attributes: done.attributes };
}

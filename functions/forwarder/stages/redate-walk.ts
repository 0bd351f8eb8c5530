import { DATE_ATTRIBUTES } from "../../records/date-attributes.ts";
import { mayBeOutOfRange } from "./redate-bytes.ts";
import { isNeedlessEscape, lastOf, mayEndDateName } from "./redate-marks.ts";

// May say yes where the answer is no, and never the other way round.

const [QUOTE = 0, BACKSLASH = 0, SPACE = 0, COLON = 0] = Buffer.from('"\\ :');
const [OPEN = 0, OPEN_LIST = 0, CLOSE = 0, CLOSE_LIST = 0] = Buffer.from("{[}]");

/**
 * Whether a payload may have a date out of range, of an entry or in a message.
 * @param json a list of entries @param now milliseconds since the epoch
 */
export function mayHoldOutOfRange(json: Buffer, now: number): boolean {
  for (let at = 0; at < json.length; at++) {
    const byte = json[at];
    if (byte !== QUOTE && byte !== BACKSLASH) continue;
    const isQuote = byte === QUOTE || json[at + 1] === QUOTE;
    const isMark = isQuote ? mayEndDateName(json, at) : isNeedlessEscape(json, at);
    if (isMark && mayBeOutOfRange(json, at, now)) return true;
    if (byte === BACKSLASH) at += 1;
  }
  return false;
}

/**
 * Whether a message may have a date out of range where the intake looks: at its top, or one level below the right name. Takes one
 * walk through it, however many dates there are elsewhere.
 *
 * @param isQuoted whether it stands in JSON as a text, with its quotes and backslashes escaped
 */
export function mayHaveOldDate(json: Buffer, start: number, end: number, isQuoted: boolean, now: number): boolean {
  const level = openLevel();
  for (let at = start; at < end; at++) {
    const byte = json[at] as number;
    if (byte === BACKSLASH && isQuoted && isNeedlessEscape(json, at)) return true;
    if (isQuoted ? byte === BACKSLASH && json[at + 1] === QUOTE : byte === QUOTE) {
      if (level.isRead() && mayEndDateName(json, at) && mayBeOutOfRange(json, at, now)) return true;
      level.passQuote();
      if (isQuoted) at += 1;
    } else if (byte === BACKSLASH) {
      // An escape of the message's own is one backslash there, two here, and one more before what JSON escapes.
      if (isQuoted && json[at + 1] === BACKSLASH && json[at + 2] === BACKSLASH) {
        if (isNeedlessEscape(json, at + 2)) return true;
        at += 3;
      } else at += isQuoted && json[at + 1] === BACKSLASH ? 2 : 1;
    } else level.pass(json, at, byte);
  }
  return false;
}

/** How deep a place is in JSON. */
function openLevel() {
  let depth = 0;
  let inText = false;
  let isBelowRight = false;
  return {
    isRead: () => depth === 1 || (depth === 2 && isBelowRight),
    passQuote() {
      inText = !inText;
    },
    pass(json: Buffer, at: number, byte: number) {
      if (inText) return;
      if (byte === OPEN || byte === OPEN_LIST) {
        depth += 1;
        if (depth === 2) isBelowRight = mayBeParent(json, at);
      } else if (byte === CLOSE || byte === CLOSE_LIST) depth -= 1;
    },
  };
}

/** What the names end with below which there is a date, as they are or as the last digit of an escape. */
const PARENT_LAST = lastOf(
  DATE_ATTRIBUTES.filter((name) => name.includes(".")).map((name) => name.replace(/\..*/, "")),
);

/** @param open of the brace behind the name */
function mayBeParent(json: Buffer, open: number): boolean {
  let at = open - 1;
  while ((json[at] as number) <= SPACE || json[at] === COLON) at -= 1;
  if (json[at] !== QUOTE) return true;
  const last = json[at - 1] === BACKSLASH ? json[at - 2] : json[at - 1];
  return PARENT_LAST[last as number] === 1;
}

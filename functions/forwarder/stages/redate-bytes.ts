import { mayBeDateName, tableOf } from "./redate-marks.ts";
import { isOutOfRange } from "./redate-range.ts";

// Reads the usual forms of dates without making strings of them. What it does not know may be out of range: then the message is
// parsed, and `redate-value.ts` says.

const [QUOTE = 0, BACKSLASH = 0, SPACE = 0, COLON = 0, COMMA = 0, POINT = 0] = Buffer.from('"\\ :,.');
const [PLUS = 0, MINUS = 0, ZERO = 0, NINE = 0, T = 0, Z = 0, SMALL_E = 0, LARGE_E = 0] = Buffer.from("+-09TZeE");

/**
 * Whether there may be a date out of range where `mayEndDateName` or `isNeedlessEscape` says yes.
 * @param now milliseconds since the epoch
 */
export function mayBeOutOfRange(json: Buffer, at: number, now: number): boolean {
  const quoteBytes = json[at] === BACKSLASH ? 2 : 1;
  if (json[at + quoteBytes - 1] !== QUOTE) return true;
  if (!mayBeDateName(json, at)) return false;
  const colon = afterSpaces(json, at + quoteBytes);
  // A backslash may be white space, such as a newline.
  if (json[colon] !== COLON) return json[colon] === BACKSLASH;
  const value = afterSpaces(json, colon + 1);
  const byte = json[value] as number;
  if (isDigit(byte)) return isNumberOutOfRange(json, value, now);
  if (json[value + quoteBytes - 1] === QUOTE) return mayBeTextOutOfRange(json, value + quoteBytes, now);
  // Neither a list, an object nor a word is a date.
  return byte === BACKSLASH || byte === MINUS;
}

function isNumberOutOfRange(json: Buffer, from: number, now: number): boolean {
  let at = from;
  let value = 0;
  for (; isDigit(json[at] as number); at++) value = value * 10 + (json[at] as number) - ZERO;
  const isPlain = json[at] !== SMALL_E && json[at] !== LARGE_E;
  // It may have a fraction.
  return !isPlain || isOutOfRange(value, now) || isOutOfRange(value + 1, now);
}

/** What else a date can begin with: a month's name, a sign, a point, a priority of syslog, white space. */
const BEGINS_DATE = tableOf(Buffer.from("jJfFmMaAsSoOnNdD+-.< "));

/** @param from of the first character, behind the quote */
function mayBeTextOutOfRange(json: Buffer, from: number, now: number): boolean {
  const first = json[from] as number;
  if (isDigit(first)) {
    const time = plainTime(json, from);
    return Number.isNaN(time) || isOutOfRange(time, now) || isOutOfRange(time + LONGEST_FRACTION_MS, now);
  }
  // Other than an escape it may be the end.
  if (first === BACKSLASH) return json[from + 1] !== QUOTE;
  return BEGINS_DATE[first] === 1 || first >= 0x80;
}

const LONGEST_FRACTION_MS = 999;

/** Of a text such as `2026-11-25T10:00:00`, without its fraction, perhaps with an offset, or of digits; NaN for any other. */
function plainTime(json: Buffer, from: number): number {
  const isDay = json[from + 4] === MINUS && json[from + 7] === MINUS;
  if (!isDay) return digitsAlone(json, from);
  const between = json[from + 10];
  if ((between !== T && between !== SPACE) || json[from + 13] !== COLON || json[from + 16] !== COLON) return Number.NaN;
  const day = Date.UTC(digits(json, from, 4), digits(json, from + 5, 2) - 1, digits(json, from + 8, 2));
  const time = day + clock(json, from + 11) + digits(json, from + 17, 2) * 1_000;
  let at = from + 19;
  if (json[at] === POINT || json[at] === COMMA) {
    at += 1;
    while (isDigit(json[at] as number)) at += 1;
  }
  const sign = json[at];
  if (sign !== PLUS && sign !== MINUS) return isTextEnd(json, sign === Z ? at + 1 : at) ? time : Number.NaN;
  const hasColon = json[at + 3] === COLON;
  const east = digits(json, at + 1, 2) * 60 * MINUTE_MS + digits(json, at + (hasColon ? 4 : 3), 2) * MINUTE_MS;
  return isTextEnd(json, at + (hasColon ? 6 : 5)) ? time - (sign === PLUS ? east : -east) : Number.NaN;
}

const MINUTE_MS = 60_000;

const clock = (json: Buffer, at: number) => (digits(json, at, 2) * 60 + digits(json, at + 3, 2)) * MINUTE_MS;

function digitsAlone(json: Buffer, from: number): number {
  let end = from;
  while (isDigit(json[end] as number)) end += 1;
  return isTextEnd(json, end) ? digits(json, from, end - from) : Number.NaN;
}

/** NaN if one is none. */
function digits(json: Buffer, from: number, count: number): number {
  let value = 0;
  for (let at = from; at < from + count; at++) {
    const byte = json[at] as number;
    value = isDigit(byte) ? value * 10 + byte - ZERO : Number.NaN;
  }
  return value;
}

const isDigit = (byte: number) => byte >= ZERO && byte <= NINE;

const isTextEnd = (json: Buffer, at: number) =>
  json[at] === QUOTE || (json[at] === BACKSLASH && json[at + 1] === QUOTE);

/** Behind white space as it is, which is also what a control character is taken for. */
function afterSpaces(json: Buffer, from: number): number {
  let at = from;
  while ((json[at] as number) <= SPACE) at += 1;
  return at;
}

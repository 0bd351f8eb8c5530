import { DATE_ATTRIBUTES } from "../../records/date-attributes.ts";

// Which names in a message may be those of dates, by bytes alone. All here may say yes where the answer is no, and never the other
// way round: a message that holds no such name is never made a string.

const [QUOTE = 0, BACKSLASH = 0, U = 0, ZERO = 0] = Buffer.from('"\\u0');

/** Their last parts, too: within `syslog` it is `timestamp` alone. */
const NAMES = [...new Set(DATE_ATTRIBUTES.flatMap((name) => [name, name.slice(name.lastIndexOf(".") + 1)]))].map(
  (name) => Buffer.from(name),
);

/** Which bytes are among them. */
export function tableOf(bytes: Iterable<number>): Uint8Array {
  const table = new Uint8Array(256);
  for (const byte of bytes) table[byte] = 1;
  return table;
}
const [SECOND_LAST, THIRD_LAST] = [-2, -3].map((at) => tableOf(NAMES.map((name) => name.at(at) ?? 0))) as [
  Uint8Array,
  Uint8Array,
];
/** As it is, or the last digit of one written like `\u0065`. */
export const lastOf = (names: readonly string[]) =>
  tableOf(
    names.map((name) => name.charCodeAt(name.length - 1)).flatMap((last) => [last, last.toString(16).charCodeAt(1)]),
  );
const LAST = lastOf(NAMES.map(String));

/**
 * Whether a quote may be the one behind the name of a date.
 * @param at behind the name: of the quote, or of the backslash before it
 */
export function mayEndDateName(json: Buffer, at: number): boolean {
  if (LAST[json[at - 1] as number] === 0) return false;
  const asItIs = SECOND_LAST[json[at - 2] as number] === 1 && THIRD_LAST[json[at - 3] as number] === 1;
  return asItIs || json[at - 5] === U || json[at - 6] === U || json[at - 7] === U;
}

/** `\u0022` and the like, which need not be written so: it may be a quote, or a name's letter. @param at of the backslash */
export function isNeedlessEscape(json: Buffer, at: number): boolean {
  const sixteens = json[at + 4] as number;
  return json[at + 1] === U && json[at + 2] === ZERO && json[at + 3] === ZERO && sixteens >= 0x32 && sixteens <= 0x37;
}

/** How many bytes a name can have: each letter may be written in seven, such as `\\u0065`. */
const MAX_NAME_BYTES = 7 * Math.max(...NAMES.map(({ length }) => length));

/** Whether what ends there is a name of a date. */
export function mayBeDateName(json: Buffer, end: number): boolean {
  let start = end;
  while (end - start <= MAX_NAME_BYTES && json[start - 1] !== QUOTE) {
    start -= 1;
    if (json[start] === BACKSLASH) return true;
  }
  for (const name of NAMES) if (name.length === end - start && isAt(json, start, name)) return true;
  return false;
}

function isAt(json: Buffer, at: number, bytes: Buffer): boolean {
  for (let i = 0; i < bytes.length; i++) if (json[at + i] !== bytes[i]) return false;
  return true;
}

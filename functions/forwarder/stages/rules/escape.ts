import { asciiOf, LIKE_ASCII } from "./ascii-of.ts";
import type { Span } from "./detect/span.ts";

const LETTERS: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/** What stands in a text for another character. */
export interface Escape {
  readonly end: number;
  /** What it stands for; undefined if it is no escape after all. */
  readonly sign: string | undefined;
  /** Where it may be meant as it stands there; undefined if it surely is an escape. */
  readonly doubtful?: Span;
}

/** Most texts have nothing escaped, and need no closer look. */
export const mayBeEscaped = (text: string): boolean =>
  text.includes("\\") ||
  (text.includes("%") && /%[\da-f]{2}/i.test(text)) ||
  (text.includes("&") && /&(?:#\w{1,7}|[a-z]{2,8});/i.test(text)) ||
  ESCAPE_OR_LIKE_ASCII.test(text);

const ESCAPE_OR_LIKE_ASCII = new RegExp(`[\\u001b${LIKE_ASCII}]`);

export const [BACKSLASH, PERCENT, AMPERSAND, ESC] = ["\\", "%", "&", "\u001b"].map((sign) => sign.charCodeAt(0)) as [
  number,
  number,
  number,
  number,
];

/**
 * What a backslash and the character with this code stand for. In JSON within JSON there are several backslashes, of which
 * only the last counts here.
 */
export const BEHIND_BACKSLASH: readonly (string | undefined)[] = Array.from(
  { length: 128 },
  (_, code) => LETTERS[String.fromCharCode(code)],
);

/** Other escapes begin with one of these, or with a character beyond ASCII. */
export const mayBegin = (code: number): boolean =>
  code === PERCENT || code === AMPERSAND || code >= 128 || code === ESC;

/**
 * The escape that begins with the character at this place, which has this code. Undefined if none does. What is escaped several
 * times in the same way is taken as one: `%2540`, `&amp;#64;`.
 */
export function escapeAt(text: string, at: number, code: number): Escape | undefined {
  if (code === PERCENT) return percentEncoded(text, at);
  if (code === AMPERSAND) return entity(text, at);
  if (code === ESC) return color(text, at);
  const sign = asciiOf(code);
  // A digit of another script may stand beside a key that it is no part of.
  return sign === undefined ? undefined : { end: at + 1, sign, doubtful: { start: at - 1, end: at + 2 } };
}

const COLOR = /\[[\d;]{0,20}[mK]/y;

/** A terminal's color, between a name and its value say: a blank to who reads it. */
function color(text: string, at: number): Escape | undefined {
  COLOR.lastIndex = at + 1;
  return COLOR.test(text) ? { end: COLOR.lastIndex, sign: " " } : undefined;
}

/**
 * As JSON writes characters; as nginx, Python and C write bytes, which they do with none that can be printed; and colors as
 * shells write them.
 */
const NUMBERED =
  /u([\da-f]{4})|x(85|a0|ad)|(x(?:[c-e][\da-f](?:\\+x[89ab][\da-f]){1,2}|[01][\da-f]|22|27|5c|7f))|(?:e|0?33)\[[\d;]{0,20}[mK]/iy;

/** @param letter place of the character behind the backslashes */
export function numberedAt(text: string, letter: number): Escape | undefined {
  NUMBERED.lastIndex = letter;
  const found = NUMBERED.exec(text);
  if (!found) return undefined;
  const [whole, unicode, latin, bytes] = found;
  const end = letter + whole.length;
  const code = unicode ?? latin;
  if (code) return { end, sign: fromCode(Number.parseInt(code, 16)) };
  return { end, sign: bytes ? fromUtf8(bytes.match(/(?<=x)../g) ?? []) : " " };
}

const ENCODED =
  /%(?:25)*(?:([01][\da-f]|2[\da-f]|3[a-f]|[46]0|[57][b-f])|([c-f][\da-f](?:%(?:25)*[89ab][\da-f]){1,3}))/iy;

/** Letters and digits are never encoded. `50%4111` may as well have a number behind a sign for percent. */
function percentEncoded(text: string, at: number): Escape | undefined {
  ENCODED.lastIndex = at;
  const found = ENCODED.exec(text);
  if (!found) return undefined;
  const [whole, byte, bytes] = found;
  const sign = byte ? String.fromCharCode(Number.parseInt(byte, 16)) : fromUtf8(bytes?.match(/[89a-f][\da-f]/gi) ?? []);
  const end = at + whole.length;
  return { end, sign, doubtful: { start: at + 1, end } };
}

const ENTITY = /&(?:amp;)*(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,8}));/iy;

function entity(text: string, at: number): Escape | undefined {
  ENTITY.lastIndex = at;
  const found = ENTITY.exec(text);
  if (!found) return undefined;
  const [whole, decimal, hex, name = ""] = found;
  // Letters and digits are never encoded.
  const code = decimal ? Number(decimal) : hex ? Number.parseInt(hex, 16) : undefined;
  const sign = code === undefined ? ENTITIES.get(name) : fromCode(code);
  return { end: at + whole.length, sign: sign && /[A-Za-z0-9]/.test(sign) ? undefined : sign };
}

/** Those that stand in or beside a secret. https://html.spec.whatwg.org/multipage/named-characters.html (2026-11) */
const ENTITIES = new Map(
  Object.entries({
    amp: "&",
    apos: "'",
    ast: "*",
    bsol: "\\",
    colon: ":",
    comma: ",",
    commat: "@",
    dash: "-",
    emsp: " ",
    ensp: " ",
    equals: "=",
    excl: "!",
    gt: ">",
    hyphen: "-",
    lowbar: "_",
    lpar: "(",
    lsqb: "[",
    lt: "<",
    mdash: "-",
    minus: "-",
    nbsp: " ",
    ndash: "-",
    NewLine: "\n",
    num: "#",
    percnt: "%",
    period: ".",
    plus: "+",
    quot: '"',
    rpar: ")",
    rsqb: "]",
    semi: ";",
    shy: "",
    sol: "/",
    Tab: "\t",
    thinsp: " ",
    verbar: "|",
    vert: "|",
  }),
);

const fromCode = (code: number) => (code <= 0x10ffff ? (asciiOf(code) ?? String.fromCodePoint(code)) : undefined);

/** Undefined if the bytes, in hex, are none of UTF-8. */
function fromUtf8(bytes: readonly string[]): string | undefined {
  const text = Buffer.from(bytes.join(""), "hex").toString("utf8");
  return text === "" || text.includes("\ufffd") ? undefined : fromCode(text.codePointAt(0) as number);
}

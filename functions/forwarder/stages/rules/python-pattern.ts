/** A pattern as RE2 writes it. */
export interface FromPython {
  readonly pattern: string;
  /** Where it may find something else than in Python, in whole sentences. */
  readonly notes: readonly string[];
}

/**
 * A pattern of Python's `re`, as Datadog's forwarder has it, in RE2's syntax. It finds the same in lines whose last newline does
 * not count.
 * https://docs.python.org/3/library/re.html#regular-expression-syntax, https://github.com/google/re2/wiki/Syntax (2026-11)
 *
 * @returns what is wrong with it and what to do, as the end of a sentence about it, if it can't be written so.
 */
export function patternFromPython(source: string): FromPython | string {
  // Such as `(?im)`, which stand at the very beginning only.
  const [globalFlags = "", flags = ""] = /^\(\?([aiLmsux]+)\)/.exec(source) ?? [];
  if (/[Lx]/.test(flags)) return "has the flag x or L, which RE2 does not know: write it without spaces and comments";
  const ascii = flags.includes("a");
  // `u` is how it is anyway, and means something else to RE2.
  const kept = flags.replace(/[au]/g, "");
  let pattern = kept === "" ? "" : `(?${kept})`;
  const notes = new Set<string>();
  let inClass = false;
  for (let at = globalFlags.length; at < source.length; ) {
    const piece: Piece = (inClass ? pieceOfClass : pieceOutside)(source.slice(at), ascii);
    if (typeof piece === "string") return piece;
    if (piece.note !== undefined) notes.add(piece.note);
    pattern += piece.written;
    at += piece.read.length;
    inClass = inClass ? piece.read !== "]" : piece.read.startsWith("[");
  }
  return { pattern, notes: [...notes] };
}

/** The next part of a pattern, as it was read and as RE2 has it; or what is wrong. */
type Piece = { readonly read: string; readonly written: string; readonly note?: string } | string;

const same = (read: string): Piece => ({ read, written: read });

function pieceOutside(rest: string, ascii: boolean): Piece {
  switch (rest[0]) {
    case "\\":
      return escaped(rest, ascii, false);
    case "[":
      return classBeginning(rest);
    case "(":
      return groupBeginning(rest);
    case "*":
    case "+":
    case "?":
    case "{":
      return quantifier(rest);
    default:
      return same(characterOf(rest));
  }
}

/** Between `[` and `]`. */
function pieceOfClass(rest: string, ascii: boolean): Piece {
  if (rest.startsWith("\\")) return escaped(rest, ascii, true);
  // `[[:alpha:]` is no class of letters in Python.
  return rest.startsWith("[") ? { read: "[", written: "\\[" } : same(characterOf(rest));
}

/** One that takes two units of UTF-16 is not parted. */
const characterOf = (rest: string) => String.fromCodePoint(rest.codePointAt(0) as number);

function classBeginning(rest: string): Piece {
  const [read = "[", beginning = "[", closing] = /^(\[\^?)(\])?/.exec(rest) ?? [];
  return { read, written: closing === undefined ? beginning : `${beginning}\\]` };
}

/** Beginnings of groups that RE2 does not have, and what to do. */
const REFUSED_GROUPS: readonly (readonly [RegExp, string])[] = [
  [
    /^\(\?<?[=!]/,
    "looks ahead or behind, which no linear-time engine can: match the text around and keep it with a group",
  ],
  [/^\(\?P=/, "refers back to a group, which no linear-time engine can: write it without"],
  [/^\(\?\(/, "asks whether a group matched, which RE2 can't: write both alternatives out"],
  [/^\(\?>/, "has an atomic group, which RE2 does not know: (?:…) finds the same in most patterns"],
  [/^\(\?[a-zA-Z]*[auLx][a-zA-Z-]*:/, "sets one of the flags a, u, L and x for a part: write that part out"],
];

function groupBeginning(rest: string): Piece {
  const [, problem] = REFUSED_GROUPS.find(([beginning]) => beginning.test(rest)) ?? [];
  if (problem !== undefined) return problem;
  const [comment] = /^\(\?#[^)]*\)/.exec(rest) ?? [];
  if (comment !== undefined) return { read: comment, written: "" };
  const [beginning = "("] = /^\(\?(?:P?<\w+>|[a-z-]*:)/.exec(rest) ?? [];
  return same(beginning);
}

function quantifier(rest: string): Piece {
  const [all, count = "", least, comma, most, behind = ""] = /^([*+?]|\{(\d*)(?:(,)(\d*))?\})([?+]?)/.exec(rest) ?? [];
  // A brace that counts nothing is itself.
  if (all === undefined || count === "{}") return { read: "{", written: "\\{" };
  if (behind === "+") {
    return "has a possessive quantifier such as a*+, which RE2 does not know: a* finds the same in most patterns";
  }
  return { read: all, written: comma === undefined ? all : `{${least || "0"},${most}}${behind}` };
}

function escaped(rest: string, ascii: boolean, inClass: boolean): Piece {
  const [octal] = /^\\(?:0[0-7]{0,2}|[0-3][0-7]{2})/.exec(rest) ?? [];
  if (octal !== undefined) return { read: octal, written: codePoint(octal.slice(1), 8) };
  if (rest === "\\") return "ends with a \\: write \\\\, or leave it out";
  const character = characterOf(rest.slice(1));
  const read = `\\${character}`;
  if (/\d/.test(character)) return "refers back to a group, which no linear-time engine can: write it without";
  if (/[xuU]/.test(character)) return characterByCode(rest);
  if (/[dDwWsS]/.test(character)) return kindOfCharacter(character, ascii, inClass);
  if (character === "b" && inClass) return { read, written: "\\x08" };
  if (/[bB]/.test(character)) return ascii ? same(read) : { read, written: read, note: wordsNote(read) };
  if (/[zZ]/.test(character)) return { read, written: "\\z", note: endNote(read) };
  if (/[Aafnrtv]/.test(character)) return same(read);
  if (/[A-Za-z]/.test(character))
    return "is not RE2 syntax (an escape that Python does not know either): write it without";
  return { read, written: /^[!-~ ]$/.test(character) ? read : character };
}

const wordsNote = (read: string) => `${read} takes letters beyond ASCII, such as ü, for no part of a word.`;
const endNote = (read: string) =>
  `${read} is before a line's last newline here, and behind it in Python: lines of Lambda have one, and now match.`;

/** `\x41`, `\u0041`, `\U00000041`. */
function characterByCode(rest: string): Piece {
  const [read, digits] =
    /^\\(?:x(?=(..))|u(?=(.{4}))|U(?=(.{8})))/.exec(rest)?.filter((part) => part !== undefined) ?? [];
  if (
    read === undefined ||
    digits === undefined ||
    !/^[\da-fA-F]+$/.test(digits) ||
    Number.parseInt(digits, 16) > 0x10ffff
  ) {
    return `has ${rest.slice(0, 2)} without the digits of a character behind it: write the character itself`;
  }
  return { read: `${read}${digits}`, written: codePoint(digits, 16) };
}

const codePoint = (digits: string, radix: number) => `\\x{${Number.parseInt(digits, radix).toString(16)}}`;

/** Of Unicode's database, as `str.isspace` has it. https://docs.python.org/3/library/stdtypes.html#str.isspace (2026-11) */
const SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}";
const NO_SPACE =
  "\\x00-\\x08\\x0e-\\x1b\\x21-\\x84\\x86-\\x9f\\xa1-\\x{167f}\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}" +
  "\\x{202a}-\\x{202e}\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{10ffff}";
const WORD = "\\p{L}\\p{N}_";

/** To RE2 these are ASCII's alone, and to Python Unicode's: a redaction of `\w+` would stop at the first ü. */
const OF_UNICODE: Readonly<Record<string, string>> = {
  d: "\\p{Nd}",
  D: "\\P{Nd}",
  w: WORD,
  W: "\\W",
  s: SPACE,
  S: NO_SPACE,
};

/** RE2's own have no vertical tab. */
const OF_ASCII: Readonly<Record<string, string>> = { s: "\\s\\v", S: "\\x00-\\x08\\x0e-\\x1f\\x21-\\x{10ffff}" };

function kindOfCharacter(letter: string, ascii: boolean, inClass: boolean): Piece {
  const read = `\\${letter}`;
  const items = (ascii ? OF_ASCII : OF_UNICODE)[letter] ?? read;
  if (letter === "W" && !ascii) {
    return inClass
      ? { read, written: items, note: "\\W between [ and ] takes letters beyond ASCII, such as ü, too." }
      : { read, written: `[^${WORD}]` };
  }
  const isOne = /^\\(?:[pP]\{Nd\}|.)$/.test(items);
  return { read, written: inClass || isOne ? items : `[${items}]` };
}

/** Ranges of characters beyond ASCII, and what stands for them when secrets are looked for. */
interface Range {
  readonly from: number;
  readonly to: number;
  /** One text for all of them; or the ASCII character for the first, and on from there. */
  readonly as: string | { readonly first: string };
}

const DIGITS = { first: "0" };

/** Names as in Unicode's charts. https://www.unicode.org/charts/ (2026-11) */
const RANGES: readonly Range[] = [
  // Spaces: no-break, those of a fixed width, of Ogham and of Chinese; next line, line and paragraph separators.
  { from: 0xa0, to: 0xa0, as: " " },
  { from: 0x1680, to: 0x1680, as: " " },
  { from: 0x2000, to: 0x200a, as: " " },
  { from: 0x202f, to: 0x202f, as: " " },
  { from: 0x205f, to: 0x205f, as: " " },
  { from: 0x3000, to: 0x3000, as: " " },
  { from: 0x85, to: 0x85, as: "\n" },
  { from: 0x2028, to: 0x2029, as: "\n" },
  // Without a width: soft hyphen, joiners, marks of direction, byte order mark.
  { from: 0xad, to: 0xad, as: "" },
  { from: 0x200b, to: 0x200f, as: "" },
  { from: 0x202a, to: 0x202e, as: "" },
  { from: 0x2060, to: 0x2069, as: "" },
  { from: 0xfeff, to: 0xfeff, as: "" },
  // Hyphens, dashes, minus.
  { from: 0x2010, to: 0x2015, as: "-" },
  { from: 0x2043, to: 0x2043, as: "-" },
  { from: 0x2212, to: 0x2212, as: "-" },
  { from: 0xfe58, to: 0xfe58, as: "-" },
  { from: 0xfe63, to: 0xfe63, as: "-" },
  // Dots: middle, one dot leader, hyphenation point, ideographic full stop and its half-width form.
  { from: 0xb7, to: 0xb7, as: "." },
  { from: 0x2024, to: 0x2024, as: "." },
  { from: 0x2027, to: 0x2027, as: "." },
  { from: 0x3002, to: 0x3002, as: "." },
  { from: 0xff61, to: 0xff61, as: "." },
  // Ratio, small commercial at.
  { from: 0x2236, to: 0x2236, as: ":" },
  { from: 0xfe6b, to: 0xfe6b, as: "@" },
  // Digits: Arabic-Indic, Persian, Devanagari, Bengali, Thai.
  { from: 0x660, to: 0x669, as: DIGITS },
  { from: 0x6f0, to: 0x6f9, as: DIGITS },
  { from: 0x966, to: 0x96f, as: DIGITS },
  { from: 0x9e6, to: 0x9ef, as: DIGITS },
  { from: 0xe50, to: 0xe59, as: DIGITS },
  // All of printable ASCII, in full width.
  { from: 0xff01, to: 0xff5e, as: { first: "!" } },
];

const SIGNS = new Map(
  RANGES.flatMap(({ from, to, as }) => codes(from, to).map((code) => [code, signOf(code, from, as)] as const)),
);

/** All of them, as they stand between `[` and `]` in a pattern. */
export const LIKE_ASCII = RANGES.map(({ from, to }) => `${asUnicode(from)}-${asUnicode(to)}`).join("");

/** The character of ASCII, or none, that the one with this code stands for; undefined if it is just itself. */
export const asciiOf = (code: number): string | undefined => SIGNS.get(code);

function codes(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

function signOf(code: number, from: number, as: Range["as"]): string {
  return typeof as === "string" ? as : String.fromCharCode(as.first.charCodeAt(0) + code - from);
}

function asUnicode(code: number): string {
  return `\\u${code.toString(16).padStart(4, "0")}`;
}

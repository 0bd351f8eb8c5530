import type { Span } from "./span.ts";

interface Open {
  readonly lines: number;
  readonly others: number;
}

/** So many lines of something else, written by another thread say, may stand between two of one key. */
const MAX_OTHERS = 20;
/** The longest RSA keys in use, of 16,384 bits, have 200 lines. */
const MAX_LINES = 1_000;

/** Base64, as long as nothing else is between two markers. */
export const hasBody = (text: string): boolean => /[A-Za-z0-9+/=]{12}/.test(text);

/**
 * Lines of a key's body within a part of a text, neighbours as one span, and whether the key is still open behind it.
 * @param open the key as it was before this part
 */
export function bodyIn(text: string, from: number, to: number, open: Open): { spans: Span[]; open: Open | undefined } {
  const spans: Span[] = [];
  let { lines, others } = open;
  for (let start = from; start < to; ) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 || newline > to ? to : newline;
    const line = text.slice(start, end);
    const body = bodyOf(line, others > 0 ? MIN_LINE : lines > 0 ? 1 : MIN_FIRST);
    if (body) {
      append(spans, { start: start + body.start, end: start + body.end }, text);
      lines += 1;
      others = 0;
    } else if (!isNeutral(line)) others += 1;
    if (others > MAX_OTHERS || lines > MAX_LINES) return { spans, open: undefined };
    start = end + 1;
  }
  return { spans, open: { lines, others } };
}

function append(spans: Span[], span: Span, text: string): void {
  const last = spans.at(-1);
  const touches = last && text.slice(last.end, span.start).trim() === "";
  if (touches) spans[spans.length - 1] = { start: last.start, end: span.end };
  else spans.push(span);
}

const WHOLE = /^\s*=?[A-Za-z0-9+/]+={0,2}\s*$/;
/** `Proc-Type: 4,ENCRYPTED`, `Version: GnuPG v2`, and nothing; or the end of JSON around a line with its newline, as Docker writes it. */
const NEUTRAL = /^\s*(?:[A-Z][\w-]*: .*)?$|^\s{0,4}"[,}\]]/;
const isNeutral = (line: string) => NEUTRAL.test(line);

/**
 * A line that is only base64; or words of base64 behind what a logger wrote before them.
 * @param minLength of what is taken for base64, by what stands before it
 */
function bodyOf(line: string, minLength: number): Span | undefined {
  if (WHOLE.test(line) && line.length >= minLength) return { start: 0, end: line.length };
  let found: Span | undefined;
  for (const word of line.matchAll(/[A-Za-z0-9+/]{16,}={0,2}/g)) {
    if (word[0].length >= minLength && isMixed(word[0]))
      found = { start: found?.start ?? word.index, end: word.index + word[0].length };
  }
  return found;
}

/** Lines of PEM have 64 characters, of OpenSSH 70, of PGP 64 or 76; the last one has fewer. */
const MIN_LINE = 40;
/** Of a line directly behind the key's first. */
const MIN_FIRST = 24;

const isMixed = (word: string) => /[a-z]/.test(word) && /[A-Z]/.test(word) && /\d/.test(word);

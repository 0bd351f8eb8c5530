import type { Span } from "./detect/span.ts";
import { BACKSLASH, BEHIND_BACKSLASH, escapeAt, mayBeEscaped, mayBegin, numberedAt } from "./escape.ts";

/** A text with its escapes taken back, and where its parts stand in the text as it came. */
export interface Reading {
  readonly text: string;
  readonly original: (span: Span) => Span;
  /** Whether something there may be meant otherwise than in the reading before; undefined: there is none before. */
  readonly isDoubtful?: (span: Span) => boolean;
}

/** Percent-encoded JSON in HTML, say. What is escaped more often is not looked for. */
const MAX_DEPTH = 3;

/**
 * What a text may say: with its escapes taken back; and as it came, if there are none, or if it is not sure that they are
 * any. A secret in one of the readings is a secret. Linear time.
 */
export function readingsOf(text: string): readonly [Reading, ...Reading[]] {
  const outer = unescaped(text);
  if (!outer) return [asItCame(text)];
  let reading: Reading = outer;
  for (let depth = 1; depth < MAX_DEPTH; depth++) {
    const inner = unescaped(reading.text);
    if (!inner) break;
    reading = within(reading, inner);
  }
  const { doubtful, wholeEscapes } = outer;
  if (doubtful.length === 0) return [reading];
  return [reading, { text, original: wholeEscapes, isDoubtful: (span) => touchesOneOf(doubtful, span) }];
}

const asItCame = (text: string): Reading => ({ text, original: itself });
const itself = (span: Span) => span;

const within = (outer: Reading, inner: Reading): Reading => ({
  text: inner.text,
  original: (span) => outer.original(inner.original(span)),
});

interface Unescaped extends Reading {
  /** Where it is not sure that something is escaped, from the text's beginning on. */
  readonly doubtful: readonly Span[];
  /** A part of the text as it came, without half an escape of JSON, which would be JSON no more. */
  readonly wholeEscapes: (span: Span) => Span;
}

/** Undefined if nothing is escaped. */
function unescaped(text: string): Unescaped | undefined {
  if (!mayBeEscaped(text)) return undefined;
  let taken = "";
  /** Where each part begins, in the reading and in the text; every second part is an escape. */
  const starts: number[] = [0];
  const origins: number[] = [0];
  let copied = 0;
  const doubtful: Span[] = [];
  const isSureOfLetters = isJson(text);
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) {
      let letter = at + 1;
      while (text.charCodeAt(letter) === BACKSLASH) letter += 1;
      const sign = BEHIND_BACKSLASH[text.charCodeAt(letter)];
      const end = sign === undefined ? takeNumbered(at, letter) : letter + 1;
      if (sign !== undefined) take(at, end, sign);
      // A quote surely is one. A letter may be a name's first, and a slash a key's, but not in JSON.
      if (sign !== undefined && sign !== '"' && !isSureOfLetters) doubtful.push({ start: letter, end });
      at = end;
    } else if (mayBegin(code)) {
      const found = escapeAt(text, at, code);
      if (found?.sign !== undefined) {
        take(at, found.end, found.sign);
        if (found.doubtful) doubtful.push(found.doubtful);
      }
      at = found?.end ?? at + 1;
    } else at += 1;
  }
  if (copied === 0) return undefined;
  return {
    text: taken + text.slice(copied),
    original: ({ start, end }) => ({ start: originOf(start), end: end > start ? endOf(end - 1) : originOf(end) }),
    doubtful,
    wholeEscapes: isSureOfLetters
      ? ({ start, end }) => ({ start: outsideEscape(start), end: outsideEscape(end) })
      : (span) => span,
  };

  function take(start: number, end: number, sign: string) {
    taken += text.slice(copied, start);
    starts.push(taken.length, taken.length + sign.length);
    origins.push(start, end);
    taken += sign;
    copied = end;
  }
  /** Where the characters behind the backslashes end. */
  function takeNumbered(start: number, letter: number): number {
    const found = numberedAt(text, letter);
    if (found?.sign === undefined) return found?.end ?? letter;
    take(start, found.end, found.sign);
    if (!isSureOfLetters) doubtful.push({ start: letter, end: found.end });
    return found.end;
  }
  function outsideEscape(at: number): number {
    const part = lastUpTo(origins, at);
    const start = origins[part] as number;
    return isEscape(part) && at > start && text.charCodeAt(start) === BACKSLASH ? (origins[part + 1] as number) : at;
  }
  function originOf(place: number): number {
    const part = lastUpTo(starts, place);
    return (origins[part] as number) + (isEscape(part) ? 0 : place - (starts[part] as number));
  }
  /** The end of the character at this place. */
  function endOf(place: number): number {
    const part = lastUpTo(starts, place);
    return isEscape(part)
      ? (origins[part + 1] as number)
      : (origins[part] as number) + place + 1 - (starts[part] as number);
  }
}

const isEscape = (part: number) => part % 2 === 1;

/** The last of these ascending numbers that is not above the limit; the first is not. */
function lastUpTo(numbers: readonly number[], limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] as number) <= limit) low = middle;
    else high = middle;
  }
  return low;
}

/** Not `[ERROR] C:\\new`. */
const JSON_START = /^(?:\{|\[\s?(?:["{[\]]|(?:-?\d[\d.]{0,20}|true|false|null)\s?[,\]]))/;
const isJson = (text: string) => JSON_START.test(text) || text.includes('{"') || text.includes('":');

/** The spans are in the order of their ends: what is found later ends later. */
function touchesOneOf(spans: readonly Span[], { start, end }: Span): boolean {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle] as Span).end <= start) low = middle + 1;
    else high = middle;
  }
  const first = spans[low];
  return first !== undefined && first.start < end;
}

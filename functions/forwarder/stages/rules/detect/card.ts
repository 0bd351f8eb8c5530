import { isIssued } from "./card-issuers.ts";
import { isCardLookalike } from "./card-lookalikes.ts";
import { hasCheckDigit } from "./check-digit.ts";
import { asciiTable, NOTHING } from "./matches.ts";
import { isDigitAt } from "./number-runs.ts";
import type { Span } from "./span.ts";

const MIN_DIGITS = 13;
const MAX_DIGITS = 19;

/** What may stand between groups of digits, up to three of them; `+` is a space in a query. */
const IS_SEPARATOR = asciiTable(/[ \t.+_-]/);
const MAX_GAP = 3;

/**
 * Credit card numbers: 13 to 19 digits as issuers hand them out, with a valid check digit, in one group or in groups as cards
 * show them. Whole groups only: a digit that touches a number makes it another one. Were it not so, one in six trace ids
 * would hold a card.
 *
 * Each place is in one run of digits and separators at most; from each group in it no more than 19 digits are tried.
 */
export function detectCard(text: string): readonly Span[] {
  if (!WORTH_IT.test(text)) return NOTHING;
  const spans: Span[] = [];
  for (const { start, end } of runsIn(text)) {
    for (const card of cardsIn(text, groupsIn(text, start, end))) spans.push(card);
  }
  return spans;
}

/** At most 49 characters are tried at a place. */
const WORTH_IT = /\d(?:[ \t.+_-]{0,3}\d){12}/;

function* runsIn(text: string): Generator<Span> {
  for (let at = 0; at < text.length; at++) {
    if (!isDigitAt(text, at)) continue;
    const start = at;
    let end = at + 1;
    for (at = end; at < text.length && at - end <= MAX_GAP; at++) {
      if (isDigitAt(text, at)) end = at + 1;
      else if (!IS_SEPARATOR[text.charCodeAt(at)]) break;
    }
    at = end;
    if (end - start >= MIN_DIGITS) yield { start, end };
  }
}

function groupsIn(text: string, from: number, to: number): readonly Span[] {
  const groups: Span[] = [];
  for (let at = from; at < to; at++) {
    if (!isDigitAt(text, at)) continue;
    const start = at;
    while (at + 1 < to && isDigitAt(text, at + 1)) at += 1;
    groups.push({ start, end: at + 1 });
  }
  return groups;
}

function* cardsIn(text: string, groups: readonly Span[]): Generator<Span> {
  for (let first = 0; first < groups.length; first++) {
    const { start } = groups[first] as Span;
    const sizes: number[] = [];
    let number = "";
    for (let last = first; last < groups.length && number.length < MAX_DIGITS; last++) {
      const group = groups[last] as Span;
      sizes.push(group.end - group.start);
      // Of a longer one nothing is read; and cards have no groups of fewer, but for the last.
      if (group.end - group.start > MAX_DIGITS || (sizes.length > 1 && (sizes[0] as number) < 4)) break;
      number += text.slice(group.start, group.end);
      if (number.length < MIN_DIGITS || number.length > MAX_DIGITS) continue;
      if (!isGrouped(sizes) || !hasCheckDigit(number) || !isIssued(number)) continue;
      const card = { start, end: group.end };
      if (!isCardLookalike(text, card, sizes, number)) yield card;
    }
  }
}

/** As on a card: by fours, or American Express's and Diners Club's 4-6-5 and 4-6-4; or in halves. */
function isGrouped(sizes: readonly number[]): boolean {
  if (sizes.length === 1) return true;
  const [first = 0, second = 0] = sizes;
  const last = sizes.at(-1) as number;
  if (first === 8) return sizes.length === 2 && second === 8;
  if (first !== 4) return false;
  if (sizes.length === 3 && second === 6) return last === 4 || last === 5;
  return last <= 12 && sizes.slice(0, -1).every((size) => size % 4 === 0);
}

import { asciiTable } from "./matches.ts";
import type { Span } from "./span.ts";

/**
 * What has the digits of a card's number and is none. Of the text around it at most so many characters as the longest hash
 * has are looked at.
 *
 * @param sizes how many digits each group has
 */
export const isCardLookalike = (text: string, card: Span, sizes: readonly number[], number: string): boolean =>
  isFraction(text, card.start, sizes) ||
  isInHalves(text, card, sizes) ||
  isPhone(text, card.start, number) ||
  isId(text, card.start) ||
  isWithinHex(text, card, sizes);

/** `0.4111111111111111`; and `3531.4491424200332`, since a number that a computer measured has 17 digits at most. */
function isFraction(text: string, start: number, sizes: readonly number[]): boolean {
  if (sizes.length !== 1 || text[start - 1] !== ".") return false;
  const whole = /(?:^|[^\d.])(\d{1,4})\.$/.exec(text.slice(Math.max(0, start - 6), start))?.[1];
  return whole === "0" || (whole !== undefined && whole.length + (sizes[0] as number) <= 17);
}

/** `4800.935999999999`, `30546174_10537609`: in halves, cards have spaces or dashes. */
const isInHalves = (text: string, { start, end }: Span, sizes: readonly number[]) =>
  sizes.length === 2 && /^\d+[._]\d+$/.test(text.slice(start, end));

/** Numbers of countries whose code begins with 4 may look like an old Visa's. */
const isPhone = (text: string, start: number, number: string) => number.length < 15 && text[start - 1] === "+";

/** Of a trace or of a block of Hadoop's, whose numbers are drawn by chance: one in 30 would be a card's. */
const isId = (text: string, start: number) => ID.test(text.slice(Math.max(0, start - 24), start));
const ID = /(?:(?:trace|span|parent)[_.-]?id["']{0,2}[\s:=>]{1,4}["']?|blk_-?)$/i;

/**
 * Digits as an id in hex has them by chance: in a row in `fa3914919201769122bc8d52eeaafdb0`, with dashes in
 * `45238b0f-4848-8028-4523-8b0f3a231f04`.
 */
function isWithinHex(text: string, { start, end }: Span, sizes: readonly number[]): boolean {
  const inRow = sizes.length === 1;
  const isPart = inRow ? IS_HEX : IS_HEX_OR_DASH;
  let from = start;
  let to = end;
  while (start - from < LONGEST_ID && isPart[text.charCodeAt(from - 1)]) from -= 1;
  while (to - end < LONGEST_ID && isPart[text.charCodeAt(to)]) to += 1;
  return inRow ? to - from >= SHORTEST_ID : ID_WITH_DASHES.test(text.slice(from, to));
}

const IS_HEX = asciiTable(/[\da-f]/i);
const IS_HEX_OR_DASH = asciiTable(/[\da-f-]/i);
/** A UUID, or X-Ray's without its version. */
const ID_WITH_DASHES = /^(?:[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|(?:1-)?[\da-f]{8}-[\da-f]{24})$/i;
/** Of X-Ray, and SHA-256. */
const [SHORTEST_ID, LONGEST_ID] = [24, 64];

import type { Span } from "./span.ts";

const NOTHING: readonly Span[] = [];
const MIN_DIGITS = 13;
const MAX_DIGITS = 19;

/** Digits, alone or in groups with one space or hyphen between. A place of a text is in one such run at most. */
const RUN = /\d+(?:[ -]\d+)*/g;
/** Enough digits somewhere to be worth a closer look. At most 37 characters are tried at a place. */
const WORTH_IT = /\d(?:[ -]?\d){12}/;

/**
 * First digits and lengths that are handed out: Visa, Mastercard, American Express, Discover, JCB, Diners Club,
 * UnionPay, Maestro. https://en.wikipedia.org/wiki/Payment_card_number (2026-11)
 */
const ISSUED =
  /^(?:4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)\d+|3[47]\d{13}|(?:6011|64[4-9]|65)\d{12,15}|(?:352[89]|35[3-8])\d{12,15}|3(?:0[0-5]|[689])\d{11,16}|62\d{14,17}|(?:50|5[6-9]|63|67)\d{11,17})$/;
const SIXTEEN_ONLY = /^(?:5[1-5]|2)/;

/**
 * Credit card numbers: 13 to 19 digits as issuers hand them out, with a valid check digit. Whole groups only: a
 * digit that touches a number makes it another one. Were it not so, one in six trace ids would hold a card.
 *
 * From each group's beginning seven numbers are tried, of 13 to 19 digits.
 */
export function detectCard(text: string): readonly Span[] {
  if (!WORTH_IT.test(text)) return NOTHING;
  const spans: Span[] = [];
  for (const run of text.matchAll(RUN)) {
    if (run[0].length < MIN_DIGITS) continue;
    for (const { start, end } of cardsIn(run[0])) spans.push({ start: run.index + start, end: run.index + end });
  }
  return spans;
}

function cardsIn(run: string): readonly Span[] {
  const digits = run.replace(/[ -]/g, "");
  const places = placesOfDigits(run, digits.length);
  const isBorder = (i: number) => i === 0 || i === digits.length || placeAt(i) > placeAt(i - 1) + 1;
  const placeAt = (i: number) => places[i] as number;
  const spans: Span[] = [];
  for (let first = 0; first + MIN_DIGITS <= digits.length; first++) {
    if (!isBorder(first)) continue;
    const last = Math.min(first + MAX_DIGITS, digits.length);
    for (let end = first + MIN_DIGITS; end <= last; end++) {
      if (!isBorder(end) || !isCardNumber(digits, first, end)) continue;
      spans.push({ start: placeAt(first), end: placeAt(end - 1) + 1 });
    }
  }
  return spans;
}

/** Where in a run each of its digits stands. */
function placesOfDigits(run: string, count: number): Uint32Array {
  const places = new Uint32Array(count);
  for (let at = 0, i = 0; at < run.length; at++) if (run.charCodeAt(at) >= 48) places[i++] = at;
  return places;
}

/** The check comes first, since it is quick and nine of ten numbers fail it. */
function isCardNumber(digits: string, start: number, end: number): boolean {
  if (!hasCheckDigit(digits, start, end)) return false;
  const number = digits.slice(start, end);
  return ISSUED.test(number) && (number.length === 16 || !SIXTEEN_ONLY.test(number));
}

/** Luhn's check: from the right, every second digit doubled, the sum of all digits ends in 0. */
export function hasCheckDigit(digits: string, start = 0, end = digits.length): boolean {
  let sum = 0;
  for (let i = end - 1, twice = false; i >= start; i--, twice = !twice) {
    const digit = digits.charCodeAt(i) - 48;
    const counted = twice ? digit * 2 : digit;
    sum += counted > 9 ? counted - 9 : counted;
  }
  return sum % 10 === 0;
}

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
 * From each group at most 19 more are looked at, since each has a digit at least.
 */
export function detectCard(text: string): readonly Span[] {
  if (!WORTH_IT.test(text)) return NOTHING;
  const spans: Span[] = [];
  for (const run of text.matchAll(RUN)) {
    if (run[0].length < MIN_DIGITS) continue;
    const groups = [...run[0].matchAll(/\d+/g)];
    groups.forEach((first, i) => {
      let digits = "";
      for (let j = i; j < groups.length; j++) {
        const group = groups[j] as RegExpExecArray;
        if (digits.length + group[0].length > MAX_DIGITS) break;
        digits += group[0];
        if (!isCardNumber(digits)) continue;
        spans.push({ start: run.index + first.index, end: run.index + group.index + group[0].length });
      }
    });
  }
  return spans;
}

function isCardNumber(digits: string): boolean {
  if (digits.length < MIN_DIGITS || !ISSUED.test(digits)) return false;
  if (SIXTEEN_ONLY.test(digits) && digits.length !== 16) return false;
  return hasCheckDigit(digits);
}

/** Luhn's check: from the right, every second digit doubled, the sum of all digits ends in 0. */
export function hasCheckDigit(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    const doubled = i % 2 === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

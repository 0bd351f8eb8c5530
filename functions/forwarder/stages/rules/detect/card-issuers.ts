/** What the numbers of one issuer begin with, and how many digits they have. */
interface Issuer {
  readonly name: string;
  /** The same number of digits in both. */
  readonly from: string;
  readonly to: string;
  readonly lengths: readonly number[];
}

const SIXTEEN = [16];
const UP_TO_NINETEEN = [16, 17, 18, 19];
const MAESTRO = [12, 13, 14, 15, 16, 17, 18, 19];

/** https://en.wikipedia.org/wiki/Payment_card_number#Issuer_identification_number_(IIN) (2026-11) */
const ISSUERS: readonly Issuer[] = [
  { name: "Visa", from: "4", to: "4", lengths: [13, 16, 19] },
  { name: "Mastercard", from: "51", to: "55", lengths: SIXTEEN },
  { name: "Mastercard", from: "2221", to: "2720", lengths: SIXTEEN },
  { name: "American Express", from: "34", to: "34", lengths: [15] },
  { name: "American Express", from: "37", to: "37", lengths: [15] },
  { name: "Discover, RuPay", from: "6011", to: "6011", lengths: UP_TO_NINETEEN },
  { name: "Discover", from: "644", to: "649", lengths: UP_TO_NINETEEN },
  { name: "Discover, RuPay, Troy", from: "65", to: "65", lengths: UP_TO_NINETEEN },
  { name: "JCB, RuPay", from: "3528", to: "3589", lengths: UP_TO_NINETEEN },
  { name: "Diners Club", from: "300", to: "305", lengths: [14, 15, 16, 17, 18, 19] },
  { name: "Diners Club", from: "3095", to: "3095", lengths: [14, 15, 16, 17, 18, 19] },
  { name: "Diners Club", from: "36", to: "36", lengths: [14, 15, 16, 17, 18, 19] },
  { name: "Diners Club", from: "38", to: "39", lengths: [14, 15, 16, 17, 18, 19] },
  { name: "UnionPay", from: "62", to: "62", lengths: UP_TO_NINETEEN },
  { name: "UnionPay, RuPay", from: "81", to: "82", lengths: UP_TO_NINETEEN },
  { name: "Maestro", from: "50", to: "50", lengths: MAESTRO },
  { name: "Maestro", from: "56", to: "59", lengths: MAESTRO },
  { name: "Maestro", from: "63", to: "63", lengths: MAESTRO },
  { name: "Maestro", from: "67", to: "67", lengths: MAESTRO },
  { name: "Mir", from: "2200", to: "2204", lengths: UP_TO_NINETEEN },
  { name: "Borica", from: "2205", to: "2205", lengths: SIXTEEN },
  { name: "RuPay, Hipercard", from: "60", to: "60", lengths: SIXTEEN },
  { name: "UzCard", from: "8600", to: "8600", lengths: SIXTEEN },
  { name: "Belkart", from: "9112", to: "9112", lengths: SIXTEEN },
  { name: "Elcart", from: "9417", to: "9417", lengths: SIXTEEN },
  { name: "Mada", from: "9682", to: "9682", lengths: SIXTEEN },
  { name: "Troy", from: "9792", to: "9792", lengths: SIXTEEN },
  { name: "Prostir", from: "9804", to: "9804", lengths: SIXTEEN },
  { name: "Humo", from: "9860", to: "9860", lengths: SIXTEEN },
];

/** Whether cards with such a number are handed out; its check digit is another matter. */
export function isIssued(number: string): boolean {
  return ISSUERS.some(({ from, to, lengths }) => {
    const first = number.slice(0, from.length);
    return from <= first && first <= to && lengths.includes(number.length);
  });
}

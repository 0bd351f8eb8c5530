import { PRICE_NAMES, type Price, type Prices, type Tier } from "./prices.ts";

const EXACT = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 12 });
const WHOLE = new Intl.NumberFormat("en-US");

/** What differs in price between two tables of the same regions, a line each. */
export function priceChanges(before: Prices, after: Prices): string[] {
  return Object.entries(after.regions).flatMap(([region, rows]) =>
    PRICE_NAMES.flatMap((name) => {
      const [old, now] = [before.regions[region]?.[name], rows[name]];
      const [from, to] = [old ? tiersText(old) : "nothing", tiersText(now)];
      return from === to ? [] : [`${region}, ${name}: ${from} → ${to} a ${now.unit}`];
    }),
  );
}

const tiersText = ({ tiers }: Pick<Price, "tiers">) => tiers.map(tierText).join(", ");

const tierText = ({ upTo, usd }: Tier) =>
  `$${EXACT.format(usd)}${upTo === undefined ? "" : ` up to ${WHOLE.format(upTo)}`}`;

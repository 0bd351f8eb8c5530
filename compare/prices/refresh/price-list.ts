import type { Tier } from "../prices.ts";
import type { PriceQuery } from "./price-queries.ts";

/** One price of a product: its on-demand terms. */
export interface Offer {
  /** As in the list, with the region's prefix. */
  readonly usage: string;
  readonly unit: string;
  readonly tiers: readonly Tier[];
  /** Since when it is valid. */
  readonly effectiveDate: string;
}

/**
 * What we read of an entry of `PriceList`, which is JSON in a string. Everything may be missing: it comes from outside.
 * https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html (2026-11)
 */
interface Entry {
  readonly product?: { readonly attributes?: Readonly<Record<string, string>> };
  readonly terms?: { readonly OnDemand?: Readonly<Record<string, Term>> };
}
interface Term {
  readonly effectiveDate?: string;
  readonly priceDimensions?: Readonly<Record<string, Dimension>>;
}
interface Dimension {
  readonly unit?: string;
  readonly beginRange?: string;
  readonly endRange?: string;
  readonly pricePerUnit?: Readonly<Record<string, string>>;
}

/** `USE1-`, `EU-`; many usage types of us-east-1 have none. */
const REGION_PREFIX = /^[A-Z]{2,4}\d?-/;

/** The offer that a query is after, or what is wrong. @param entries of all pages of the answer */
export function findOffer(entries: readonly string[], query: PriceQuery): Offer | string {
  const offers: Offer[] = [];
  for (const text of entries) {
    const entry = parsed(text);
    if (!entry) return "an entry of the list is not JSON";
    const type = entry.product?.attributes?.usagetype ?? "";
    if (![query.usage, query.alsoUsage].includes(type.replace(REGION_PREFIX, ""))) continue;
    for (const term of Object.values(entry.terms?.OnDemand ?? {})) {
      const offer = offerOf(term, type, query.units);
      if (typeof offer === "string") return `${type}: ${offer}`;
      offers.push(offer);
    }
  }
  const [first] = offers;
  if (!first) return `no price of ${query.usage} among ${entries.length} products`;
  const different = offers.find(({ tiers }) => JSON.stringify(tiers) !== JSON.stringify(first.tiers));
  if (different) return `${first.usage} and ${different.usage} both match, at different prices`;
  return first;
}

function parsed(text: string): Entry | undefined {
  try {
    return JSON.parse(text) as Entry;
  } catch {
    // The caller says so, and nothing is written.
    return undefined;
  }
}

function offerOf(term: Term, usage: string, units: readonly string[]): Offer | string {
  const dimensions = Object.values(term.priceDimensions ?? {}).toSorted(
    (a, b) => Number(a.beginRange) - Number(b.beginRange),
  );
  const unit = dimensions[0]?.unit ?? "";
  if (!units.includes(unit)) return `the unit is "${unit}", not ${units.join(" or ")}`;
  const tiers: Tier[] = [];
  let from = 0;
  for (const { beginRange, endRange, pricePerUnit, unit: other } of dimensions) {
    const usd = Number(pricePerUnit?.USD ?? Number.NaN);
    if (!Number.isFinite(usd)) return "a tier has no price in dollars";
    if (other !== unit) return "its tiers have different units";
    if (Number(beginRange) !== from) return `no tier begins at ${from}`;
    from = endRange === "Inf" ? Number.POSITIVE_INFINITY : Number(endRange);
    addTier(tiers, from, usd);
  }
  if (from !== Number.POSITIVE_INFINITY) return "the last tier has an end";
  return { usage, unit, tiers, effectiveDate: (term.effectiveDate ?? "").slice(0, 10) };
}

/** Neighbours of one price are one tier. */
function addTier(tiers: Tier[], upTo: number, usd: number): void {
  if (tiers.at(-1)?.usd === usd) tiers.pop();
  tiers.push(upTo === Number.POSITIVE_INFINITY ? { usd } : { upTo, usd });
}

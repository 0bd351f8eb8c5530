import { type PricingClient, paginateGetProducts } from "@aws-sdk/client-pricing";
import { asked } from "../../../tools/aws-call.ts";
import { PRICE_NAMES, type PriceName } from "../price-rows.ts";
import type { PriceRow } from "../prices.ts";
import { findOffer } from "./price-list.ts";
import { callOf, PRICE_QUERIES } from "./price-queries.ts";

/** The most that a page may have. */
const PAGE_SIZE = 100;

export interface RegionRead {
  /** Those that were found. */
  readonly rows: Partial<Record<PriceName, PriceRow>>;
  /** By row, what was wrong. */
  readonly problems: readonly string[];
}

/**
 * Every row of a region from the AWS Price List API.
 * @param date ISO, of today
 * @throws AwsCallError if AWS does not answer
 */
export async function readRegion(
  client: PricingClient,
  region: string,
  date: string,
  names: readonly PriceName[] = PRICE_NAMES,
): Promise<RegionRead> {
  const answers = new Map<string, readonly string[]>();
  const rows: Partial<Record<PriceName, PriceRow>> = {};
  const problems: string[] = [];
  for (const name of names) {
    const query = PRICE_QUERIES[name];
    const call = callOf(query, region);
    const entries = answers.get(call.text) ?? (await getProducts(client, call));
    answers.set(call.text, entries);
    const offer = findOffer(entries, query);
    if (typeof offer === "string") {
      problems.push(`${region}, ${name}: ${offer} (${call.text})`);
      continue;
    }
    const note = `AWS Price List API: ${query.service}, ${offer.usage}, in effect since ${offer.effectiveDate}`;
    const [first, ...more] = offer.tiers;
    const price = first && more.length === 0 ? { usd: first.usd } : { tiers: offer.tiers };
    rows[name] = { ...price, date, verified: true, note };
  }
  return { rows, problems };
}

function getProducts(client: PricingClient, { service, filters }: ReturnType<typeof callOf>): Promise<string[]> {
  const input = {
    ServiceCode: service,
    FormatVersion: "aws_v1",
    Filters: Object.entries(filters).map(([Field, Value]) => ({ Type: "TERM_MATCH" as const, Field, Value })),
  };
  const pages = async () => {
    const entries: string[] = [];
    for await (const { PriceList = [] } of paginateGetProducts({ client, pageSize: PAGE_SIZE }, input)) {
      // The SDK gives strings that are JSON only when asked for: `String` leaves them as they came.
      for (const entry of PriceList) entries.push(String(entry));
    }
    return entries;
  };
  return asked("pricing:GetProducts", pages());
}

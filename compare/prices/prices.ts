import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { PRICE_NAMES, PRICE_ROWS, type PriceName, rowKind } from "./price-rows.ts";

export interface Tier {
  /** In units a month; left out in the last tier. */
  readonly upTo?: number;
  /** Of one unit. */
  readonly usd: number;
}

/** A price as it stands in the table: one for all units, or tiers. */
export interface PriceRow {
  readonly usd?: number;
  readonly tiers?: readonly Tier[];
  /** ISO. */
  readonly date: string;
  /** Seen in AWS's own price list, or in a public quotation of it. */
  readonly verified: boolean;
  readonly note?: string;
}

export interface Price {
  readonly unit: string;
  readonly tiers: readonly Tier[];
  readonly free: number;
  /** A URL. */
  readonly source: string;
  readonly date: string;
  readonly verified: boolean;
  readonly note?: string;
  /** The region whose price it is, if no figure of the region asked for is known. */
  readonly of?: string;
}

export type RegionPrices = Readonly<Record<PriceName, Price>>;

export interface Prices {
  readonly schema: "sidecarless.prices";
  readonly version: 2;
  readonly currency: "USD";
  /** ISO; of the table. */
  readonly date: string;
  /** The region that has every row; its prices stand in for those that another region lacks. */
  readonly base: string;
  readonly regions: Readonly<Record<string, Readonly<Partial<Record<PriceName, PriceRow>>>>>;
}

/** The table can't be used. The message has every problem, by region and row. */
export class PricesError extends Error {
  override readonly name = "PricesError";
}

export const PRICES_FILE = fileURLToPath(new URL("prices.json", import.meta.url));

/** @throws PricesError */
export function loadPrices(file: string = PRICES_FILE): Prices {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new PricesError(`There is no price table to read at ${file}.`, { cause: error });
  }
  return parsePrices(text, file);
}

/** @throws PricesError */
export function parsePrices(text: string, file: string): Prices {
  let value: Partial<Prices> | null;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new PricesError(`${file} is not JSON.`, { cause: error });
  }
  if (value?.schema !== "sidecarless.prices" || value.version !== 2 || value.currency !== "USD") {
    throw new PricesError(`${file} is no price table in US dollars of version 2.`);
  }
  const regions = value.regions as Record<string, Record<string, unknown>> | undefined;
  const problems = [
    ...(isDate(value.date) ? [] : ["the table has no date"]),
    ...regionProblems(regions),
    ...missingIn(regions?.[value.base ?? ""]).map((name) => `${value.base}, ${name}: missing`),
  ];
  if (problems.length > 0) throw new PricesError(`${file} can't be used: ${problems.join("; ")}.`);
  return value as Prices;
}

export const regionsOf = (prices: Prices): string[] => Object.keys(prices.regions);

/**
 * Every row of a region; what no public figure tells is the base region's, and says so.
 * @throws PricesError if the table does not have the region, naming those that it has.
 */
export function pricesOf(prices: Prices, region: string): RegionPrices {
  const rows = Object.hasOwn(prices.regions, region) ? prices.regions[region] : undefined;
  const base = prices.regions[prices.base] as Readonly<Record<PriceName, PriceRow>>;
  if (!rows) {
    throw new PricesError(
      `There are no prices of region "${region}"; there are those of ${regionsOf(prices).join(", ")}. On a machine with access to AWS: npm run prices -- --region ${region}`,
    );
  }
  const priceOf = (name: PriceName): Price => {
    const own = rows[name];
    if (own) return completed(name, own);
    if (rowKind(name).everywhere) return completed(name, base[name]);
    return { ...completed(name, base[name]), verified: false, note: `no public figure of ${region}`, of: prices.base };
  };
  return Object.fromEntries(PRICE_NAMES.map((name) => [name, priceOf(name)])) as RegionPrices;
}

function completed(name: PriceName, { usd = 0, tiers = [{ usd }], date, verified, note }: PriceRow): Price {
  const { unit, source, free = 0 } = rowKind(name);
  return { unit, tiers, free, source, date, verified, ...(note !== undefined && { note }) };
}

/** Dollars for so many units in a month: the free ones first, then tier by tier. */
export function tieredCost(tiers: readonly Tier[], free: number, amount: number): number {
  const billed = Math.max(0, amount - free);
  let [usd, from] = [0, 0];
  for (const { upTo = Number.POSITIVE_INFINITY, usd: each } of tiers) {
    if (billed <= from) break;
    usd += (Math.min(billed, upTo) - from) * each;
    from = upTo;
  }
  return usd;
}

const missingIn = (rows: Record<string, unknown> | undefined) =>
  PRICE_NAMES.filter((name) => rows?.[name] === undefined);

function regionProblems(regions: Record<string, Record<string, unknown>> | undefined): string[] {
  if (typeof regions !== "object" || regions === null || Object.keys(regions).length === 0)
    return ["it has no regions"];
  return Object.entries(regions).flatMap(([region, rows]) =>
    Object.entries(rows ?? {}).flatMap(([name, row]) => {
      const problem = name in PRICE_ROWS ? rowProblem(row as Partial<PriceRow> | null) : "not a known row";
      return problem ? [`${region}, ${name}: ${problem}`] : [];
    }),
  );
}

function rowProblem(row: Partial<PriceRow> | null): string | undefined {
  if (typeof row !== "object" || row === null) return "no price";
  if (!isDate(row.date)) return "it has no date";
  if (typeof row.verified !== "boolean") return "it does not say whether it is verified";
  return tiersProblem(row.tiers ?? [{ usd: row.usd as number }]);
}

function tiersProblem(tiers: readonly Tier[]): string | undefined {
  if (!Array.isArray(tiers) || tiers.length === 0) return "it has no tiers";
  let from = 0;
  for (const [index, { upTo, usd }] of (tiers as readonly Tier[]).entries()) {
    if (!(usd >= 0) || !Number.isFinite(usd)) return `tier ${index + 1} has no price`;
    if (index === tiers.length - 1) return upTo === undefined ? undefined : "the last tier must have no end";
    if (upTo === undefined || !(upTo > from)) return `tier ${index + 1} must end above ${from}`;
    from = upTo;
  }
  return undefined;
}

const isDate = (value: unknown) => typeof value === "string" && /^20\d\d-\d\d-\d\d$/.test(value);

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Every row that a region must have, and the unit that its price is for. A GB of data is 10⁹ bytes here. */
export const PRICE_UNITS = {
  "logs-ingestion": "GB",
  "logs-storage": "GB-month",
  "metric-month": "metric-month",
  "lambda-arm64-gb-second": "GB-second",
  "lambda-x86_64-gb-second": "GB-second",
  "lambda-request": "request",
  "fargate-arm64-vcpu-hour": "vCPU-hour",
  "fargate-arm64-gb-hour": "GB-hour",
  "fargate-x86_64-vcpu-hour": "vCPU-hour",
  "fargate-x86_64-gb-hour": "GB-hour",
  "nat-hour": "hour",
  "nat-gb": "GB",
  "egress-gb": "GB",
  "endpoint-hour": "hour",
  "endpoint-gb": "GB",
  "kinesis-stream-hour": "hour",
  "kinesis-in-gb": "GB",
  "kinesis-out-gb": "GB",
  "firehose-gb": "GB",
  "secret-month": "secret-month",
} as const;

export type PriceName = keyof typeof PRICE_UNITS;
export const PRICE_NAMES = Object.keys(PRICE_UNITS) as PriceName[];

export interface Tier {
  /** In units a month; left out in the last tier. */
  readonly upTo?: number;
  /** Of one unit. */
  readonly usd: number;
}

export interface Price {
  readonly unit: string;
  readonly tiers: readonly Tier[];
  /** Units a month that cost nothing; they don't count towards the tiers. */
  readonly free?: number;
  /** A URL. */
  readonly source: string;
  /** ISO. */
  readonly date: string;
  /** Seen in AWS's own price list, or in a public quotation of it. */
  readonly verified: boolean;
  readonly note?: string;
}

export type RegionPrices = Readonly<Record<PriceName, Price>>;

export interface Prices {
  readonly schema: "sidecarless.prices";
  readonly version: 1;
  readonly currency: "USD";
  /** ISO; of the table. */
  readonly date: string;
  readonly regions: Readonly<Record<string, RegionPrices>>;
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
  if (value?.schema !== "sidecarless.prices" || value.version !== 1 || value.currency !== "USD") {
    throw new PricesError(`${file} is no price table in US dollars of version 1.`);
  }
  const problems = [
    ...(isDate(value.date) ? [] : ["the table has no date"]),
    ...regionProblems(value.regions as Record<string, Record<string, unknown>> | undefined),
  ];
  if (problems.length > 0) throw new PricesError(`${file} can't be used: ${problems.join("; ")}.`);
  return value as Prices;
}

export const regionsOf = (prices: Prices): string[] => Object.keys(prices.regions);

/** @throws PricesError if the table does not have the region, naming those that it has. */
export function pricesOf(prices: Prices, region: string): RegionPrices {
  const rows = Object.hasOwn(prices.regions, region) ? prices.regions[region] : undefined;
  if (rows) return rows;
  throw new PricesError(
    `There are no prices of region "${region}"; there are those of ${regionsOf(prices).join(", ")}.`,
  );
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

function regionProblems(regions: Record<string, Record<string, unknown>> | undefined): string[] {
  if (typeof regions !== "object" || regions === null || Object.keys(regions).length === 0)
    return ["it has no regions"];
  return Object.entries(regions).flatMap(([region, rows]) => [
    ...PRICE_NAMES.flatMap((name) => {
      const problem = rowProblem(rows?.[name] as Partial<Price> | undefined, PRICE_UNITS[name]);
      return problem ? [`${region}, ${name}: ${problem}`] : [];
    }),
    ...Object.keys(rows ?? {}).flatMap((name) => (name in PRICE_UNITS ? [] : [`${region}, ${name}: not a known row`])),
  ]);
}

function rowProblem(row: Partial<Price> | undefined, unit: string): string | undefined {
  if (typeof row !== "object" || row === null) return "missing";
  if (row.unit !== unit) return `the unit must be ${unit}; it is ${String(row.unit)}`;
  if (!isUrl(row.source)) return "it has no source";
  if (!isDate(row.date)) return "it has no date";
  if (typeof row.verified !== "boolean") return "it does not say whether it is verified";
  if (row.free !== undefined && !(Number.isFinite(row.free) && row.free >= 0)) return "free must be a number from 0";
  return tiersProblem(row.tiers);
}

function tiersProblem(tiers: readonly Tier[] | undefined): string | undefined {
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
const isUrl = (value: unknown) => typeof value === "string" && value.startsWith("https://");

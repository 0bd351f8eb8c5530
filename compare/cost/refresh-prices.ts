/** `npm run prices`: the price table anew from the AWS Price List API. */
import { PricingClient } from "@aws-sdk/client-pricing";
import { readArguments, UsageError } from "../../tools/arguments.ts";
import { AwsCallError, REQUEST_HANDLER } from "../aws/clients.ts";
import { writeWhole } from "../write-whole.ts";
import { priceChanges } from "./price-changes.ts";
import {
  loadPrices,
  PRICES_FILE,
  type Prices,
  PricesError,
  parsePrices,
  type RegionPrices,
  regionsOf,
} from "./prices.ts";
import { readRegion } from "./read-prices.ts";

export const HELP = `Reads the prices of compare/cost/prices.json anew from the AWS Price List API, for every region in it.

Usage: npm run prices [-- options]

  --file FILE   another table
  --dry-run     only tells what would change
  --help        this text

It needs credentials with pricing:GetProducts, which is free of charge. The table is written only if every row was found.
Exit code: 0, 1 if it was not written because something was missing, 2 if it was called wrongly.
`;

/** Of the few where it is. https://docs.aws.amazon.com/general/latest/gr/billing.html (2026-11) */
const API_REGION = "us-east-1";

/**
 * The table with all its rows read anew.
 * @param date ISO, of today
 * @throws PricesError with every row that was not found; AwsCallError if AWS does not answer
 */
export async function readPrices(client: PricingClient, before: Prices, date: string): Promise<Prices> {
  const regions: Record<string, RegionPrices> = {};
  const problems: string[] = [];
  for (const region of regionsOf(before)) {
    const read = await readRegion(client, region, before.regions[region] as RegionPrices, date);
    problems.push(...read.problems);
    regions[region] = read.rows as RegionPrices;
  }
  if (problems.length > 0) {
    throw new PricesError(`Not every price was found, so nothing was written:\n${problems.join("\n")}`);
  }
  return { ...before, date, regions };
}

/** @returns the exit code @throws UsageError */
export async function refreshPrices(args: readonly string[]): Promise<number> {
  const { values } = readArguments({
    args: [...args],
    options: {
      file: { type: "string", default: PRICES_FILE },
      "dry-run": { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const { file, "dry-run": dryRun } = values;
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const client = new PricingClient({ region: API_REGION, maxAttempts: 5, requestHandler: REQUEST_HANDLER });
  try {
    const before = loadPrices(file);
    const after = await readPrices(client, before, new Date().toISOString().slice(0, 10));
    const changes = priceChanges(before, after);
    const rows = regionsOf(after).length * Object.keys(Object.values(after.regions)[0] ?? {}).length;
    if (!dryRun) await writePrices(file, after);
    const what = changes.length === 0 ? "none changed" : `${changes.length} changed`;
    process.stdout.write(`${rows} prices read, ${what}; ${dryRun ? "not written" : `written to ${file}`}.\n`);
    for (const change of changes) process.stdout.write(`  ${change}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof PricesError || error instanceof AwsCallError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  } finally {
    client.destroy();
  }
}

/** A reader sees the old table or the new one, and never one that can't be used. */
async function writePrices(file: string, prices: Prices): Promise<void> {
  const text = `${JSON.stringify(prices, null, 2)}\n`;
  parsePrices(text, "The new table");
  await writeWhole(file, text);
}

if (import.meta.main) {
  try {
    process.exitCode = await refreshPrices(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\nSee npm run prices -- --help.\n`);
    process.exitCode = 2;
  }
}

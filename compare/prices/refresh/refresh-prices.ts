/** `npm run prices`: the price table anew from the AWS Price List API. */
import { PricingClient } from "@aws-sdk/client-pricing";
import { readArguments } from "../../../tools/arguments.ts";
import { AwsCallError, REQUEST_HANDLER } from "../../../tools/aws-call.ts";
import { commandLine } from "../../../tools/command-line.ts";
import { writeWhole } from "../../write-whole.ts";
import { PRICE_NAMES, rowKind } from "../price-rows.ts";
import {
  loadPrices,
  PRICES_FILE,
  type PriceRow,
  type Prices,
  PricesError,
  parsePrices,
  regionsOf,
  type Tier,
} from "../prices.ts";
import { readRegion } from "./read-prices.ts";

export const HELP = `Reads the prices of compare/prices/prices.json anew from the AWS Price List API,
for every region in it.

Usage: npm run prices [-- options]

  --region R    a further region; repeatable
  --file FILE   another table
  --dry-run     only tells what would change
  --help        this text

It needs credentials with pricing:GetProducts, which is free of charge. A row
that is not found is named, and stays as it is.
Exit code: 0, 1 if a row was not found or AWS did not answer, 2 if it was called
wrongly.
`;

/** Of the few where it is. https://docs.aws.amazon.com/general/latest/gr/billing.html (2026-11) */
const API_REGION = "us-east-1";

export interface PricesRead {
  readonly prices: Prices;
  readonly found: number;
  /** A line for each row that was not. */
  readonly problems: readonly string[];
}

/**
 * The table with its rows read anew; those that are not found stay.
 * @param more regions that it does not have yet: they are added if anything is found
 * @param date ISO, of today
 * @throws AwsCallError if AWS does not answer
 */
export async function readPrices(
  client: PricingClient,
  before: Prices,
  date: string,
  more: readonly string[] = [],
): Promise<PricesRead> {
  const regions: Record<string, Prices["regions"][string]> = {};
  const problems: string[] = [];
  let found = 0;
  for (const region of new Set([...regionsOf(before), ...more])) {
    const names = PRICE_NAMES.filter((name) => region === before.base || !rowKind(name).everywhere);
    const read = await readRegion(client, region, date, names);
    const all = { ...before.regions[region], ...read.rows };
    problems.push(...read.problems);
    found += Object.keys(read.rows).length;
    if (Object.keys(all).length > 0) regions[region] = all;
  }
  return { prices: { ...before, date, regions }, found, problems };
}

/** @returns the exit code @throws UsageError */
export async function refreshPrices(args: readonly string[]): Promise<number> {
  const { values } = readArguments({
    args: [...args],
    options: {
      region: { type: "string", multiple: true, default: [] },
      file: { type: "string", default: PRICES_FILE },
      "dry-run": { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const { file, region, "dry-run": dryRun } = values;
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const client = new PricingClient({ region: API_REGION, maxAttempts: 5, requestHandler: REQUEST_HANDLER });
  try {
    const before = loadPrices(file);
    const { prices, found, problems } = await readPrices(client, before, new Date().toISOString().slice(0, 10), region);
    const changes = priceChanges(before, prices);
    if (!dryRun && found > 0) await writePrices(file, prices);
    const what = changes.length === 0 ? "none changed" : `${changes.length} changed`;
    const where = dryRun || found === 0 ? "not written" : `written to ${file}`;
    process.stdout.write(`${found} prices read, ${what}; ${where}.\n`);
    for (const change of changes) process.stdout.write(`  ${change}\n`);
    if (problems.length === 0) return 0;
    process.stderr.write(`${problems.length} were not found and stay as they are:\n${problems.join("\n")}\n`);
    return 1;
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

const EXACT = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 12 });
const WHOLE = new Intl.NumberFormat("en-US");

/** What differs in price between two tables, a line each. */
function priceChanges(before: Prices, after: Prices): string[] {
  return Object.entries(after.regions).flatMap(([region, rows]) =>
    PRICE_NAMES.flatMap((name) => {
      const [from, to] = [tiersText(before.regions[region]?.[name]), tiersText(rows[name])];
      return from === to ? [] : [`${region}, ${name}: ${from} → ${to} a ${rowKind(name).unit}`];
    }),
  );
}

function tiersText(row: PriceRow | undefined): string {
  if (!row) return "nothing";
  const { usd = 0, tiers = [{ usd }] } = row;
  return tiers.map(tierText).join(", ");
}

const tierText = ({ upTo, usd }: Tier) =>
  `$${EXACT.format(usd)}${upTo === undefined ? "" : ` up to ${WHOLE.format(upTo)}`}`;

if (import.meta.main) await commandLine("npm run prices", 1, () => refreshPrices(process.argv.slice(2)));

import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PricingClient } from "@aws-sdk/client-pricing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { PRICE_NAMES } from "../../../compare/prices/price-rows.ts";
import { loadPrices, type Prices } from "../../../compare/prices/prices.ts";
import { readPrices } from "../../../compare/prices/refresh/refresh-prices.ts";
import { endCommands, runCommand } from "../../support/command.ts";
import { type ListEntry, listEntries, type PriceListServer, servePriceList } from "./price-list-server.ts";

const REGIONS = ["us-east-1", "ap-northeast-1"];
/** A dashboard costs the same everywhere. */
const REGIONAL = PRICE_NAMES.filter((name) => name !== "dashboard-month");
const CREDENTIALS = { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "local" };

let folder: string;
const servers: PriceListServer[] = [];
const clients: PricingClient[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sidecarless-"));
});
afterEach(async () => {
  await endCommands();
  for (const client of clients.splice(0)) client.destroy();
  for (const server of servers.splice(0)) await server.close();
  await rm(folder, { recursive: true });
});

async function serve(...args: Parameters<typeof servePriceList>): Promise<PriceListServer> {
  const server = await servePriceList(...args);
  servers.push(server);
  return server;
}

function clientOf({ url }: PriceListServer): PricingClient {
  const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "local" };
  const client = new PricingClient({ region: "us-east-1", endpoint: url, credentials, maxAttempts: 1 });
  clients.push(client);
  return client;
}

/** The table as it is, of the regions that there are answers for. */
function table(): Prices {
  const all = loadPrices();
  const regions = Object.fromEntries(REGIONS.map((region) => [region, all.regions[region]]));
  return { ...all, date: "2026-11-01", regions } as Prices;
}

/** The table with the prices of the answers, whatever AWS asks now. */
async function answeredTable(): Promise<Prices> {
  const { prices } = await readPrices(clientOf(await serve(listEntries(REGIONS))), table(), "2026-11-02");
  return { ...prices, date: "2026-11-01" };
}

const entryOf = (entries: readonly ListEntry[], usagetype: string) =>
  entries.find(({ product }) => product.attributes.usagetype === usagetype) as ListEntry;

/** The price of a product, in all its tiers. */
function setUsd({ terms }: ListEntry, usd: string): void {
  for (const { priceDimensions } of Object.values(terms.OnDemand)) {
    for (const dimension of Object.values(priceDimensions)) dimension.pricePerUnit = { USD: usd };
  }
}

test("every row of every region is found among its neighbours, over several pages", async () => {
  const server = await serve(listEntries(REGIONS));
  const { prices, problems } = await readPrices(clientOf(server), table(), "2026-11-23");
  expect(problems).toEqual([]);
  expect(prices.date).toBe("2026-11-23");
  for (const region of REGIONS) {
    const rows = prices.regions[region];
    expect(Object.keys(rows ?? {}).toSorted()).toEqual((region === "us-east-1" ? PRICE_NAMES : REGIONAL).toSorted());
    for (const row of Object.values(rows ?? {})) expect(row).toMatchObject({ verified: true, date: "2026-11-23" });
  }
  expect(prices.regions["us-east-1"]?.["nat-gb"]).toEqual({
    usd: 0.045,
    date: "2026-11-23",
    verified: true,
    note: "AWS Price List API: AmazonEC2, NatGateway-Bytes, in effect since 2026-11-01",
  });
  expect(prices.regions["ap-northeast-1"]?.["egress-gb"]).toMatchObject({
    tiers: [{ upTo: 10_240, usd: 0.114 }, { upTo: 51_200 }, { upTo: 153_600 }, { usd: 0.084 }],
  });
  expect(prices.regions["us-east-1"]?.["metric-month"]?.tiers).toHaveLength(4);
  expect(server.calls.some(({ NextToken }) => NextToken !== undefined)).toBe(true);
});

test("one question serves all rows that it answers", async () => {
  const server = await serve(listEntries(REGIONS));
  await readPrices(clientOf(server), table(), "2026-11-23");
  const firstPages = server.calls.filter(({ NextToken }) => NextToken === undefined);
  expect(firstPages).toHaveLength(16 * REGIONS.length - 1);
});

test("rows that are not found are all named, with what was asked", async () => {
  const entries = listEntries(REGIONS).filter(
    ({ product }) => product.attributes.usagetype !== "APN1-NatGateway-Bytes",
  );
  for (const { priceDimensions } of Object.values(entryOf(entries, "USE1-VpcEndpoint-Hours").terms.OnDemand)) {
    for (const dimension of Object.values(priceDimensions)) dimension.unit = "Days";
  }
  const server = await serve(entries);
  const before = table();
  const { prices, found, problems } = await readPrices(clientOf(server), before, "2026-11-23");
  expect(problems).toEqual([
    'us-east-1, endpoint-hour: USE1-VpcEndpoint-Hours: the unit is "Days", not Hrs or hours or Hours or hour (AmazonVPC, group "VPCE:VpcEndpoint", regionCode "us-east-1")',
    'ap-northeast-1, nat-gb: no price of NatGateway-Bytes among 2 products (AmazonEC2, group "NGW:NatGateway", regionCode "ap-northeast-1")',
  ]);
  expect(found).toBe(PRICE_NAMES.length + REGIONAL.length - 2);
  expect(prices.regions["us-east-1"]?.["endpoint-hour"]).toEqual(before.regions["us-east-1"]?.["endpoint-hour"]);
});

test("a further region comes in with its rows, one that AWS does not know stays out", async () => {
  const server = await serve(listEntries(REGIONS));
  const { regions } = table();
  const before = { ...table(), regions: { "us-east-1": regions["us-east-1"] } } as Prices;
  const { prices } = await readPrices(clientOf(server), before, "2026-11-23", ["ap-northeast-1", "mars-1"]);
  expect(Object.keys(prices.regions)).toEqual(["us-east-1", "ap-northeast-1"]);
  expect(Object.keys(prices.regions["ap-northeast-1"] ?? {})).toEqual(REGIONAL);
});

const SCRIPT = "compare/prices/refresh/refresh-prices.ts";

async function refresh(prices: Prices, url: string, ...args: string[]) {
  const file = join(folder, "prices.json");
  const before = `${JSON.stringify(prices, null, 2)}\n`;
  await writeFile(file, before);
  const environment = { ...CREDENTIALS, AWS_ENDPOINT_URL: url, HOME: folder };
  const ended = await runCommand(SCRIPT, ["--file", file, ...args], { environment });
  const after = await readFile(file, "utf8");
  return { ...ended, file, after, isSame: after === before };
}

test("the command writes the table and tells what changed", async () => {
  const entries = listEntries(REGIONS);
  setUsd(entryOf(entries, "NatGateway-Bytes"), "0.0500000000");
  const { url } = await serve(entries);
  setUsd(entryOf(entries, "CW:MetricMonitorUsage"), "0.2000000000");
  const { code, stdout, stderr, file, after } = await refresh(await answeredTable(), url);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain(`47 prices read, 2 changed; written to ${file}.\n`);
  expect(stdout).toContain("  us-east-1, nat-gb: $0.045 → $0.05 a GB\n");
  expect(stdout).toContain(
    "  us-east-1, metric-month: $0.3 up to 10,000, $0.1 up to 250,000, $0.05 up to 1,000,000, $0.02 → $0.2 a metric-month\n",
  );
  const written = loadPrices(file);
  expect(written.regions["us-east-1"]?.["nat-gb"]?.usd).toBe(0.05);
  expect(written.date > "2026-11-01").toBe(true);
  expect(after.endsWith("}\n")).toBe(true);
  expect(await readdir(folder)).toEqual(["prices.json"]);
});

test("--dry-run tells it only", async () => {
  const { url } = await serve(listEntries(REGIONS));
  const { code, stdout, isSame } = await refresh(await answeredTable(), url, "--dry-run");
  expect({ code, isSame }).toEqual({ code: 0, isSame: true });
  expect(stdout).toContain("47 prices read, none changed; not written.");
});

test("rows that are missing stay, and the command fails", async () => {
  const { url } = await serve(listEntries(["us-east-1"]));
  const before = table();
  const { code, stdout, stderr, file } = await refresh(before, url);
  expect(code).toBe(1);
  expect(stdout).toContain("24 prices read, ");
  expect(loadPrices(file).regions["ap-northeast-1"]).toEqual(before.regions["ap-northeast-1"]);
  expect(stderr).toContain("23 were not found and stay as they are:");
  expect(stderr).toContain("ap-northeast-1, logs-ingestion: no price of DataProcessing-Bytes among 0 products");
  expect(stderr).not.toMatch(/ {4}at /);
});

test("without credentials it says what it needs", async () => {
  const file = join(folder, "prices.json");
  await writeFile(file, JSON.stringify(table()));
  const environment = { HOME: folder, AWS_EC2_METADATA_DISABLED: "true", AWS_ENDPOINT_URL: "http://127.0.0.1:1" };
  const { code, stderr } = await runCommand(SCRIPT, ["--file", file], { environment });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^No AWS credentials that are valid/);
  expect(stderr).not.toMatch(/ {4}at /);
});

test("without the right it names it", async () => {
  const { url } = await serve([], { type: "AccessDeniedException", message: "not authorized" });
  const { code, stderr, isSame } = await refresh(table(), url);
  expect({ code, isSame }).toEqual({ code: 1, isSame: true });
  expect(stderr).toContain("AWS refuses pricing:GetProducts");
});

test("--help, and an option that is none", async () => {
  const help = await runCommand(SCRIPT, ["--help"]);
  expect(help.code).toBe(0);
  expect(help.stdout).toContain("Usage: npm run prices");
  const wrong = await runCommand(SCRIPT, ["--zones", "x"]);
  expect({ code: wrong.code, stdout: wrong.stdout }).toEqual({ code: 2, stdout: "" });
  expect(wrong.stderr).toContain("Unknown option '--zones'");
});

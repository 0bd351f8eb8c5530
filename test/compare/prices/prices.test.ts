import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { PRICE_NAMES, rowKind } from "../../../compare/prices/price-rows.ts";
import {
  loadPrices,
  PRICES_FILE,
  PricesError,
  parsePrices,
  pricesOf,
  regionsOf,
  type Tier,
  tieredCost,
} from "../../../compare/prices/prices.ts";

test("every region of the table has every row: its own, or the base region's, which says so", () => {
  const prices = loadPrices();
  expect(regionsOf(prices)).toEqual(
    expect.arrayContaining(["us-east-1", "eu-central-1", "ap-northeast-1", "sa-east-1"]),
  );
  for (const region of regionsOf(prices)) {
    const rows = pricesOf(prices, region);
    expect(Object.keys(rows)).toEqual(PRICE_NAMES);
    for (const name of PRICE_NAMES) {
      const own = prices.regions[region]?.[name];
      const isBase = own === undefined && !rowKind(name).everywhere;
      expect(rows[name].of, name).toBe(isBase ? "us-east-1" : undefined);
      if (isBase) expect(rows[name].verified).toBe(false);
      expect(rows[name].source).toMatch(/^https:/);
    }
  }
});

test("every region of the table has Fargate's price of its own", () => {
  const prices = loadPrices();
  for (const region of regionsOf(prices))
    expect(pricesOf(prices, region)["fargate-x86_64-vcpu-hour"].of, region).toBeUndefined();
});

test.each([
  ["logs-ingestion", 0.5, 0.76],
  ["logs-storage", 0.03, 0.033],
  ["lambda-arm64-gb-second", 0.0000133334, 0.0000133334],
  ["lambda-request", 0.0000002, 0.0000002],
  ["fargate-x86_64-vcpu-hour", 0.04048, 0.05056],
  ["fargate-x86_64-gb-hour", 0.004445, 0.00553],
  ["fargate-arm64-vcpu-hour", 0.03238, 0.04045],
  ["fargate-arm64-gb-hour", 0.00356, 0.00442],
  ["nat-hour", 0.045, 0.062],
  ["nat-gb", 0.045, 0.062],
  ["egress-gb", 0.09, 0.114],
  ["endpoint-hour", 0.01, 0.014],
  ["endpoint-gb", 0.01, 0.01],
  ["secret-month", 0.4, 0.4],
] as const)(
  "%s is about what it was in us-east-1 and ap-northeast-1 in 2026-11: no slip of a unit",
  (name, virginia, tokyo) => {
    const prices = loadPrices();
    for (const [region, known] of Object.entries({ "us-east-1": virginia, "ap-northeast-1": tokyo })) {
      const usd = pricesOf(prices, region)[name].tiers[0]?.usd ?? Number.NaN;
      expect(usd / known).toBeGreaterThan(0.5);
      expect(usd / known).toBeLessThan(2);
    }
  },
);

test("a region that is not there is named, with those that are", () => {
  expect(() => pricesOf(loadPrices(), "mars-1")).toThrow(
    /^There are no prices of region "mars-1"; there are those of us-east-1, .*On a machine with access to AWS: npm run prices -- --region mars-1$/,
  );
  expect(() => pricesOf(loadPrices(), "toString")).toThrow(PricesError);
});

/** The real table with something changed. */
function changed(change: (table: { date?: unknown; regions: Record<string, Record<string, unknown>> }) => void) {
  const table = JSON.parse(readFileSync(PRICES_FILE, "utf8"));
  change(table);
  return () => parsePrices(JSON.stringify(table), "prices.json");
}
const row = (table: { regions: Record<string, Record<string, unknown>> }, region: string, name: string) =>
  table.regions[region]?.[name] as Record<string, unknown>;

test("every problem is told at once, with region and row", () => {
  const parse = changed((table) => {
    delete table.regions["us-east-1"]?.["nat-gb"];
    row(table, "eu-west-1", "egress-gb").tiers = [{ upTo: 10, usd: 1 }, { upTo: 5, usd: 2 }, { usd: 3 }];
    row(table, "eu-west-1", "nat-gb").date = "";
  });
  expect(parse).toThrow(PricesError);
  expect(parse).toThrow(
    "prices.json can't be used: eu-west-1, nat-gb: it has no date; eu-west-1, egress-gb: tier 2 must end above 10; us-east-1, nat-gb: missing.",
  );
});

test.each<[string, Parameters<typeof changed>[0], string]>([
  ["no date of the table", (table) => delete table.date, "the table has no date"],
  ["no regions", (table) => Object.assign(table, { regions: {} }), "it has no regions"],
  ["no date of a row", (table) => delete row(table, "us-east-1", "nat-gb").date, "us-east-1, nat-gb: it has no date"],
  ["no word on verification", (table) => delete row(table, "us-east-1", "nat-gb").verified, "whether it is verified"],
  ["a price that is text", (table) => (row(table, "us-east-1", "nat-gb").usd = "1"), "tier 1 has no price"],
  ["no price", (table) => delete row(table, "us-east-1", "nat-gb").usd, "tier 1 has no price"],
  ["no tiers", (table) => (row(table, "us-east-1", "nat-gb").tiers = []), "it has no tiers"],
  ["an end to the last tier", (table) => (row(table, "us-east-1", "nat-gb").tiers = [{ usd: 1, upTo: 3 }]), "no end"],
  [
    "a tier without end",
    (table) => (row(table, "us-east-1", "nat-gb").tiers = [{ usd: 1 }, { usd: 2 }]),
    "tier 1 must",
  ],
  [
    "an unknown row",
    (table) => Object.assign(table.regions["us-east-1"] ?? {}, { x: {} }),
    "us-east-1, x: not a known",
  ],
])("a table with %s can't be used", (_what, change, message) => {
  expect(changed(change)).toThrow(message);
});

test.each([
  ["not JSON", "{", "prices.json is not JSON."],
  ["something else", "null", "prices.json is no price table"],
  ["another version", '{"schema":"sidecarless.prices","version":1,"currency":"USD"}', "of version 2"],
])("%s is refused", (_what, text, message) => {
  expect(() => parsePrices(text, "prices.json")).toThrow(message);
});

test("a file that is not there is said to be so", () => {
  expect(() => loadPrices("/nowhere/prices.json")).toThrow("There is no price table to read at /nowhere/prices.json.");
});

const EGRESS: readonly Tier[] = [{ upTo: 10_240, usd: 0.09 }, { upTo: 51_200, usd: 0.085 }, { usd: 0.07 }];

test.each([
  ["nothing", 0, 0],
  ["within the free GB", 99, 0],
  ["all of the free GB", 100, 0],
  ["one more", 101, 0.09],
  ["the whole first tier", 10_340, 921.6],
  ["one into the second", 10_341, 921.685],
  ["the whole second tier", 51_300, 921.6 + 40_960 * 0.085],
  ["into the last", 51_400, 921.6 + 40_960 * 0.085 + 7],
])("%s: %d GB", (_what, amount, usd) => {
  expect(tieredCost(EGRESS, 100, amount)).toBeCloseTo(usd, 9);
});

test("more never costs less, and no unit costs more than the dearest tier", () => {
  const amounts = fc.double({ min: 0, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(amounts, amounts, fc.double({ min: 0, max: 1_000, noNaN: true }), (a, b, free) => {
      const [less, more] = [Math.min(a, b), Math.max(a, b)];
      const added = tieredCost(EGRESS, free, more) - tieredCost(EGRESS, free, less);
      expect(added).toBeGreaterThanOrEqual(0);
      expect(added).toBeLessThanOrEqual((more - less) * 0.09 + 1e-6);
    }),
  );
});

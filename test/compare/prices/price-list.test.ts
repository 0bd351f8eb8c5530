import { expect, test } from "vitest";
import { findOffer } from "../../../compare/prices/refresh/price-list.ts";
import { PRICE_QUERIES } from "../../../compare/prices/refresh/price-queries.ts";

interface Given {
  readonly usagetype?: string;
  readonly tiers?: readonly Record<string, unknown>[];
}

const tier = (usd: string, beginRange = "0", endRange = "Inf", unit = "GB") => ({
  unit,
  beginRange,
  endRange,
  pricePerUnit: { USD: usd },
});

const entry = ({ usagetype = "USE1-DataProcessing-Bytes", tiers = [tier("0.5000000000")] }: Given = {}) =>
  JSON.stringify({
    product: { attributes: { usagetype } },
    terms: {
      OnDemand: {
        "SKU.JRTCKXETXF": {
          effectiveDate: "2026-11-01T00:00:00Z",
          priceDimensions: Object.fromEntries(tiers.map((one, index) => [`SKU.${index}`, one])),
        },
      },
    },
  });

const offer = (...given: readonly Given[]) => findOffer(given.map(entry), PRICE_QUERIES["logs-ingestion"]);

test("one price", () => {
  expect(offer({})).toEqual({
    usage: "USE1-DataProcessing-Bytes",
    unit: "GB",
    tiers: [{ usd: 0.5 }],
    effectiveDate: "2026-11-01",
  });
});

test.each([
  "DataProcessing-Bytes",
  "EU-DataProcessing-Bytes",
  "APN1-DataProcessing-Bytes",
  "USGW1-DataProcessing-Bytes",
])("%s is the usage type, whatever the region's prefix", (usagetype) => {
  expect(offer({ usagetype })).toMatchObject({ usage: usagetype });
});

test.each(["DataProcessingIA-Bytes", "Global-DataProcessing-Bytes", "USE1-DataProcessing-Bytes-Additional", ""])(
  '"%s" is another',
  (usagetype) => {
    expect(offer({ usagetype })).toBe("no price of DataProcessing-Bytes among 1 products");
  },
);

test("tiers are put in order, and neighbours of one price are one", () => {
  const tiers = [
    tier("0.05", "30720"),
    tier("0.5", "0", "10240"),
    tier("0.1", "20480", "30720"),
    tier("0.1", "10240", "20480"),
  ];
  expect(offer({ tiers })).toMatchObject({
    tiers: [{ upTo: 10_240, usd: 0.5 }, { upTo: 30_720, usd: 0.1 }, { usd: 0.05 }],
  });
});

test("two products of one price are as good as one; of two, neither is taken", () => {
  expect(offer({}, {})).toMatchObject({ tiers: [{ usd: 0.5 }] });
  expect(offer({}, { tiers: [tier("0.6")] })).toBe(
    "USE1-DataProcessing-Bytes and USE1-DataProcessing-Bytes both match, at different prices",
  );
});

test.each<[string, readonly Record<string, unknown>[], string]>([
  ["another unit", [tier("0.5", "0", "Inf", "TB")], 'the unit is "TB", not GB'],
  ["no tiers", [], 'the unit is "", not GB'],
  ["another currency", [{ ...tier("1"), pricePerUnit: { CNY: "1" } }], "a tier has no price in dollars"],
  ["a hole", [tier("1", "0", "10"), tier("2", "20")], "no tier begins at 10"],
  ["no beginning", [tier("1", "5")], "no tier begins at 0"],
  ["an end", [tier("1", "0", "10")], "the last tier has an end"],
  ["two units", [tier("1", "0", "10"), tier("2", "10", "Inf", "TB")], "its tiers have different units"],
])("a price with %s is no price", (_what, tiers, problem) => {
  expect(offer({ tiers })).toBe(`USE1-DataProcessing-Bytes: ${problem}`);
});

test("an entry that is not JSON spoils the answer", () => {
  expect(findOffer(["{"], PRICE_QUERIES["nat-gb"])).toBe("an entry of the list is not JSON");
});

test("an entry without anything is none", () => {
  expect(findOffer(["{}"], PRICE_QUERIES["nat-gb"])).toBe("no price of NatGateway-Bytes among 1 products");
});

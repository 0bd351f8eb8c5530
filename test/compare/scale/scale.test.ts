import { describe, expect, test } from "vitest";
import { scaleCase } from "../../../compare/scale/scale.ts";
import { scaleModel, service } from "./scale-model.ts";

const scale = scaleModel();

describe("an outage of three hours", () => {
  test("by hand: 20 deliveries a second leave 20 × 3,600 × 3 objects, a stream 1.6 a second", () => {
    const { outage } = scaleCase(service({ gbPerDay: 86.4, streams: 100 }), scale);
    // With 40 reserved what came in the last minute still waits as it ends.
    expect(outage.direct.objects).toBeGreaterThan(216_000 - 1_200);
    expect(outage.direct.objects).toBeLessThanOrEqual(216_000);
    expect(outage.direct.mostAtOnce).toBe(40);
    expect(outage.kinesis.objects).toBeCloseTo(1.6 * 10_800, 0);
    expect(outage.kinesis.mostAtOnce).toBe(8);
  });

  test("is over after a while, and what is then older than 18 hours gets the present time", () => {
    const small = scaleCase(service({ gbPerDay: 10, streams: 10 }), scale).outage.direct;
    const large = scaleCase(service({ gbPerDay: 100_000, streams: 100_000 }), scale).outage.kinesis;
    expect([small.redated, large.redated]).toEqual([false, true]);
    expect(large.drainSeconds).toBeGreaterThan(18 * 3_600);
    const long = scaleCase(service({ gbPerDay: 10, streams: 10, outageHours: 20 }), scale).outage.direct;
    expect(long.redated).toBe(true);
  });

  test("an outage of no time leaves nothing", () => {
    const { outage } = scaleCase(service({ outageHours: 0 }), scale);
    expect(outage.direct).toMatchObject({ objects: 0, drainSeconds: 0, mostAtOnce: 0, redated: false });
    expect(outage.kinesis).toMatchObject({ objects: 0, drainSeconds: 0, redated: false });
  });
});

test("dollars are of all accounts, and each of them has its share of the load", () => {
  const { verdict, account, usdPerMonth, cloudwatchUsdPerMonth } = scaleCase(
    service({ gbPerDay: 10_000, streams: 100_000 }),
    scale,
  );
  expect(verdict).toMatchObject({ word: "several accounts", accounts: 4 });
  expect(account.load.deliveriesPerSecond).toBeCloseTo(5_000);
  expect(usdPerMonth.kinesis).toBeCloseTo(4 * account.ways.kinesis.usdPerMonth);
  // 304,167 GB of text a month and 26 bytes for each of 1.52 billion lines, at 0.50 USD, but for 5 GB; storage besides.
  const ingestion = (304_166.67 * (1 + 26 / 200) - 5) * 0.5;
  expect(cloudwatchUsdPerMonth).toBeGreaterThan(ingestion);
  expect(cloudwatchUsdPerMonth).toBeLessThan(ingestion * 1.02);
});

import { expect, test } from "vitest";
import { COST_PATHS, compareCosts } from "../../../compare/cost/compare-costs.ts";
import type { CostInput, CostPathId } from "../../../compare/cost/types.ts";
import { type FigureName, openModel } from "../../../compare/modelled.ts";
import { PricesError } from "../../../compare/prices/prices.ts";
import { ROUND_INPUT, ROUND_PRICES } from "./round-prices.ts";

/** Dollars by item of one path, for the round usage with something changed. */
function itemsOf(
  path: CostPathId,
  change: Partial<CostInput> = {},
  model: Partial<Record<FigureName, number>> = {},
): Record<string, number> {
  const { estimates } = compareCosts({ ...ROUND_INPUT, ...change }, ROUND_PRICES, openModel(model));
  const items = estimates.find((one) => one.path === path)?.items ?? [];
  return Object.fromEntries(items.map(({ id, usdPerMonth }) => [id, usdPerMonth]));
}

/** Equal to a millionth of a dollar. */
function expectUsd(actual: Record<string, number>, expected: Record<string, number>): void {
  expect(Object.keys(actual).toSorted()).toEqual(Object.keys(expected).toSorted());
  for (const [id, usd] of Object.entries(expected)) expect(actual[id], id).toBeCloseTo(usd, 6);
}

// 730 million events: 730 GB of text and 18.98 GB of 26 bytes each. A day's 24.624 GB, kept for 30, at 15 %.
const CLOUDWATCH = {
  "cloudwatch-ingestion": (748.98 - 5) * 0.5,
  "cloudwatch-storage": 24.624 * 30 * 0.15 * 0.03,
};

/** What is the same in every usage: 4 metrics of the forwarder and 6 of the replayer are there all the time, and free. */
const WATCHED = { "forwarder-metrics": 0, alarms: (19 - 10) * 0.1, dashboard: 0, secret: 0.4 };

test("Lambda: every item", () => {
  expectUsd(itemsOf("lambda"), {
    ...CLOUDWATCH,
    // 730,000 of the free million.
    "lambda-requests": 0,
    // 730,000 × 0.1 s and 730,000 thousands × 2 s, at 1 GB, less the free ones: beyond the first tier.
    "lambda-compute": 1_000_000 * 0.00002 + (73_000 + 1_460_000 - 400_000 - 1_000_000) * 0.00001,
    "lambda-init": 500 * 0.00001,
    "forwarder-logs": 730_000 * 439e-9 * 0.5,
    ...WATCHED,
    // 270,000 of the free million requests are left; 43,800 runs of 40 ms at 1 GB; a line and a list each.
    replayer: 1_752 * 0.00001 + 43_800 * 0.000005 + 43_800 * 507e-9 * 0.5,
    // Three sandboxes read the key twelve times an hour, and a thousand that start.
    "secret-reads": (3 * 730 * 12 + 1_000) * 0.000005,
    egress: (365 - 100) * 0.09,
  });
});

test("Kinesis + Lambda: records written in whole KB, an invocation a window, shard and batch side by side at most", () => {
  const { egress = 0, replayer = 0, "secret-reads": reads = 0, ...lambda } = itemsOf("lambda");
  // 4 shards, 2 batches of each side by side, windows of 5 s.
  const windows = (4 * 2 * 2_628_000) / 5;
  const invocations = windows * (1 - Math.exp(-730_000 / windows));
  expect(invocations).toBeCloseTo(670_145.3, 1);
  expectUsd(itemsOf("kinesis-lambda"), {
    ...CLOUDWATCH,
    "kinesis-stream": 730 * 0.04,
    // 210,000 bytes, rounded up to whole KB.
    "kinesis-in": 730_000 * (210_000 + 512) * 1e-9 * 0.08,
    "kinesis-out": 730_000 * 210_000e-9 * 0.04,
    "lambda-requests": 0,
    "lambda-compute": (lambda["lambda-compute"] ?? 0) - (730_000 - invocations) * 0.1 * 0.00001,
    "lambda-init": 0.005,
    "forwarder-logs": invocations * 439e-9 * 0.5,
    ...WATCHED,
    alarms: (23 - 10) * 0.1,
    replayer,
    "secret-reads": reads,
    egress,
  });
});

test("Kinesis + Lambda: at much volume, 6 MB in an invocation, as base64", () => {
  const model = { "cost.kinesisWindowMs": 300_000 };
  const { "lambda-requests": requests } = itemsOf("kinesis-lambda", { gbPerDay: 24_000 }, model);
  // 730 million deliveries of 210,000 bytes.
  expect(requests).toBeCloseTo(((730_000 * 1_000 * 210_000 * 4) / 3 / 6e6 - 1_000_000) * 0.0000002, 4);
});

test("Kinesis + Lambda: at many small deliveries, a thousand records in an invocation", () => {
  const many = { gbPerDay: 24, batchEvents: 1, lineBytes: 10 };
  const { "lambda-requests": requests } = itemsOf("kinesis-lambda", many, { "cost.kinesisWindowMs": 300_000 });
  expect(requests).toBeCloseTo((73_000_000 - 1_000_000) * 0.0000002, 6);
});

test("Firehose: records in steps of 5 KB", () => {
  expectUsd(itemsOf("firehose"), {
    ...CLOUDWATCH,
    // 210,000 bytes, rounded up to whole steps.
    firehose: 730_000 * (210_000 + 2_560) * 1e-9 * 0.03,
    secret: 0.4,
    egress: (153.3 - 100) * 0.09,
  });
});

test("Firehose: tiers of volume", () => {
  // 2,433,333,333 deliveries of 212,560 bytes are 517,229.3 GB.
  expect(itemsOf("firehose", { gbPerDay: 80_000 }).firehose).toBeCloseTo(500_000 * 0.03 + 17_229.3333 * 0.02, 4);
});

test("a record counts as a step at least", () => {
  // 210 bytes.
  const small = { gbPerDay: 0.24, batchEvents: 1 };
  expect(itemsOf("firehose", small).firehose).toBeCloseTo(7_300_000 * 5_120e-9 * 0.03, 6);
  expect(itemsOf("kinesis-lambda", small)["kinesis-in"]).toBeCloseTo(7_300_000 * 1_024e-9 * 0.08, 6);
});

// Each of two tasks starts twenty times and reads the key.
const SIDECAR = { secret: 0.4, "secret-reads": 40 * 0.000005, egress: (292 - 100) * 0.09 };

test("FireLens in slack: what leaves the network, and the secret", () => {
  expectUsd(itemsOf("firelens-in-slack"), { fargate: 0, ...SIDECAR });
});

test("FireLens in the next size: 2 GB instead of 1, for two tasks", () => {
  expectUsd(itemsOf("firelens-next-size"), { fargate: 1 * 0.004 * 730 * 2, ...SIDECAR });
});

test.each<[string, Partial<CostInput>, number]>([
  ["a vCPU more, and the memory that goes with it", { sidecarVcpu: 0.1 }, 0.5 * 0.03 + 1 * 0.004],
  ["from the smallest", { taskVcpu: 0.25, taskMemoryMb: 512 }, 0.5 * 0.004],
  ["where memory has no more room, the next vCPU", { taskMemoryMb: 4_096 }, 0.5 * 0.03 + 1 * 0.004],
  ["a step of 4 GB", { taskVcpu: 8, taskMemoryMb: 16_384 }, 4 * 0.004],
  ["nothing asked for", { sidecarMemoryMb: 0 }, 0],
  ["x86_64", { arch: "x86_64" }, 0.005],
])("the next size, %s", (_what, change, usdPerHour) => {
  expect(itemsOf("firelens-next-size", change).fargate).toBeCloseTo(usdPerHour * 730 * 2, 6);
});

test("beyond Fargate's largest size there is none", () => {
  const large = { ...ROUND_INPUT, taskVcpu: 16, taskMemoryMb: 122_880 };
  expect(() => compareCosts(large, ROUND_PRICES)).toThrow(RangeError);
});

test("through a NAT gateway: what is sent, and what the log driver sends to CloudWatch Logs", () => {
  // 730 GB in JSON, 41 bytes an event more.
  const driverGb = 759.93;
  expect(itemsOf("lambda", { egress: "nat" }).nat).toBeCloseTo((365 + driverGb) * 0.04, 6);
  expect(itemsOf("lambda", { egress: "nat" }).egress).toBeCloseTo((365 - 100) * 0.09, 6);
  expect(itemsOf("firehose", { egress: "nat" }).nat).toBeCloseTo(driverGb * 0.04, 6);
  // And the sidecar's image, 150 MB, twenty times for each of two tasks.
  expect(itemsOf("firelens-in-slack", { egress: "nat" }).nat).toBeCloseTo((292 + 6) * 0.04, 6);
});

test("logs that are in CloudWatch anyway: no path pays for that, nor for the way there", () => {
  const anyway = { inCloudwatchAnyway: true, egress: "nat" } as const;
  for (const path of COST_PATHS) {
    const items = itemsOf(path, anyway);
    expect(items).not.toHaveProperty("cloudwatch-ingestion");
    expect(items).not.toHaveProperty("cloudwatch-storage");
  }
  expect(itemsOf("lambda", anyway).nat).toBeCloseTo(365 * 0.04, 6);
  // The free GB are used up there.
  expect(itemsOf("lambda", anyway)["forwarder-logs"]).toBeCloseTo(730_000 * 439e-9 * 0.5, 6);
  const { besideCloudwatch, estimates } = compareCosts({ ...ROUND_INPUT, ...anyway }, ROUND_PRICES);
  for (const { path, usdPerMonth } of estimates) expect(besideCloudwatch[path]).toBe(usdPerMonth);
  const asked = compareCosts({ ...ROUND_INPUT, egress: "nat" }, ROUND_PRICES);
  expect(asked.besideCloudwatch).toEqual(besideCloudwatch);
});

test("by raw bytes Datadog's bill differs: so many lines with what is around each", () => {
  const { byRawBytes } = compareCosts(ROUND_INPUT, ROUND_PRICES);
  expect(byRawBytes.lambda).toEqual({ bytesPerLine: 1_600, usdPerMonth: expect.closeTo(730 * 1.6 * 0.1, 6) });
  expect(byRawBytes.firelens).toEqual({ bytesPerLine: 1_400, usdPerMonth: expect.closeTo(730 * 1.4 * 0.1, 6) });
});

test("a NAT gateway for logs alone is charged by the hour", () => {
  const model = { "cost.natGateways": 2 };
  expect(itemsOf("firelens-in-slack", { egress: "nat" }, model).nat).toBeCloseTo((292 + 6) * 0.04 + 2 * 730 * 0.05, 6);
});

test("through PrivateLink: endpoints in two zones, tiers of their volume, no transfer to the internet", () => {
  const lambda = itemsOf("lambda", { egress: "privatelink" });
  // CloudWatch Logs and Datadog; 365 and 759.93 GB.
  expect(lambda.privatelink).toBeCloseTo(2 * 2 * 730 * 0.01 + 1_000 * 0.01 + 124.93 * 0.006, 6);
  expect(lambda).not.toHaveProperty("egress");
  const firelens = itemsOf("firelens-in-slack", { egress: "privatelink" });
  expect(firelens.privatelink).toBeCloseTo(2 * 730 * 0.01 + 292 * 0.01, 6);
});

test("Firehose sends over the internet whatever the tasks do", () => {
  const items = itemsOf("firehose", { egress: "privatelink" });
  expect(items.egress).toBeCloseTo((153.3 - 100) * 0.09, 6);
  expect(items.privatelink).toBeCloseTo(2 * 730 * 0.01 + 759.93 * 0.01, 6);
});

test("within all free tiers, there are storage, alarms, the secret, and lists of the bucket to pay", () => {
  const { "cloudwatch-storage": storage, replayer, alarms, ...items } = itemsOf("lambda", { gbPerDay: 0.1 });
  const { secret, "secret-reads": _reads, ...rest } = items;
  expect([secret, alarms]).toEqual([0.4, expect.closeTo(0.9, 9)]);
  expect(replayer).toBeCloseTo(43_800 * 0.000005, 9);
  expect(storage).toBeCloseTo(0.1026 * 30 * 0.15 * 0.03, 9);
  for (const [id, usd] of Object.entries(rest)) expect(usd, id).toBe(0);
});

test("own logs begin where the free GB of ingestion end", () => {
  // 4.617 GB of lines and, in deliveries of one event, 1.9755 GB of own logs.
  const lines = { gbPerDay: 4.5 / (730 / 24), batchEvents: 1 };
  const items = itemsOf("lambda", lines);
  expect(items["cloudwatch-ingestion"]).toBe(0);
  expect(items["forwarder-logs"]).toBeCloseTo((4.617 + 1.9755 - 5) * 0.5, 6);
});

test("free tiers that others use up are none", () => {
  const items = itemsOf("lambda", {}, { "cost.freeTierShare": 0 });
  expect(items["cloudwatch-ingestion"]).toBeCloseTo(748.98 * 0.5, 6);
  expect(items["lambda-requests"]).toBeCloseTo(730_000 * 0.0000002, 6);
  expect(items["forwarder-metrics"]).toBeCloseTo(10 * 0.3, 6);
  expect(items.egress).toBeCloseTo(365 * 0.09, 6);
});

test("the same item has the same id and title on all paths", () => {
  const { estimates } = compareCosts({ ...ROUND_INPUT, egress: "nat" }, ROUND_PRICES);
  const titles = new Map<string, string>();
  for (const { id, title } of estimates.flatMap(({ items }) => items)) {
    expect(titles.get(id) ?? title).toBe(title);
    titles.set(id, title);
  }
  expect(estimates.map(({ path }) => path)).toEqual(COST_PATHS);
});

test("dollars per GB are of the log text", () => {
  const { estimates } = compareCosts(ROUND_INPUT, ROUND_PRICES);
  for (const { usdPerGb, usdPerMonth } of estimates) expect(usdPerGb).toBeCloseTo(usdPerMonth / 730, 9);
});

test("a region without prices is an error that says so", () => {
  expect(() => compareCosts({ ...ROUND_INPUT, region: "mars-1" }, ROUND_PRICES)).toThrow(PricesError);
});

test("the date is that of the table, and what went in comes out", () => {
  const { input, pricesDate } = compareCosts(ROUND_INPUT, ROUND_PRICES);
  expect({ input, pricesDate }).toEqual({ input: ROUND_INPUT, pricesDate: "2026-11-01" });
});

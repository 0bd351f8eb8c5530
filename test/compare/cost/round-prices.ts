import type { CostInput } from "../../../compare/cost/types.ts";
import type { PriceName } from "../../../compare/prices/price-rows.ts";
import type { PriceRow, Prices, Tier } from "../../../compare/prices/prices.ts";

const row = (...tiers: Tier[]): PriceRow => ({ tiers, date: "2026-11-01", verified: true });
const flat = (usd: number): PriceRow => row({ usd });

const ROWS: Readonly<Record<PriceName, PriceRow>> = {
  "logs-ingestion": flat(0.5),
  "logs-storage": flat(0.03),
  "metric-month": flat(0.3),
  "alarm-month": flat(0.1),
  "dashboard-month": flat(3),
  "lambda-arm64-gb-second": row({ upTo: 1_000_000, usd: 0.00002 }, { usd: 0.00001 }),
  "lambda-x86_64-gb-second": row({ upTo: 1_000_000, usd: 0.00003 }, { usd: 0.00002 }),
  "lambda-request": flat(0.0000002),
  "fargate-arm64-vcpu-hour": flat(0.03),
  "fargate-arm64-gb-hour": flat(0.004),
  "fargate-x86_64-vcpu-hour": flat(0.04),
  "fargate-x86_64-gb-hour": flat(0.005),
  "nat-hour": flat(0.05),
  "nat-gb": flat(0.04),
  "egress-gb": row({ upTo: 10_240, usd: 0.09 }, { usd: 0.05 }),
  "endpoint-hour": flat(0.01),
  "endpoint-gb": row({ upTo: 1_000, usd: 0.01 }, { usd: 0.006 }),
  "kinesis-stream-hour": flat(0.04),
  "kinesis-in-gb": flat(0.08),
  "kinesis-out-gb": flat(0.04),
  "firehose-gb": row({ upTo: 500_000, usd: 0.03 }, { usd: 0.02 }),
  "secret-month": flat(0.4),
  "secret-call": flat(0.000005),
  "s3-list-request": flat(0.000005),
};

/** Prices to reckon with by hand. */
export const ROUND_PRICES = {
  schema: "sidecarless.prices",
  version: 2,
  currency: "USD",
  date: "2026-11-01",
  base: "test-1",
  regions: { "test-1": ROWS },
} as const satisfies Prices;

/** 730 GB and 730 million events a month, 730,000 deliveries. */
export const ROUND_INPUT: CostInput = {
  region: "test-1",
  gbPerDay: 24,
  tasks: 2,
  lineBytes: 1_000,
  retentionDays: 30,
  egress: "internet",
  inCloudwatchAnyway: false,
  profile: "hardened",
  sidecarVcpu: 0,
  sidecarMemoryMb: 128,
  taskVcpu: 0.5,
  taskMemoryMb: 1_024,
  batchEvents: 1_000,
  forwarderMemoryMb: 1_024,
  billedMsPerDelivery: 100,
  billedMsPerThousandEvents: 2_000,
  coldStartsPerMonth: 1_000,
  billedMsPerColdStart: 500,
  wireRatioLambda: 0.5,
  wireRatioFirelens: 0.4,
  entryBytesLambda: 600,
  entryBytesFirelens: 400,
  arch: "arm64",
};

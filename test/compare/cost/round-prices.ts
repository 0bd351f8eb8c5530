import { PRICE_UNITS, type PriceName, type Prices, type Tier } from "../../../compare/cost/prices.ts";
import type { CostInput } from "../../../compare/cost/types.ts";

type Row = { readonly tiers: readonly Tier[]; readonly free?: number };

const flat = (usd: number, free?: number): Row => ({ tiers: [{ usd }], ...(free !== undefined && { free }) });

const ROWS: Readonly<Record<PriceName, Row>> = {
  "logs-ingestion": flat(0.5, 5),
  "logs-storage": flat(0.03),
  "metric-month": flat(0.3, 10),
  "lambda-arm64-gb-second": { tiers: [{ upTo: 1_000_000, usd: 0.00002 }, { usd: 0.00001 }], free: 400_000 },
  "lambda-x86_64-gb-second": { tiers: [{ upTo: 1_000_000, usd: 0.00003 }, { usd: 0.00002 }], free: 400_000 },
  "lambda-request": flat(0.0000002, 1_000_000),
  "fargate-arm64-vcpu-hour": flat(0.03),
  "fargate-arm64-gb-hour": flat(0.004),
  "fargate-x86_64-vcpu-hour": flat(0.04),
  "fargate-x86_64-gb-hour": flat(0.005),
  "nat-hour": flat(0.05),
  "nat-gb": flat(0.04),
  "egress-gb": { tiers: [{ upTo: 10_240, usd: 0.09 }, { usd: 0.05 }], free: 100 },
  "endpoint-hour": flat(0.01),
  "endpoint-gb": { tiers: [{ upTo: 1_000, usd: 0.01 }, { usd: 0.006 }] },
  "kinesis-stream-hour": flat(0.04),
  "kinesis-in-gb": flat(0.08),
  "kinesis-out-gb": flat(0.04),
  "firehose-gb": { tiers: [{ upTo: 500_000, usd: 0.03 }, { usd: 0.02 }] },
  "secret-month": flat(0.4),
};

/** Prices to reckon with by hand. */
export const ROUND_PRICES = {
  schema: "sidecarless.prices",
  version: 1,
  currency: "USD",
  date: "2026-11-01",
  regions: {
    "test-1": Object.fromEntries(
      Object.entries(ROWS).map(([name, row]) => [
        name,
        {
          unit: PRICE_UNITS[name as PriceName],
          ...row,
          source: "https://example.com/",
          date: "2026-11-01",
          verified: true,
        },
      ]),
    ) as Prices["regions"][string],
  },
} as const satisfies Prices;

/** 730 GB and 730 million events a month, 730,000 deliveries. */
export const ROUND_INPUT: CostInput = {
  region: "test-1",
  gbPerDay: 24,
  tasks: 2,
  lineBytes: 1_000,
  retentionDays: 30,
  egress: "internet",
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
  arch: "arm64",
};

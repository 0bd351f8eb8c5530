interface RowKind {
  /** What the price is for. A GB of data is 10⁹ bytes here. */
  readonly unit: string;
  /** Where a person reads it. */
  readonly source: string;
  /** Units a month that cost nothing, in every region; they don't count towards the tiers. Not in AWS's price list. */
  readonly free?: number;
  /** The same in every region: only the base region of the table has it. */
  readonly everywhere?: boolean;
}

const CLOUDWATCH = "https://aws.amazon.com/cloudwatch/pricing/";
const LAMBDA = "https://aws.amazon.com/lambda/pricing/";
const FARGATE = "https://aws.amazon.com/fargate/pricing/";
const VPC = "https://aws.amazon.com/vpc/pricing/";
const PRIVATELINK = "https://aws.amazon.com/privatelink/pricing/";
const KINESIS = "https://aws.amazon.com/kinesis/data-streams/pricing/";
const SECRETS = "https://aws.amazon.com/secrets-manager/pricing/";

/** Every price that costs are made of. */
export const PRICE_ROWS = {
  "logs-ingestion": { unit: "GB", source: CLOUDWATCH, free: 5 },
  "logs-storage": { unit: "GB-month", source: CLOUDWATCH },
  "metric-month": { unit: "metric-month", source: CLOUDWATCH, free: 10 },
  "alarm-month": { unit: "alarm-month", source: CLOUDWATCH, free: 10 },
  "dashboard-month": { unit: "dashboard-month", source: CLOUDWATCH, free: 3, everywhere: true },
  "lambda-arm64-gb-second": { unit: "GB-second", source: LAMBDA, free: 400_000 },
  "lambda-x86_64-gb-second": { unit: "GB-second", source: LAMBDA, free: 400_000 },
  "lambda-request": { unit: "request", source: LAMBDA, free: 1_000_000 },
  "fargate-arm64-vcpu-hour": { unit: "vCPU-hour", source: FARGATE },
  "fargate-arm64-gb-hour": { unit: "GB-hour", source: FARGATE },
  "fargate-x86_64-vcpu-hour": { unit: "vCPU-hour", source: FARGATE },
  "fargate-x86_64-gb-hour": { unit: "GB-hour", source: FARGATE },
  "nat-hour": { unit: "hour", source: VPC },
  "nat-gb": { unit: "GB", source: VPC },
  "egress-gb": { unit: "GB", source: "https://aws.amazon.com/ec2/pricing/on-demand/", free: 100 },
  "endpoint-hour": { unit: "hour", source: PRIVATELINK },
  "endpoint-gb": { unit: "GB", source: PRIVATELINK },
  "kinesis-stream-hour": { unit: "hour", source: KINESIS },
  "kinesis-in-gb": { unit: "GB", source: KINESIS },
  "kinesis-out-gb": { unit: "GB", source: KINESIS },
  "firehose-gb": { unit: "GB", source: "https://aws.amazon.com/firehose/pricing/" },
  "secret-month": { unit: "secret-month", source: SECRETS },
  "secret-call": { unit: "call", source: SECRETS },
  "s3-list-request": { unit: "request", source: "https://aws.amazon.com/s3/pricing/" },
} as const satisfies Record<string, RowKind>;

export type PriceName = keyof typeof PRICE_ROWS;
export const PRICE_NAMES = Object.keys(PRICE_ROWS) as PriceName[];

export const rowKind = (name: PriceName): RowKind => PRICE_ROWS[name];

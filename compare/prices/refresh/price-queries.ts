import type { PriceName } from "../price-rows.ts";

/** Where a row is in AWS's price list. */
export interface PriceQuery {
  readonly service: string;
  /** Attributes of a product; few services have so little in a region that it need not be narrowed. */
  readonly filters: Readonly<Record<string, string>>;
  /** Attribute that holds the region; undefined: it is in none, since it costs the same everywhere. */
  readonly regionField?: "regionCode" | "fromRegionCode";
  /** What some regions call it. */
  readonly alsoUsage?: string;
  /** Usage type without the region's prefix, such as `USE1-`, which some have not. */
  readonly usage: string;
  /** As the price list writes the row's unit, in the spellings that were seen. */
  readonly units: readonly string[];
}

const inRegion = (
  service: string,
  filters: Readonly<Record<string, string>>,
  usage: string,
  ...units: string[]
): PriceQuery => ({ service, filters, regionField: "regionCode", usage, units });

const GB_SECOND = ["Lambda-GB-Second", "GB-Second", "seconds", "Second"];
const HOUR = ["Hrs", "hours", "Hours", "hour"];
const FARGATE = { productFamily: "Compute" };
const NAT = { group: "NGW:NatGateway" };
const ENDPOINT = { group: "VPCE:VpcEndpoint" };
const KINESIS = { group: "OnDemand" };

/** Attributes as in https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-price-list-query-api.html (2026-11) */
export const PRICE_QUERIES: Readonly<Record<PriceName, PriceQuery>> = {
  "logs-ingestion": inRegion("AmazonCloudWatch", { group: "Ingested Logs" }, "DataProcessing-Bytes", "GB"),
  "logs-storage": inRegion(
    "AmazonCloudWatch",
    { productFamily: "Storage Snapshot" },
    "TimedStorage-ByteHrs",
    "GB-Mo",
    "GB-month",
  ),
  "metric-month": inRegion("AmazonCloudWatch", { productFamily: "Metric" }, "CW:MetricMonitorUsage", "Metrics"),
  "alarm-month": inRegion("AmazonCloudWatch", { productFamily: "Alarm" }, "CW:AlarmMonitorUsage", "Alarms"),
  // That of a dashboard with up to 50 metrics.
  "dashboard-month": {
    service: "AmazonCloudWatch",
    filters: { productFamily: "Dashboard" },
    usage: "DashboardsUsageHour-Basic",
    units: ["Dashboards"],
  },
  "lambda-arm64-gb-second": inRegion(
    "AWSLambda",
    { group: "AWS-Lambda-Duration-ARM" },
    "Lambda-GB-Second-ARM",
    ...GB_SECOND,
  ),
  "lambda-x86_64-gb-second": inRegion("AWSLambda", { group: "AWS-Lambda-Duration" }, "Lambda-GB-Second", ...GB_SECOND),
  "lambda-request": inRegion("AWSLambda", { group: "AWS-Lambda-Requests" }, "Request", "Requests", "Request"),
  "fargate-arm64-vcpu-hour": inRegion("AmazonECS", FARGATE, "Fargate-ARM-vCPU-Hours:perCPU", ...HOUR),
  "fargate-arm64-gb-hour": inRegion("AmazonECS", FARGATE, "Fargate-ARM-GB-Hours", "GB-hours", ...HOUR),
  "fargate-x86_64-vcpu-hour": inRegion("AmazonECS", FARGATE, "Fargate-vCPU-Hours:perCPU", ...HOUR),
  "fargate-x86_64-gb-hour": inRegion("AmazonECS", FARGATE, "Fargate-GB-Hours", "GB-hours", ...HOUR),
  "nat-hour": inRegion("AmazonEC2", NAT, "NatGateway-Hours", ...HOUR),
  "nat-gb": inRegion("AmazonEC2", NAT, "NatGateway-Bytes", "GB"),
  "egress-gb": {
    service: "AWSDataTransfer",
    filters: { transferType: "AWS Outbound", toLocation: "External" },
    regionField: "fromRegionCode",
    usage: "DataTransfer-Out-Bytes",
    units: ["GB"],
  },
  "endpoint-hour": inRegion("AmazonVPC", ENDPOINT, "VpcEndpoint-Hours", ...HOUR),
  "endpoint-gb": inRegion("AmazonVPC", ENDPOINT, "VpcEndpoint-Bytes", "GB"),
  "kinesis-stream-hour": inRegion("AmazonKinesis", KINESIS, "OnDemand-StreamHour", "StreamHr", ...HOUR),
  "kinesis-in-gb": inRegion("AmazonKinesis", KINESIS, "OnDemand-BilledIncomingBytes", "GB"),
  "kinesis-out-gb": inRegion("AmazonKinesis", KINESIS, "OnDemand-BilledOutgoingBytes", "GB"),
  // What CloudWatch Logs puts is charged as put by PutRecord and PutRecordBatch: the two have the same price.
  "firehose-gb": inRegion("AmazonKinesisFirehose", { operation: "PutRecord" }, "BilledBytes", "GB"),
  "secret-month": {
    ...inRegion("AWSSecretsManager", {}, "AWSSecretsManager-Secrets", "Secrets", "Secret"),
    alsoUsage: "AWSSecretsManager-Secret",
  },
  "secret-call": {
    ...inRegion("AWSSecretsManager", {}, "AWSSecretsManagerAPIRequest", "API Requests", "API Calls"),
    alsoUsage: "AWSSecretsManager-APIRequests",
  },
  "s3-list-request": inRegion("AmazonS3", { group: "S3-API-Tier1" }, "Requests-Tier1", "Requests"),
};

/** Filters of a call, and a name by which equal calls are told. */
export function callOf({ service, filters, regionField }: PriceQuery, region: string) {
  const all = { ...filters, ...(regionField && { [regionField]: region }) };
  const text = Object.entries(all)
    .map(([field, value]) => `${field} "${value}"`)
    .join(", ");
  return { service, filters: all, text: `${service}, ${text}` };
}

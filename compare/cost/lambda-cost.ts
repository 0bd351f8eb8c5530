import { FORWARDER_METRICS, REPLAYER_METRICS } from "../../functions/metrics/metrics.ts";
import { type Costing, DAYS_PER_MONTH, HOURS_PER_MONTH, item, MB_PER_GB, SECONDS_PER_MONTH } from "./costing.ts";
import { networkItems } from "./network-cost.ts";
import type { CostItem } from "./types.ts";

/** Log group → subscription → forwarder → intake. */
export function lambdaItems(costing: Costing): CostItem[] {
  return [
    ...cloudwatchItems(costing),
    ...forwarderItems(costing, costing.deliveries, costing.model.get("cost.alarms")),
    ...networkItems(costing, {
      sentGb: costing.textGb * costing.input.wireRatioLambda,
      driverGb: costing.input.inCloudwatchAnyway ? 0 : costing.driverGb,
    }),
  ];
}

/** Every path through CloudWatch Logs pays this, whoever reads from there; none does if the logs are there anyway. */
export function cloudwatchItems({ input, model, ingestedGb, priceOf }: Costing): CostItem[] {
  if (input.inCloudwatchAnyway) return [];
  // What is there at any time, once the first month of retention is over.
  const storedGb = (ingestedGb / DAYS_PER_MONTH) * input.retentionDays * model.get("cost.storageRatio");
  return [
    item("cloudwatch-ingestion", "CloudWatch ingestion", priceOf("logs-ingestion", ingestedGb)),
    item("cloudwatch-storage", "CloudWatch storage", priceOf("logs-storage", storedGb)),
  ];
}

/** Forwarder and replayer, in so many invocations of the forwarder a month, and what watches them. */
export function forwarderItems(costing: Costing, invocations: number, alarms: number): CostItem[] {
  const { input, model, events, ingestedGb, priceOf } = costing;
  const runs = SECONDS_PER_MONTH / (model.get("replay.intervalMs") / 1_000);
  const gbSeconds = (ms: number) => (ms / 1_000) * (input.forwarderMemoryMb / MB_PER_GB);
  const running = gbSeconds(
    invocations * input.billedMsPerDelivery + (events / 1_000) * input.billedMsPerThousandEvents,
  );
  // Billed since 2025-08: https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase (2026-11)
  const starting = gbSeconds(input.coldStartsPerMonth * input.billedMsPerColdStart);
  const replaying = gbSeconds(runs * model.get("cost.replayerMs"));
  const duration = `lambda-${input.arch}-gb-second` as const;
  const ownLogGb = (invocations * model.get("cost.forwarderLogBytes")) / 1e9;
  const replayLogGb = (runs * model.get("cost.replayerLogBytes")) / 1e9;
  return [
    item("lambda-requests", "Lambda requests", priceOf("lambda-request", invocations)),
    item("lambda-compute", "Lambda duration", priceOf(duration, running)),
    item("lambda-init", "Lambda cold starts (init)", priceOf(duration, starting, running)),
    item("forwarder-logs", "Forwarder's own logs", priceOf("logs-ingestion", ownLogGb, ingestedGb)),
    item(
      "replayer",
      "Replayer",
      priceOf("lambda-request", runs, invocations) +
        priceOf(duration, replaying, running + starting) +
        priceOf("s3-list-request", runs) +
        priceOf("logs-ingestion", replayLogGb, ingestedGb + ownLogGb),
    ),
    item("forwarder-metrics", "Metrics", priceOf("metric-month", METRICS)),
    item("alarms", "Alarms", priceOf("alarm-month", alarms)),
    item("dashboard", "Dashboard", priceOf("dashboard-month", model.get("cost.dashboards"))),
    ...keyItems(costing, keyReads(costing)),
  ];
}

/** Those that are there all the time: AWS charges for the hours in which a metric has a value, and the others rarely do. */
const METRICS = [...Object.values(FORWARDER_METRICS), ...Object.values(REPLAYER_METRICS)].filter(
  ({ zero }) => zero === "told",
).length;

/** Of the sandboxes in use, the replayer's besides, and of those that start. */
function keyReads({ input, model }: Costing): number {
  const sandboxes = model.get("cost.sandboxes") + 1;
  return sandboxes * HOURS_PER_MONTH * model.get("cost.keyReadsPerSandboxHour") + input.coldStartsPerMonth;
}

/** @param reads a month: GetSecretValue */
export const keyItems = ({ priceOf }: Costing, reads: number): CostItem[] => [
  item("secret", "Secret with the API key", priceOf("secret-month", 1)),
  item("secret-reads", "Reads of the secret", priceOf("secret-call", reads)),
];

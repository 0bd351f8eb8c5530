import { FORWARDER_METRICS, REPLAYER_METRICS } from "../../functions/metrics/metrics.ts";
import { cloudwatchItems } from "./cloudwatch-cost.ts";
import { type Costing, item, MB_PER_GB } from "./costing.ts";
import { networkItems } from "./network-cost.ts";
import type { CostItem } from "./types.ts";

/** Log group → subscription → forwarder → intake. */
export function lambdaItems(costing: Costing): CostItem[] {
  return [
    ...cloudwatchItems(costing),
    ...forwarderItems(costing, costing.deliveries),
    ...networkItems(costing, {
      sentGb: costing.textGb * costing.input.wireRatioLambda,
      driverGb: costing.driverGb,
    }),
  ];
}

/** The function itself, in so many invocations a month. */
export function forwarderItems(
  { input, model, events, ingestedGb, priceOf }: Costing,
  invocations: number,
): CostItem[] {
  const gbSeconds = (ms: number) => (ms / 1_000) * (input.forwarderMemoryMb / MB_PER_GB);
  const running = gbSeconds(
    invocations * input.billedMsPerDelivery + (events / 1_000) * input.billedMsPerThousandEvents,
  );
  // Billed since 2025-08: https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase (2026-11)
  const starting = gbSeconds(input.coldStartsPerMonth * input.billedMsPerColdStart);
  const duration = `lambda-${input.arch}-gb-second` as const;
  const ownLogGb = (invocations * model.get("cost.forwarderLogBytes")) / 1e9;
  return [
    item("lambda-requests", "Lambda requests", priceOf("lambda-request", invocations)),
    item("lambda-compute", "Lambda duration", priceOf(duration, running)),
    item("lambda-init", "Lambda cold starts (init)", priceOf(duration, starting, running)),
    item("forwarder-logs", "Forwarder's own logs", priceOf("logs-ingestion", ownLogGb, ingestedGb)),
    item("forwarder-metrics", "Forwarder's metrics", priceOf("metric-month", METRICS)),
    item("secret", "Secret with the API key", priceOf("secret-month", 1)),
  ];
}

/** Those that are there all the time: AWS charges for the hours in which a metric has a value, and the others rarely do. */
const METRICS = [...Object.values(FORWARDER_METRICS), ...Object.values(REPLAYER_METRICS)].filter(
  ({ zero }) => zero === "told",
).length;

import {
  type FORWARDER_METRICS,
  METRIC_DIMENSION,
  METRIC_NAMESPACE,
  type REPLAYER_METRICS,
} from "../../../functions/metrics/metrics.ts";

type OwnMetric = keyof typeof FORWARDER_METRICS | keyof typeof REPLAYER_METRICS;
type Statistic = "average" | "sum" | "maximum" | "minimum";

/** The dimension as a tag. */
export const FUNCTION_TAG = METRIC_DIMENSION.toLowerCase();

/**
 * A metric of ours as Datadog's AWS integration calls it: `LagNewest` of `Sidecarless` is `sidecarless.lag_newest`, which is
 * the average; other statistics are metrics of their own. Datadog lists those of the namespace `ECS/ContainerInsights` so:
 * `ecs.containerinsights.cpu_reserved`, `ecs.containerinsights.cpu_reserved.maximum`.
 * https://docs.datadoghq.com/integrations/amazon_ecs/ (2026-11)
 */
export function datadogMetric(metric: OwnMetric, statistic: Statistic = "average"): string {
  const name = `${METRIC_NAMESPACE.toLowerCase()}.${snakeCase(metric)}`;
  return statistic === "average" ? name : `${name}.${statistic}`;
}

const snakeCase = (name: string) => name.replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`).toLowerCase();

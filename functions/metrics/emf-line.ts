import { METRIC_DIMENSION, METRIC_NAMESPACE, type MetricRow } from "./metrics.ts";

/**
 * One line in CloudWatch's embedded metric format: metrics without a call to the metrics API. What is zero, false or
 * empty is left out, but for metrics whose zero is to be told.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 *
 * @param metrics which of the fields become metrics; the others are properties.
 */
export function emfLine(
  fields: Readonly<Record<string, unknown>>,
  metrics: Readonly<Record<string, MetricRow>>,
  functionName: string,
  now: number,
): string {
  const told = Object.entries(fields).filter(([name, value]) =>
    metrics[name]?.zero === "told" ? value !== undefined : !isNothing(value),
  );
  return JSON.stringify({
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: [[METRIC_DIMENSION]],
          Metrics: told.filter(([name]) => name in metrics).map(([Name]) => ({ Name })),
        },
      ],
    },
    [METRIC_DIMENSION]: functionName,
    ...Object.fromEntries(told),
  });
}

const isNothing = (value: unknown) => !value || (typeof value === "object" && Object.keys(value).length === 0);

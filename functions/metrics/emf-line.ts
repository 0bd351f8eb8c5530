import { METRIC_DIMENSION, METRIC_NAMESPACE } from "./metrics.ts";

/**
 * One line in CloudWatch's embedded metric format: metrics without a call to the metrics API.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 *
 * @param metrics names and units of the fields that become metrics; those missing from `fields` are left out.
 */
export function emfLine(
  fields: Readonly<Record<string, unknown>>,
  metrics: Readonly<Record<string, string>>,
  functionName: string,
  now: number,
): string {
  const present = Object.entries(metrics).filter(([name]) => fields[name] !== undefined);
  return JSON.stringify({
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: [[METRIC_DIMENSION]],
          Metrics: present.map(([Name, Unit]) => ({ Name, Unit })),
        },
      ],
    },
    [METRIC_DIMENSION]: functionName,
    ...fields,
  });
}

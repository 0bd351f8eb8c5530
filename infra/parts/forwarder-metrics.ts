import { Duration, Lazy } from "aws-cdk-lib";
import { MathExpression, Metric } from "aws-cdk-lib/aws-cloudwatch";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import {
  type FORWARDER_METRICS,
  METRIC_DIMENSION,
  METRIC_NAMESPACE,
  type REPLAYER_METRICS,
  type SUBSCRIBER_METRICS,
} from "../../functions/metrics/metrics.ts";

/** One metric of a function's own report lines. */
export function ownMetric(
  fn: IFunction,
  metricName: keyof typeof FORWARDER_METRICS | keyof typeof REPLAYER_METRICS | keyof typeof SUBSCRIBER_METRICS,
  statistic: string,
  period = Duration.minutes(5),
): Metric {
  const dimensionsMap = { [METRIC_DIMENSION]: fn.functionName };
  return new Metric({ namespace: METRIC_NAMESPACE, metricName, dimensionsMap, statistic, period }).attachTo(fn);
}

type Failure = "DeliveryErrors" | "DeliveryThrottling";

/**
 * Failures of the subscription filters of one name, over all log groups, for an alarm. No single metric has that; a query
 * does, and it takes metrics of any dimensions that have this filter's name: those of an account-level filter have one
 * more, `PolicyLevel`. One name a query, and one query an alarm: WHERE knows `=`, `!=` and `AND`.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-metrics-insights-querylanguage.html (2026-11)
 */
export function failuresOfFilter(failure: Failure, filterName: string): MathExpression {
  return new MathExpression({
    expression: `SELECT SUM(${failure}) FROM "AWS/Logs" WHERE FilterName = '${filterName}'`,
    label: failure,
    period: Duration.minutes(5),
  });
}

/**
 * The same for a graph, of several names: a search, which alarms can't have. A graph can have one query only.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html (2026-11)
 */
export function failuresOfFilters(failure: Failure, filterNames: () => readonly string[]): MathExpression {
  const names = Lazy.uncachedString({
    produce: () =>
      filterNames()
        .map((name) => `FilterName="${name}"`)
        .join(" OR "),
  });
  return new MathExpression({
    expression: `SUM(SEARCH('Namespace="AWS/Logs" MetricName="${failure}" (${names})', 'Sum'))`,
    label: failure,
    period: Duration.minutes(5),
  });
}

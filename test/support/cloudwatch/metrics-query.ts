import type { Sample } from "./samples.ts";

/**
 * What a Metrics Insights query sums up.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-metrics-insights-querylanguage.html (2026-11)
 */
export function samplesOfQuery(query: string, samples: readonly Sample[]): Sample[] {
  const [, metricName, source = "", where = ""] =
    /^SELECT SUM\((\w+)\) FROM ("[\w/]+"|SCHEMA\([^)]+\)) WHERE (.+)$/.exec(query) ?? [];
  if (metricName === undefined) throw new Error(`Not modelled: ${query}`);
  const conditions = where.split(" AND ").map((condition) => {
    const [, key, value] = /^(\w+) = '([^']*)'$/.exec(condition) ?? [];
    if (key === undefined) throw new Error(`Not modelled: ${condition}`);
    return [key, value] as const;
  });
  // With SCHEMA only metrics that have exactly these dimensions, otherwise any.
  const [namespace = "", ...schema] = source.replace(/^SCHEMA\(|\)$/g, "").split(/, */);
  return samples.filter(
    (sample) =>
      sample.metricName === metricName &&
      `"${sample.namespace}"` === namespace &&
      (schema.length === 0 || sameNames(Object.keys(sample.dimensions), schema)) &&
      conditions.every(([key, value]) => sample.dimensions[key] === value),
  );
}

const sameNames = (some: readonly string[], others: readonly string[]) =>
  some.toSorted().join() === others.toSorted().join();

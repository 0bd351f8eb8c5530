/** A value of a metric, as CloudWatch gets it. Times are in minutes: its standard resolution. */
export interface Sample {
  readonly minute: number;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
}

/** All values of a metric within a time; none if there were none. */
export interface Statistics {
  readonly Sum: number;
  readonly Minimum: number;
  readonly Maximum: number;
}

interface EmfLine {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
  readonly [field: string]: unknown;
}

/**
 * The values that CloudWatch takes from a line.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function samplesOf(line: string, minute: number): Sample[] {
  const fields = JSON.parse(line) as EmfLine;
  return fields._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) => {
      const dimensions = Object.fromEntries(names.map((name) => [name, String(fields[name])]));
      return Metrics.filter(({ Name }) => typeof fields[Name] === "number").map(({ Name }) => ({
        minute,
        namespace: Namespace,
        metricName: Name,
        dimensions,
        value: fields[Name] as number,
      }));
    }),
  );
}

/** Finds what some metrics had within a time. */
export type Between = (fromMinute: number, untilMinute: number) => Statistics | undefined;

export function statisticsOf(samples: readonly Sample[]): Between {
  const byMinute = Map.groupBy(samples, ({ minute }) => minute);
  return (from, until) => {
    let found: Statistics | undefined;
    for (let minute = from; minute < until; minute += 1) {
      for (const { value } of byMinute.get(minute) ?? []) {
        found = {
          Sum: (found?.Sum ?? 0) + value,
          Minimum: Math.min(found?.Minimum ?? value, value),
          Maximum: Math.max(found?.Maximum ?? value, value),
        };
      }
    }
    return found;
  };
}

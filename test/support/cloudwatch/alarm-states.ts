import { samplesOfQuery } from "./metrics-query.ts";
import { type Sample, type Statistics, statisticsOf } from "./samples.ts";
import { evaluateMath, type Series } from "./series.ts";

/** A small model of how CloudWatch judges alarms, as far as alarms here need it. It throws at whatever else. */

export type State = "OK" | "ALARM" | "INSUFFICIENT_DATA";

interface Metric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
}

/** Properties of an AWS::CloudWatch::Alarm, with references resolved. */
export interface AlarmProperties extends Partial<Metric> {
  readonly Statistic?: keyof Statistics;
  readonly Period?: number;
  readonly Metrics?: readonly {
    readonly Id: string;
    readonly Expression?: string;
    readonly Period?: number;
    readonly MetricStat?: { readonly Metric: Metric; readonly Period: number; readonly Stat: keyof Statistics };
    readonly ReturnData?: boolean;
  }[];
  readonly Threshold: number;
  readonly ComparisonOperator: "GreaterThanThreshold" | "LessThanThreshold";
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
  readonly TreatMissingData: "breaching" | "notBreaching";
  readonly WarmUpConfiguration?: { readonly WarmUpPeriodDurationInMinutes: number };
}

export interface Judging {
  /** The minute of the deployment. */
  readonly createdAt: number;
  readonly until: number;
  /**
   * How many periods more than its own an alarm looks at if some have no value. AWS does not say, but for one example:
   * two. What a test says must hold for several.
   */
  readonly extraPeriods: number;
}

export interface Change {
  readonly minute: number;
  readonly state: State;
}

/** The states that an alarm goes through. It begins without enough data, and is judged every minute. */
export function statesOf(alarm: AlarmProperties, samples: readonly Sample[], judging: Judging): Change[] {
  const { createdAt, until, extraPeriods } = judging;
  const range = alarm.EvaluationPeriods + extraPeriods;
  const valuesAt = valuesOf(alarm, samples, range);
  const changes: Change[] = [{ minute: createdAt, state: "INSUFFICIENT_DATA" }];
  let warmUp = createdAt + (alarm.WarmUpConfiguration?.WarmUpPeriodDurationInMinutes ?? 0);
  for (let minute = createdAt; minute <= until; minute += 1) {
    const values = valuesAt(minute);
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-warm-up.html (2026-11)
    if (minute < warmUp && values.filter((value) => value !== undefined).length < alarm.EvaluationPeriods) continue;
    warmUp = minute;
    const state = stateOf(values, alarm);
    if (state !== changes.at(-1)?.state) changes.push({ minute, state });
  }
  return changes;
}

/**
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html (2026-11)
 * @param values of the evaluation range, the newest last
 */
export function stateOf(values: Series, alarm: Omit<AlarmProperties, "Metrics">): State {
  const { EvaluationPeriods: periods, DatapointsToAlarm = periods, TreatMissingData } = alarm;
  const real = values.filter((value) => value !== undefined).slice(-periods);
  const bad = real.filter((value) => breaches(value, alarm)).length;
  const missing = TreatMissingData === "breaching" ? periods - real.length : 0;
  return bad + missing >= DatapointsToAlarm ? "ALARM" : "OK";
}

function breaches(value: number, { ComparisonOperator, Threshold }: Omit<AlarmProperties, "Metrics">): boolean {
  if (ComparisonOperator === "GreaterThanThreshold") return value > Threshold;
  if (ComparisonOperator === "LessThanThreshold") return value < Threshold;
  throw new Error(`Not modelled: ${ComparisonOperator}`);
}

/** The values of an alarm's last `range` periods. Periods end at the minute of the look: they slide. */
function valuesOf(alarm: AlarmProperties, samples: readonly Sample[], range: number): (minute: number) => Series {
  const series = (chosen: readonly Sample[], statistic: keyof Statistics, periodS: number) => {
    const between = statisticsOf(chosen);
    const length = periodS / 60;
    // Looks of one minute and of the next share most of their periods.
    const known = new Map<number, number | undefined>();
    const valueUntil = (end: number): number | undefined => {
      if (!known.has(end)) known.set(end, between(end - length, end)?.[statistic]);
      return known.get(end);
    };
    return (minute: number): Series =>
      Array.from({ length: range }, (_, i) => valueUntil(minute - (range - 1 - i) * length));
  };
  if (!alarm.Metrics) {
    const { Statistic = "Sum", Period = 300 } = alarm;
    return series(samplesOfMetric(alarm as Metric, samples), Statistic, Period);
  }
  const metrics = alarm.Metrics.flatMap(({ Id, MetricStat }) =>
    MetricStat
      ? [[Id, series(samplesOfMetric(MetricStat.Metric, samples), MetricStat.Stat, MetricStat.Period)] as const]
      : [],
  );
  const result = alarm.Metrics.find(({ Expression, ReturnData }) => Expression && ReturnData !== false);
  if (!result?.Expression) throw new Error("Not modelled: an alarm on several metrics without an expression");
  const { Expression, Period = 300 } = result;
  if (Expression.startsWith("SELECT ")) return series(samplesOfQuery(Expression, samples), "Sum", Period);
  return (minute) =>
    evaluateMath(Expression, Object.fromEntries(metrics.map(([id, valuesAt]) => [id, valuesAt(minute)])));
}

function samplesOfMetric({ Namespace, MetricName, Dimensions = [] }: Metric, samples: readonly Sample[]): Sample[] {
  const wanted = Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]));
  return samples.filter(
    ({ namespace, metricName, dimensions }) =>
      namespace === Namespace &&
      metricName === MetricName &&
      Object.keys(dimensions).length === Dimensions.length &&
      Object.entries(wanted).every(([name, value]) => dimensions[name] === value),
  );
}

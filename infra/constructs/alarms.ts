import { Duration } from "aws-cdk-lib";
import {
  Alarm,
  ComparisonOperator,
  type IAlarmAction,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import {
  type FORWARDER_METRICS,
  METRIC_DIMENSION,
  METRIC_NAMESPACE,
  type REPLAYER_METRICS,
} from "../../functions/metrics/metrics.ts";
import { FILTER_NAME } from "../parts/subscriptions.ts";
import type { Forwarder } from "./forwarder.ts";

export interface ForwarderAlarmsProps {
  readonly forwarder: Forwarder;
  /** Told when an alarm goes off, and when it is over. @default nobody: the alarms only show their state */
  readonly actions?: readonly IAlarmAction[];
  /** Where `docs/operations.md` can be read by whoever is called. @default the path in the repository */
  readonly runbookUrl?: string;
  /** How long undelivered logs may keep coming before it is an alarm. @default 15 minutes */
  readonly undeliveredFor?: Duration;
  /** @default 1 hour */
  readonly oldestStored?: Duration;
  /** Age of the newest event of a delivery when it is through. @default 10 minutes */
  readonly lag?: Duration;
}

/** One metric of a function's own lines. */
export function ownMetric(
  fn: IFunction,
  metricName: keyof typeof FORWARDER_METRICS | keyof typeof REPLAYER_METRICS,
  statistic: string,
  period = Duration.minutes(5),
): Metric {
  const dimensionsMap = { [METRIC_DIMENSION]: fn.functionName };
  return new Metric({ namespace: METRIC_NAMESPACE, metricName, dimensionsMap, statistic, period });
}

/** Failures of the subscriptions made here, over all log groups. No single metric has that; a query does. */
export function subscriptionMetric(name: "DeliveryErrors" | "DeliveryThrottling"): MathExpression {
  return new MathExpression({
    expression: `SELECT SUM(${name}) FROM SCHEMA("AWS/Logs", LogGroupName, DestinationType, FilterName) WHERE DestinationType = 'Lambda' AND FilterName = '${FILTER_NAME}'`,
    label: name,
    period: Duration.minutes(5),
  });
}

interface Watch {
  /** Also the name of its section in docs/operations.md. */
  readonly id: string;
  /** What happened, in a sentence. */
  readonly what: string;
  readonly metric: IMetric;
  /** The alarm goes off above it. */
  readonly threshold: number;
  /** How many of the metric's periods in a row. @default 1 */
  readonly periods?: number;
  /** @default NOT_BREACHING: these metrics come only with deliveries, and no deliveries are no failure. */
  readonly missing?: TreatMissingData;
}

/** Every way in which logs can fail to arrive, as an alarm. Each says what happened and where to read what to do. */
export class ForwarderAlarms extends Construct {
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: ForwarderAlarmsProps) {
    super(scope, id);
    const runbook = props.runbookUrl ?? "docs/operations.md";
    this.alarms = watches(props).map((watch) => {
      const alarm = new Alarm(this, pascalCase(watch.id), {
        alarmDescription: `${watch.what} What to do: ${runbook}#${watch.id}`,
        metric: watch.metric,
        threshold: watch.threshold,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluationPeriods: watch.periods ?? 1,
        treatMissingData: watch.missing ?? TreatMissingData.NOT_BREACHING,
      });
      if (props.actions?.length) {
        alarm.addAlarmAction(...props.actions);
        alarm.addOkAction(...props.actions);
      }
      return alarm;
    });
  }
}

function watches(props: ForwarderAlarmsProps): Watch[] {
  const { function: fn, replayer, replayEvery } = props.forwarder;
  const { undeliveredFor = Duration.minutes(15), oldestStored = Duration.hours(1), lag = Duration.minutes(10) } = props;
  const fiveMinutes = { period: Duration.minutes(5), statistic: "Sum" };
  const lambdaMetric = (metricName: string) => fn.metric(metricName, fiveMinutes);
  return [
    {
      id: "accounting-gap",
      what: "Log events were received and neither delivered, dropped by a rule, stored nor handed back: a defect.",
      metric: new MathExpression({
        expression: "ABS(gap)",
        usingMetrics: { gap: ownMetric(fn, "AccountingGap", "Sum") },
        period: Duration.minutes(5),
      }),
      threshold: 0,
    },
    {
      id: "undelivered",
      what: `Datadog has not taken logs for ${undeliveredFor.toMinutes()} minutes; they are stored and will be replayed.`,
      metric: ownMetric(fn, "Undelivered", "Sum"),
      threshold: 0,
      periods: Math.max(1, Math.ceil(undeliveredFor.toMinutes() / 5)),
    },
    {
      id: "rejected",
      what: "Datadog refused logs for good; they are stored under rejected/ and wait for a person.",
      metric: new MathExpression({
        expression: "FILL(forwarder, 0) + FILL(replayer, 0)",
        usingMetrics: {
          forwarder: ownMetric(fn, "Rejected", "Sum"),
          replayer: ownMetric(replayer, "ReplayRejected", "Sum"),
        },
        period: Duration.minutes(5),
      }),
      threshold: 0,
    },
    {
      id: "unreadable",
      what: "A delivery could not be read; it is stored whole under unreadable/.",
      metric: ownMetric(fn, "Unreadable", "Sum"),
      threshold: 0,
    },
    {
      id: "set-aside",
      what: "Stored objects failed too often while others were sent, and are set aside; the replayer's last line with ReplaySetAside above 0 names their keys, and why.",
      metric: ownMetric(replayer, "ReplaySetAside", "Sum"),
      threshold: 0,
    },
    {
      id: "oldest-stored",
      what: `Undelivered logs have been stored for more than ${oldestStored.toMinutes()} minutes, or the replayer does not run.`,
      metric: ownMetric(replayer, "OldestStored", "Maximum", Duration.minutes(15)),
      threshold: oldestStored.toMilliseconds(),
      // The replayer reports at every run, however little there is to do: silence means that it does not run.
      missing: TreatMissingData.BREACHING,
      periods: Math.max(2, Math.ceil((2 * replayEvery.toMinutes()) / 15)),
    },
    {
      id: "lag",
      what: `Even the newest events are more than ${lag.toMinutes()} minutes old when they are delivered.`,
      metric: ownMetric(fn, "LagNewest", "Minimum"),
      threshold: lag.toMilliseconds(),
      periods: 3,
    },
    {
      id: "errors",
      what: "The forwarder fails; Lambda keeps the deliveries and tries again twice.",
      metric: fn.metricErrors(fiveMinutes),
      threshold: 0,
      periods: 2,
    },
    {
      id: "replayer-errors",
      what: "The replayer fails, so what is stored stays there.",
      metric: replayer.metricErrors(fiveMinutes),
      threshold: 0,
      periods: 2,
    },
    {
      id: "throttles",
      what: "Lambda refuses deliveries because the concurrency limit is reached; CloudWatch Logs tries again for a day.",
      metric: fn.metricThrottles(fiveMinutes),
      threshold: 0,
      periods: 3,
    },
    {
      id: "delivery-errors",
      what: "CloudWatch Logs can't hand logs to the forwarder. If it may not invoke it, those logs are skipped: loss.",
      metric: subscriptionMetric("DeliveryErrors"),
      threshold: 0,
    },
    {
      id: "delivery-throttling",
      what: "CloudWatch Logs is throttled while it hands logs to the forwarder; it tries again for a day.",
      metric: subscriptionMetric("DeliveryThrottling"),
      threshold: 0,
      periods: 3,
    },
    {
      id: "on-failure-destination",
      what: "Lambda gave up on deliveries and wrote them to the bucket under aws/lambda/async/.",
      metric: lambdaMetric("AsyncEventsDropped"),
      threshold: 0,
    },
    {
      id: "destination-failures",
      what: "Lambda gave up on deliveries and could not write them to the bucket either: those logs are lost to Datadog.",
      metric: lambdaMetric("DestinationDeliveryFailures"),
      threshold: 0,
    },
  ];
}

const pascalCase = (id: string) => id.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

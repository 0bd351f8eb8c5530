import { Duration } from "aws-cdk-lib";
import {
  Alarm,
  type CfnAlarm,
  ComparisonOperator,
  type IAlarmAction,
  type IMetric,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import { forEachFilterName, type NamedFilters } from "../parts/alarms/each-filter-name.ts";
import { type AlarmTuning, MAX_WARM_UP, tuningProblems } from "../parts/alarms/tuning.ts";
import { ALARM_IDS, type AlarmId, WATCHES, type Watch, type Watched } from "../parts/alarms/watches.ts";
import type { Forwarder, ISender } from "./forwarder.ts";
import type { LogGroupSubscriber } from "./log-group-subscriber.ts";

export type { AlarmId, AlarmTuning };

export interface ForwarderAlarmsProps extends AlarmTuning {
  readonly forwarder: Forwarder;
  /** What subscribes log groups to it by a rule. @default nothing does: no alarms for it */
  readonly subscriber?: LogGroupSubscriber;
  /** Told when an alarm goes off, and when it is over. @default nobody: the alarms only show their state */
  readonly actions?: readonly IAlarmAction[];
}

/** Every way in which logs can fail to arrive, as an alarm. Each says what happened and where to read what to do. */
export class ForwarderAlarms extends Construct {
  /** All of them. One is added for each further name that subscription filters have, when the app is complete. */
  readonly alarms: readonly Alarm[];
  /** Each by its id, such as to add an action to some only. Without those that are left out. */
  readonly byId: Readonly<Partial<Record<AlarmId, Alarm>>>;

  constructor(scope: Construct, id: string, props: ForwarderAlarmsProps) {
    super(scope, id);
    const { alarms, byId } = addAlarms(this, watchesOf(props), props.forwarder, props);
    this.alarms = alarms;
    this.byId = byId;
  }
}

export interface SenderAlarmsProps extends Pick<AlarmTuning, "runbookUrl" | "without" | "periods"> {
  readonly sender: ISender;
  /** What subscribes log groups by a rule. @default nothing does: no alarms for it */
  readonly subscriber?: LogGroupSubscriber;
  /** Told when an alarm goes off, and when it is over. @default nobody: the alarms only show their state */
  readonly actions?: readonly IAlarmAction[];
}

/** What concerns an account without a forwarder. */
const SENDER_ALARMS = [
  "delivery-errors",
  "delivery-throttling",
  "not-subscribed",
  "subscriber-errors",
  "subscriber-silent",
] as const;

/** What can fail in an account that sends to another account's forwarder, whose alarms don't see it. */
export class SenderAlarms extends Construct {
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: SenderAlarmsProps) {
    super(scope, id);
    const watches = SENDER_ALARMS.flatMap((alarmId): [AlarmId, Watch][] => {
      const watch = WATCHES[alarmId]({ subscriber: props.subscriber });
      return watch && !props.without?.includes(alarmId)
        ? [[alarmId, withPeriods(watch, props.periods?.[alarmId])]]
        : [];
    });
    this.alarms = addAlarms(this, watches, props.sender, props).alarms;
  }
}

function addAlarms(
  scope: Construct,
  watches: readonly [AlarmId, Watch][],
  filters: NamedFilters,
  props: Pick<ForwarderAlarmsProps, "actions" | keyof AlarmTuning>,
) {
  const problems = tuningProblems(props);
  if (problems.length > 0) throw new Error(`${scope.node.path}: ${problems.join(" ")}`);
  const alarms: Alarm[] = [];
  const byId: Partial<Record<AlarmId, Alarm>> = {};
  const add = (alarmId: AlarmId, watch: Watch, metric: IMetric, suffix = "") => {
    const alarm = newAlarm(scope, pascalCase(alarmId) + suffix, watch, metric, howTo(alarmId, props.runbookUrl));
    if (props.actions?.length) {
      alarm.addAlarmAction(...props.actions);
      alarm.addOkAction(...props.actions);
    }
    alarms.push(alarm);
    byId[alarmId] ??= alarm;
  };
  for (const [alarmId, watch] of watches) {
    const { metric } = watch;
    if (typeof metric !== "function") add(alarmId, watch, metric);
    else forEachFilterName(scope, filters, (name, suffix) => add(alarmId, watch, metric(name), suffix));
  }
  return { alarms, byId };
}

function watchesOf(props: ForwarderAlarmsProps): [AlarmId, Watch][] {
  const limits = {
    undeliveredFor: props.undeliveredFor ?? Duration.minutes(15),
    oldestStored: props.oldestStored ?? Duration.hours(1),
    lag: props.lag ?? Duration.minutes(10),
    queueAge: props.queueAge ?? Duration.minutes(30),
    silenceAfter: props.silenceAfter,
  };
  const { function: fn, replayer, replayEvery, stream } = props.forwarder;
  const watched: Watched = { function: fn, replayer, replayEvery, stream, subscriber: props.subscriber };
  return ALARM_IDS.flatMap((alarmId) => {
    const watch: Watch | undefined = WATCHES[alarmId](watched, limits);
    if (!watch || props.without?.includes(alarmId)) return [];
    return [[alarmId, withPeriods(watch, props.periods?.[alarmId])]];
  });
}

const withPeriods = (watch: Watch, periods: number | undefined): Watch =>
  periods === undefined ? watch : { ...watch, periods };

function newAlarm(
  scope: Construct,
  constructId: string,
  { what, threshold = 0, ringsForNothing, periods = 1 }: Watch,
  metric: IMetric,
  howToRead: string,
): Alarm {
  const alarm = new Alarm(scope, constructId, {
    alarmDescription: `${what} ${howToRead}`,
    metric,
    evaluationPeriods: periods,
    ...(ringsForNothing
      ? {
          threshold: 1,
          comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
          treatMissingData: TreatMissingData.BREACHING,
        }
      : {
          threshold,
          comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
          // These metrics come only with deliveries and runs, or only if something fails: none is no failure.
          treatMissingData: TreatMissingData.NOT_BREACHING,
        }),
  });
  if (ringsForNothing) waitForFirstData(alarm, metric, periods);
  return alarm;
}

/**
 * A new alarm has no data, and would go off at once. Until there is enough it waits, for no longer than it looks back and
 * the minutes that a deployment, and metrics, take.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-warm-up.html (2026-11; in the registry of
 * resources of all regions, by the schemas of cfn-lint 1.58)
 */
function waitForFirstData(alarm: Alarm, metric: IMetric, periods: number): void {
  const periodS = metric.toMetricConfig().metricStat?.period.toSeconds() ?? 300;
  const minutes = Math.min((periods * periodS) / 60 + 15, MAX_WARM_UP.toMinutes());
  const resource = alarm.node.defaultChild as CfnAlarm;
  resource.addPropertyOverride("WarmUpConfiguration", { WarmUpPeriodDurationInMinutes: minutes });
}

const howTo = (id: AlarmId, runbookUrl: string | undefined) =>
  runbookUrl === undefined
    ? `What to do: see the section ${id} of docs/operations.md in the npm package sidecarless.`
    : `What to do: ${runbookUrl}#${id}`;

const pascalCase = (id: string) => id.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

import { Duration } from "aws-cdk-lib";
import { type IMetric, MathExpression } from "aws-cdk-lib/aws-cloudwatch";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { failuresOfFilter, ownMetric } from "../forwarder-metrics.ts";
import { givenUpRecords, type ReadStream, streamMetric } from "../kinesis/stream-metrics.ts";

/** What is watched. */
export interface Watched {
  readonly function: IFunction;
  readonly replayer: IFunction;
  readonly replayEvery: Duration;
  /** Undefined: it reads none. */
  readonly stream?: ReadStream;
  /** Undefined: log groups are not subscribed by a rule. */
  readonly subscriber?: WatchedSubscriber;
}

export interface WatchedSubscriber {
  readonly function: IFunction;
  readonly every: Duration;
}

export interface WatchLimits {
  readonly undeliveredFor: Duration;
  readonly oldestStored: Duration;
  readonly lag: Duration;
  readonly queueAge: Duration;
  /** Nothing: no such alarm. */
  readonly silenceAfter?: Duration;
}

export interface Watch {
  /** What happened, in a sentence or two that end with a full stop. */
  readonly what: string;
  /** One for each filter name, if the metric is a filter's. */
  readonly metric: IMetric | ((filterName: string) => IMetric);
  /** The alarm goes off above it. @default 0: at the first */
  readonly threshold?: number;
  /** The alarm goes off if nothing comes, neither a value above 0 nor any value at all. @default false */
  readonly ringsForNothing?: boolean;
  /** How many of the metric's periods must be so. @default 1 */
  readonly periods?: number;
}

const PERIOD = Duration.minutes(5);

/** A period has a run, so that runs that fail one after the other are in periods one after the other. */
const runPeriod = (every: Duration) =>
  Duration.minutes(Math.ceil(Math.max(PERIOD.toSeconds(), every.toSeconds()) / 60));

/**
 * Every way in which logs can fail to arrive: id of the alarm → what it watches. The id is the name of its section in
 * docs/operations.md, and part of its logical id: with another id it is another alarm, without the history.
 *
 * Each watches one metric, and no arithmetic is done with two: AWS says what an expression makes of a missing value, and
 * not what it makes of a metric that has never had one. Counts may be missing where they are zero.
 */
export const WATCHES = {
  "accounting-gap": ({ function: fn }) => ({
    what: "Log events were received and neither delivered, dropped by a rule, stored nor handed back: a defect.",
    // Not the sum: one event too many and one too few within a period would hide each other. Both are the same metric,
    // so that neither has a value without the other.
    metric: new MathExpression({
      expression: "ABS(most) + ABS(least)",
      usingMetrics: {
        most: ownMetric(fn, "AccountingGap", "Maximum"),
        least: ownMetric(fn, "AccountingGap", "Minimum"),
      },
      period: PERIOD,
    }),
  }),
  undelivered: ({ function: fn }, { undeliveredFor }) => ({
    what: `Datadog has not taken logs for ${undeliveredFor.toHumanString()}; they are stored and will be replayed.`,
    metric: ownMetric(fn, "Undelivered", "Sum"),
    periods: Math.max(1, Math.ceil(undeliveredFor.toSeconds() / PERIOD.toSeconds())),
  }),
  rejected: ({ function: fn }) => ({
    what: "Datadog refused logs for good; they are stored under rejected/ and wait for a person.",
    metric: ownMetric(fn, "Rejected", "Sum"),
  }),
  "replay-rejected": ({ replayer, replayEvery }) => ({
    what: "Datadog refused stored logs for good when they were replayed; they are under rejected/ and wait for a person.",
    metric: ownMetric(replayer, "ReplayRejected", "Sum", runPeriod(replayEvery)),
  }),
  returned: ({ function: fn }) => ({
    what: "Neither Datadog nor the bucket took logs; they were handed back to whoever sent them, to be tried again.",
    metric: ownMetric(fn, "Returned", "Sum"),
    periods: 2,
  }),
  unreadable: ({ function: fn }) => ({
    what: "A delivery could not be read; it is stored whole under unreadable/.",
    metric: ownMetric(fn, "Unreadable", "Sum"),
  }),
  "replay-unreadable": ({ replayer, replayEvery }) => ({
    what: "Something under undelivered/ in the bucket is no stored payload; it is now under rejected/.",
    metric: ownMetric(replayer, "ReplayUnreadable", "Sum", runPeriod(replayEvery)),
  }),
  "set-aside": ({ replayer, replayEvery }) => ({
    what: "Stored objects failed too often, though the intake takes others or answers at least, and are set aside; the replayer's last line with ReplaySetAside above 0 names their keys, and why.",
    metric: ownMetric(replayer, "ReplaySetAside", "Sum", runPeriod(replayEvery)),
  }),
  "oldest-stored": ({ replayer, replayEvery }, { oldestStored }) => ({
    what: `Undelivered logs have been stored for more than ${oldestStored.toHumanString()}.`,
    metric: ownMetric(replayer, "OldestStored", "Maximum", runPeriod(replayEvery)),
    threshold: oldestStored.toMilliseconds(),
    periods: 2,
  }),
  "replayer-silent": ({ replayer, replayEvery }) => {
    // Three runs, so that one that is late or throttled is no alarm; and one may last a quarter of an hour.
    const quietFor = Duration.seconds(Math.max(30 * 60, 3 * replayEvery.toSeconds()));
    return {
      what: `The replayer has not run for ${quietFor.toHumanString()}: its schedule is off, or Lambda does not start it. What is stored stays there.`,
      // Lambda's own count: it is there whatever the function writes, and if it fails.
      metric: replayer.metricInvocations({ statistic: "Sum", period: PERIOD }),
      ringsForNothing: true,
      periods: Math.ceil(quietFor.toSeconds() / PERIOD.toSeconds()),
    };
  },
  silence: ({ function: fn }, { silenceAfter }) => {
    if (!silenceAfter) return undefined;
    // Alarms with periods of less than an hour look back no more than a day.
    const period = silenceAfter.toSeconds() > Duration.days(1).toSeconds() ? Duration.hours(1) : PERIOD;
    return {
      what: `The forwarder has received no log event for ${silenceAfter.toHumanString()}. Is every log group still subscribed?`,
      metric: ownMetric(fn, "Received", "Sum", period),
      ringsForNothing: true,
      periods: Math.ceil(silenceAfter.toSeconds() / period.toSeconds()),
    };
  },
  lag: ({ function: fn }, { lag }) => ({
    what: `Even the newest events are more than ${lag.toHumanString()} old when they are delivered.`,
    metric: ownMetric(fn, "LagNewest", "Minimum"),
    threshold: lag.toMilliseconds(),
    periods: 3,
  }),
  errors: ({ function: fn }) => ({
    what: "The forwarder fails; Lambda keeps the deliveries and tries again twice.",
    metric: fn.metricErrors({ statistic: "Sum", period: PERIOD }),
    periods: 2,
  }),
  "replayer-errors": ({ replayer, replayEvery }) => ({
    what: "The replayer fails, so what is stored stays there.",
    metric: replayer.metricErrors({ statistic: "Sum", period: runPeriod(replayEvery) }),
    periods: 2,
  }),
  throttles: ({ function: fn }) => ({
    what: "Lambda can't run deliveries because the concurrency limit is reached; it keeps them in its queue, for six hours at most, then writes them to the bucket.",
    metric: fn.metricThrottles({ statistic: "Sum", period: PERIOD }),
    periods: 3,
  }),
  "queue-age": ({ function: fn }, { queueAge }) => ({
    what: `Deliveries have waited in Lambda's queue for more than ${queueAge.toHumanString()}; after six hours at most Lambda writes them to the bucket.`,
    metric: fn.metric("AsyncEventAge", { statistic: "Maximum", period: PERIOD }),
    threshold: queueAge.toMilliseconds(),
  }),
  "iterator-age": ({ function: fn, stream }, { queueAge }) =>
    stream && {
      what: `Records have waited in the stream for more than ${queueAge.toHumanString()}: the forwarder does not keep up, or a batch fails again and again.`,
      // Lambda's, and not Kinesis': a shard whose batch fails is not read, and is not in Kinesis' age.
      metric: fn.metric("IteratorAge", { statistic: "Maximum", period: PERIOD }),
      threshold: queueAge.toMilliseconds(),
    },
  "stream-unread": ({ stream }) =>
    stream && {
      what: "Lambda does not read the stream: its event source is disabled, or the forwarder's role may not read. Records are lost to Datadog when the stream drops them.",
      // Lambda reads every shard about once a second, also where there is nothing.
      metric: streamMetric(stream, "GetRecords.Success", "Sum", PERIOD),
      ringsForNothing: true,
      periods: 3,
    },
  "stream-throttled": ({ stream }) =>
    stream && {
      what: "The stream takes no more from CloudWatch Logs, which tries again for 24 hours: more comes than the stream has grown to, or one log stream fills a shard.",
      metric: streamMetric(stream, "WriteProvisionedThroughputExceeded", "Sum", PERIOD),
      periods: 3,
    },
  "batches-given-up": ({ stream }) =>
    stream && {
      what: "Lambda gave up on batches of the stream and wrote them to the bucket under aws/lambda/; the replayer hands them to the forwarder again.",
      metric: givenUpRecords(stream, PERIOD),
    },
  "not-subscribed": ({ subscriber }: Pick<Watched, "subscriber">) =>
    subscriber && {
      what: "Log groups that the rule wants are not subscribed as it says: they are full of filters, the subscriber's role may not subscribe them, or CloudWatch Logs throttles it. Their logs don't arrive. Its last line with SubscriberUnmet above 0 names some, and why.",
      metric: ownMetric(subscriber.function, "SubscriberUnmet", "Maximum", runPeriod(subscriber.every)),
      // One that was only throttled has its next turn.
      periods: 2,
    },
  "subscriber-errors": ({ subscriber }: Pick<Watched, "subscriber">) =>
    subscriber && {
      what: "The subscriber fails: new log groups are not subscribed, and what the rule does not want any more stays.",
      metric: subscriber.function.metricErrors({ statistic: "Sum", period: runPeriod(subscriber.every) }),
      periods: 2,
    },
  "subscriber-silent": ({ subscriber }: Pick<Watched, "subscriber">) => {
    if (!subscriber) return undefined;
    // Three runs, as of the replayer.
    const period = runPeriod(subscriber.every);
    return {
      what: `The subscriber has not run for ${Duration.seconds(3 * period.toSeconds()).toHumanString()}: its schedule is off, or Lambda does not start it. New log groups are not subscribed.`,
      metric: subscriber.function.metricInvocations({ statistic: "Sum", period }),
      ringsForNothing: true,
      periods: 3,
    };
  },
  "delivery-errors": () => ({
    what: "CloudWatch Logs can't hand logs over. If it may not invoke the forwarder, or write to its stream, those logs are skipped: loss.",
    metric: (filterName) => failuresOfFilter("DeliveryErrors", filterName),
  }),
  "delivery-throttling": () => ({
    what: "CloudWatch Logs is throttled while it hands logs over; it tries again for 24 hours.",
    metric: (filterName) => failuresOfFilter("DeliveryThrottling", filterName),
    periods: 3,
  }),
  "on-failure-destination": ({ function: fn }) => ({
    what: "Lambda gave up on deliveries and wrote them to the bucket under aws/lambda/async/; the replayer hands them to the forwarder again.",
    metric: fn.metric("AsyncEventsDropped", { statistic: "Sum", period: PERIOD }),
  }),
  "destination-failures": ({ function: fn }) => ({
    what: "Lambda gave up on deliveries and could not write them to the bucket either: those logs are lost to Datadog.",
    metric: fn.metric("DestinationDeliveryFailures", { statistic: "Sum", period: PERIOD }),
  }),
} as const satisfies Readonly<Record<string, (watched: Watched, limits: WatchLimits) => Watch | undefined>>;

/** An alarm's id, which is also the name of its section in docs/operations.md. */
export type AlarmId = keyof typeof WATCHES;

export const ALARM_IDS = Object.keys(WATCHES) as readonly AlarmId[];

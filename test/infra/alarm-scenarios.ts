import type { Report } from "../../functions/metrics/report.ts";
import type { AlarmId } from "../../infra/parts/alarms/watches.ts";
import { FORWARDER, REPLAYER, SUBSCRIBER } from "../support/cloudwatch/deployed-alarms.ts";
import {
  delivery,
  eventSourceSamples,
  every,
  lambdaSamples,
  replay,
  streamSamples,
  subscriberRun,
} from "../support/cloudwatch/forwarder-day.ts";
import type { Sample } from "../support/cloudwatch/samples.ts";

/** For each alarm what must make it ring. */

/** The name of the stack's filters. */
export const FILTER = "sidecarless-logs";

export const SILENCE_MINUTES = 120;

/** When the trouble of a scenario begins and ends, and when the alarms are not looked at any more. */
export const FROM = 60;
export const UNTIL = 240;
export const END = 480;

interface World {
  readonly replayEvery: number;
  readonly from: number;
  readonly until: number;
}

export type Part = (world: World) => readonly Sample[];

export const deliveries =
  (everyMinutes: number, report?: Partial<Report>): Part =>
  ({ from, until }) =>
    every(everyMinutes, from, until, (minute) => delivery(minute, report));
export const replays =
  (counts?: Parameters<typeof replay>[1]): Part =>
  ({ from, until, replayEvery }) =>
    every(replayEvery, from, until, (minute) => replay(minute, counts));
const ofLambda =
  (functionName: string, counts: Readonly<Record<string, number>>): Part =>
  ({ from, until, replayEvery }) =>
    every(functionName === REPLAYER ? replayEvery : 1, from, until, (at) => lambdaSamples(at, functionName, counts));
const ofCloudWatchLogs =
  (metricName: string, dimensions: Readonly<Record<string, string>>): Part =>
  ({ from, until }) =>
    every(1, from, until, (minute) => [
      { minute, namespace: "AWS/Logs", metricName, dimensions: { ...dimensions, FilterName: FILTER }, value: 3 },
    ]);
const ofTheStream =
  (counts: Readonly<Record<string, number>>): Part =>
  ({ from, until }) =>
    every(1, from, until, (minute) => streamSamples(minute, counts));
const ofTheEventSource =
  (counts: Readonly<Record<string, number>>): Part =>
  ({ from, until }) =>
    every(1, from, until, (minute) => eventSourceSamples(minute, counts));
/** How often the subscriber runs here. */
export const SUBSCRIBE_EVERY = 15;
const subscribes =
  (unmet: number): Part =>
  ({ from, until }) =>
    every(SUBSCRIBE_EVERY, from, until, (minute) => subscriberRun(minute, unmet));
const OF_A_GROUP = { LogGroupName: "/ecs/a", DestinationType: "Lambda" };
const OF_THE_ACCOUNT = { DestinationType: "Lambda", PolicyLevel: "AccountPolicy" };

export interface Scenario {
  readonly what: string;
  /** Instead of, or beside, what a good day has at that time. */
  readonly trouble: readonly Part[];
  /** The alarm may take so long. */
  readonly withinMinutes: (replayEvery: number) => number;
  /** One minute, or one run of the replayer, must not ring. @default neither: it rings at the first */
  readonly bearsOne?: "minute" | "run";
}

export const reading = ofTheStream({ "GetRecords.Success": 120 });
export const subscribing = subscribes(0);
export const well = [deliveries(1), replays(), reading, subscribing];
const anyHour = (minutes: number) => () => minutes;

export const SCENARIOS: Readonly<Record<AlarmId, readonly Scenario[]>> = {
  "accounting-gap": [
    { what: "an event is lost", trouble: [...well, deliveries(1, { received: 5, delivered: 4 })] },
    { what: "an event is counted twice", trouble: [...well, deliveries(1, { received: 5, delivered: 6 })] },
    {
      what: "one is lost and one counted twice in each minute",
      trouble: [
        ...well,
        deliveries(1, { received: 5, delivered: 4 }),
        deliveries(1, { received: 5, delivered: 6, lagNewestMs: 0 }),
      ],
    },
  ].map((scenario) => ({ ...scenario, withinMinutes: anyHour(1) })),
  undelivered: [
    {
      what: "the intake is down",
      trouble: [deliveries(1, { received: 10, undelivered: 10, lagNewestMs: 9_000 }), replays()],
      withinMinutes: anyHour(15),
      bearsOne: "minute",
    },
  ],
  rejected: [
    {
      what: "the intake refuses an entry, and the replayer has never met one",
      trouble: [deliveries(1, { received: 10, delivered: 9, rejected: 1 }), replays()],
      withinMinutes: anyHour(1),
    },
  ],
  "replay-rejected": [
    {
      what: "the intake refuses a stored entry, and the forwarder has never met one",
      trouble: [deliveries(1), replays({ ReplayedObjects: 1, ReplayRejected: 1 })],
      withinMinutes: anyHour(1),
    },
  ],
  returned: [
    {
      what: "batches of a stream are handed back: Lambda counts no error",
      trouble: [deliveries(1, { received: 10, returned: 10 }), replays()],
      withinMinutes: anyHour(10),
      bearsOne: "minute",
    },
  ],
  unreadable: [
    {
      what: "something else invokes the function",
      trouble: [...well, deliveries(1, { unreadable: 1 })],
      withinMinutes: anyHour(1),
    },
  ],
  "replay-unreadable": [
    {
      what: "something else writes to the bucket",
      trouble: [deliveries(1), replays({ ReplayedObjects: 1, ReplayUnreadable: 1 })],
      withinMinutes: anyHour(1),
    },
  ],
  "set-aside": [
    {
      what: "an object fails again and again",
      trouble: [deliveries(1), replays({ ReplaySetAside: 1 })],
      withinMinutes: anyHour(1),
    },
  ],
  "oldest-stored": [
    {
      what: "what is stored does not get out",
      trouble: [deliveries(1), replays({ OldestStored: 61 * 60_000 })],
      withinMinutes: (replayEvery) => 2 * Math.max(5, replayEvery),
      bearsOne: "run",
    },
  ],
  "replayer-silent": [
    {
      what: "the schedule is off",
      trouble: [deliveries(1)],
      // What it has of the good time must go first, also where it looks back further than it needs.
      withinMinutes: (replayEvery) => Math.max(30, 3 * replayEvery) + 6 * 5,
      bearsOne: "run",
    },
    {
      what: "Lambda may not run it: a throttled invocation is none",
      trouble: [deliveries(1), ofLambda(REPLAYER, { Throttles: 1 })],
      withinMinutes: (replayEvery) => Math.max(30, 3 * replayEvery) + 6 * 5,
      bearsOne: "run",
    },
  ],
  silence: [
    {
      what: "every subscription is gone",
      trouble: [replays()],
      withinMinutes: anyHour(SILENCE_MINUTES + 6 * 5),
      bearsOne: "minute",
    },
    {
      what: "only CloudWatch's own test messages come",
      trouble: [replays(), deliveries(1, { controlMessages: 1 })],
      withinMinutes: anyHour(SILENCE_MINUTES + 6 * 5),
      bearsOne: "minute",
    },
  ],
  lag: [
    {
      what: "everything comes late",
      trouble: [deliveries(1, { received: 10, delivered: 10, lagNewestMs: 11 * 60_000 }), replays()],
      withinMinutes: anyHour(15),
      bearsOne: "minute",
    },
  ],
  errors: [
    {
      what: "every invocation fails, before it reports",
      trouble: [replays(), ofLambda(FORWARDER, { Invocations: 1, Errors: 1, Throttles: 0 })],
      withinMinutes: anyHour(10),
      bearsOne: "minute",
    },
  ],
  "replayer-errors": [
    {
      what: "every run fails",
      trouble: [deliveries(1), ofLambda(REPLAYER, { Invocations: 1, Errors: 1, Throttles: 0 })],
      withinMinutes: (replayEvery) => 2 * Math.max(5, replayEvery),
      bearsOne: "run",
    },
  ],
  throttles: [
    {
      what: "no concurrency is left",
      trouble: [replays(), ofLambda(FORWARDER, { Throttles: 4 })],
      withinMinutes: anyHour(15),
      bearsOne: "minute",
    },
  ],
  "queue-age": [
    {
      what: "deliveries wait for their turn",
      trouble: [...well, ofLambda(FORWARDER, { AsyncEventAge: 31 * 60_000 })],
      withinMinutes: anyHour(1),
    },
  ],
  "iterator-age": [
    {
      what: "a batch fails again and again",
      trouble: [...well, ofLambda(FORWARDER, { IteratorAge: 31 * 60_000 })],
      withinMinutes: anyHour(1),
    },
  ],
  "stream-unread": [
    {
      what: "the event source is disabled",
      trouble: [replays()],
      withinMinutes: anyHour(15 + 6 * 5),
      bearsOne: "minute",
    },
    {
      what: "the role may not read",
      trouble: [replays(), ofTheStream({ "GetRecords.Success": 0 })],
      withinMinutes: anyHour(15 + 6 * 5),
      bearsOne: "minute",
    },
  ],
  "stream-throttled": [
    {
      what: "more comes than the stream takes",
      trouble: [...well, ofTheStream({ WriteProvisionedThroughputExceeded: 5 })],
      withinMinutes: anyHour(15),
      bearsOne: "minute",
    },
  ],
  "batches-given-up": [
    {
      what: "Lambda writes a batch to the bucket",
      trouble: [...well, ofTheEventSource({ OnFailureDestinationDeliveredEventCount: 3 })],
      withinMinutes: anyHour(1),
    },
  ],
  "not-subscribed": [
    {
      what: "log groups are full of filters",
      trouble: [deliveries(1), replays(), reading, subscribes(3)],
      withinMinutes: anyHour(2 * SUBSCRIBE_EVERY),
      bearsOne: "minute",
    },
  ],
  "subscriber-errors": [
    {
      what: "it may not list the log groups",
      trouble: [
        ({ from, until }) =>
          every(SUBSCRIBE_EVERY, from, until, (minute) =>
            lambdaSamples(minute, SUBSCRIBER, { Invocations: 1, Errors: 1 }),
          ),
      ],
      withinMinutes: anyHour(2 * SUBSCRIBE_EVERY),
      bearsOne: "minute",
    },
  ],
  "subscriber-silent": [
    {
      what: "the schedule is off",
      trouble: [deliveries(1), replays(), reading],
      withinMinutes: anyHour((3 + 6) * SUBSCRIBE_EVERY),
      bearsOne: "minute",
    },
  ],
  "delivery-errors": [
    {
      what: "CloudWatch Logs may not invoke the function for a log group",
      trouble: [replays(), ofCloudWatchLogs("DeliveryErrors", OF_A_GROUP)],
      withinMinutes: anyHour(1),
    },
    {
      what: "the same with an account-level subscription",
      trouble: [replays(), ofCloudWatchLogs("DeliveryErrors", OF_THE_ACCOUNT)],
      withinMinutes: anyHour(1),
    },
  ],
  "delivery-throttling": [
    {
      what: "CloudWatch Logs is throttled for a log group",
      trouble: [...well, ofCloudWatchLogs("DeliveryThrottling", OF_A_GROUP)],
      withinMinutes: anyHour(15),
      bearsOne: "minute",
    },
    {
      what: "the same with an account-level subscription",
      trouble: [...well, ofCloudWatchLogs("DeliveryThrottling", OF_THE_ACCOUNT)],
      withinMinutes: anyHour(15),
      bearsOne: "minute",
    },
  ],
  "on-failure-destination": [
    {
      what: "Lambda gives up on a delivery",
      trouble: [...well, ofLambda(FORWARDER, { AsyncEventsDropped: 1 })],
      withinMinutes: anyHour(1),
    },
  ],
  "destination-failures": [
    {
      what: "the bucket does not take what Lambda gave up on",
      trouble: [...well, ofLambda(FORWARDER, { DestinationDeliveryFailures: 1 })],
      withinMinutes: anyHour(1),
    },
  ],
};

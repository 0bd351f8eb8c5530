import { emfLine } from "../../../functions/metrics/emf-line.ts";
import {
  FORWARDER_METRICS,
  type MetricRow,
  REPLAYER_METRICS,
  SUBSCRIBER_METRICS,
} from "../../../functions/metrics/metrics.ts";
import { type Report, reportFields } from "../../../functions/metrics/report.ts";
import { EVENT_SOURCE, FORWARDER, REPLAYER, STREAM, SUBSCRIBER } from "./deployed-alarms.ts";
import { type Sample, samplesOf } from "./samples.ts";

/** What CloudWatch gets of a forwarder and its replayer: from the lines they write, and from Lambda itself. */

const NOTHING: Report = {
  received: 0,
  delivered: 0,
  filtered: 0,
  sampledOut: 0,
  joinedAway: 0,
  undelivered: 0,
  rejected: 0,
  returned: 0,
  unreadable: 0,
  controlMessages: 0,
  truncated: 0,
  redated: 0,
  bytesIn: 0,
  rawBytesIn: 0,
  bytesOut: 0,
  requests: 0,
  redacted: 0,
  metadataPartial: 0,
  coldStart: false,
  durationsMs: { decode: 0, metadata: 0, enrich: 0, send: 0, store: 0 },
  reasons: {},
  notes: {},
};

const WELL: Partial<Report> = { received: 10, delivered: 10, lagNewestMs: 2_000, lagOldestMs: 6_000 };

type Counts = Readonly<Record<string, number>>;

const samplesIn =
  (namespace: string, dimensions: Readonly<Record<string, string>>) =>
  (minute: number, counts: Counts): Sample[] =>
    Object.entries(counts).map(([metricName, value]) => ({ minute, namespace, metricName, dimensions, value }));

/** What Kinesis counts. */
export const streamSamples = samplesIn("AWS/Kinesis", { StreamName: STREAM });
/** What Lambda counts of what it reads for the forwarder. */
export const eventSourceSamples = samplesIn("AWS/Lambda", { EventSourceMappingUUID: EVENT_SOURCE });

/** What Lambda counts of an invocation that it ran. */
const RAN = { Invocations: 1, Errors: 0, Throttles: 0, AsyncEventAge: 40, AsyncEventsReceived: 1 };

export const lambdaSamples = (minute: number, functionName: string, counts: Counts) =>
  samplesIn("AWS/Lambda", { FunctionName: functionName })(minute, counts);

type Rows = Readonly<Record<string, MetricRow>>;

const allTold = (metrics: Rows): Rows =>
  Object.fromEntries(Object.entries(metrics).map(([name, row]) => [name, { ...row, zero: "told" }]));

/** A line of the forwarder, with every zero. */
export const forwarderLine = (report: Partial<Report>, metrics: Rows = allTold(FORWARDER_METRICS)) =>
  emfLine(reportFields({ ...NOTHING, ...report }), metrics, FORWARDER, 0);

/** With every zero. @param report what of it is not as on a good day */
export const delivery = (minute: number, report: Partial<Report> = WELL): Sample[] => [
  ...samplesOf(forwarderLine(report), minute),
  ...lambdaSamples(minute, FORWARDER, RAN),
];

type ReplayerMetric = keyof typeof REPLAYER_METRICS;

/** With every zero. @param counts what of it is not zero */
export function replay(minute: number, counts: Partial<Record<ReplayerMetric, number>> = {}): Sample[] {
  const zeros = Object.fromEntries(Object.keys(REPLAYER_METRICS).map((name) => [name, 0]));
  const line = emfLine({ ...zeros, ...counts }, allTold(REPLAYER_METRICS), REPLAYER, 0);
  return [...samplesOf(line, minute), ...lambdaSamples(minute, REPLAYER, RAN)];
}

/** A run of the subscriber. @param unmet log groups that are not as the rule says */
export function subscriberRun(minute: number, unmet: number): Sample[] {
  const fields = { SubscriberLogGroups: 300, SubscriberChanges: 0, SubscriberUnmet: unmet };
  const line = emfLine(fields, SUBSCRIBER_METRICS, SUBSCRIBER, 0);
  return [...samplesOf(line, minute), ...lambdaSamples(minute, SUBSCRIBER, RAN)];
}

/** From one minute to another, every so often. */
export const every = (minutes: number, from: number, until: number, make: (minute: number) => readonly Sample[]) =>
  Array.from({ length: Math.ceil((until - from) / minutes) }, (_, i) => make(from + i * minutes)).flat();

const ROWS: Rows = { ...FORWARDER_METRICS, ...REPLAYER_METRICS };

/** What there is of that in the lines that the functions write. */
export const asWritten = (samples: readonly Sample[]) =>
  samples.filter(({ metricName, value }) => value !== 0 || ROWS[metricName]?.zero !== "leftOut");

/** What there would be at least: no zero of the functions, or of Lambda. A lag of zero stays, being the smallest. */
export const withoutZeros = (samples: readonly Sample[]) =>
  samples.filter(({ metricName, value }) => value !== 0 || metricName.startsWith("Lag"));

import { FATE_NAMES, FATES, type Fate } from "../records/fates.ts";

/** Names of all metrics, for the functions that write them and the alarms that watch them. */

export const METRIC_NAMESPACE = "Sidecarless";

/** The one dimension: the function's name. */
export const METRIC_DIMENSION = "FunctionName";

export interface MetricRow {
  /** For people. Lines don't say it: it would be a fifth of them, and no alarm or graph asks for it. */
  readonly unit: "events" | "deliveries" | "objects" | "log groups" | "ms";
  /**
   * `told`: it is in a line even if it is 0. `leftOut`: no such metric in a line means 0, which is what nearly every line
   * would say. A sum is the same without its zeros; a smallest value or a percentile is not.
   */
  readonly zero: "told" | "leftOut";
}

type FateMetric = (typeof FATES)[Fate]["metric"];

/** What happens to nearly every event is in every line, so that a graph of it has no holes. */
const FATE_METRICS = Object.fromEntries(
  FATE_NAMES.map((fate): [FateMetric, MetricRow] => {
    const { metric, isTerm } = FATES[fate];
    return [metric, { unit: isTerm ? "events" : "deliveries", zero: fate === "delivered" ? "told" : "leftOut" }];
  }),
) as Readonly<Record<FateMetric, MetricRow>>;

/**
 * Which fields of an invocation's line are metrics. The others stay in the line as properties, for Logs Insights: a
 * metric costs money every month, a property does not. The line itself does, too: at low volume it costs as much as the
 * invocation.
 */
export const FORWARDER_METRICS = {
  Received: { unit: "events", zero: "told" },
  ...FATE_METRICS,
  AccountingGap: { unit: "events", zero: "leftOut" },
  LagNewest: { unit: "ms", zero: "told" },
  LagOldest: { unit: "ms", zero: "told" },
} as const satisfies Readonly<Record<string, MetricRow>>;

/** The same for a run of the replayer. There are few, and that they are there tells that it runs. */
export const REPLAYER_METRICS = {
  ReplayedObjects: { unit: "objects", zero: "told" },
  ReplayedEvents: { unit: "events", zero: "told" },
  ReplayRejected: { unit: "events", zero: "told" },
  ReplayUnreadable: { unit: "objects", zero: "told" },
  ReplaySetAside: { unit: "objects", zero: "told" },
  OldestStored: { unit: "ms", zero: "told" },
} as const satisfies Readonly<Record<string, MetricRow>>;

/** The same for a run of the subscriber. */
export const SUBSCRIBER_METRICS = {
  SubscriberLogGroups: { unit: "log groups", zero: "told" },
  SubscriberChanges: { unit: "log groups", zero: "told" },
  SubscriberUnmet: { unit: "log groups", zero: "told" },
} as const satisfies Readonly<Record<string, MetricRow>>;

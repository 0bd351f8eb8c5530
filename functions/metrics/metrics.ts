import { FATE_NAMES, FATES, type Fate } from "../records/fates.ts";

/** Names and units of all metrics, for the functions that write them and the alarms that watch them. */

export const METRIC_NAMESPACE = "Sidecarless";

/** The one dimension: the function's name. */
export const METRIC_DIMENSION = "FunctionName";

type FateMetric = (typeof FATES)[Fate]["metric"];

const FATE_METRICS = Object.fromEntries(FATE_NAMES.map((fate) => [FATES[fate].metric, "Count"])) as Readonly<
  Record<FateMetric, "Count">
>;

/**
 * Which fields of an invocation's line are metrics. The others stay in the line as properties, for Logs Insights: a
 * metric costs money every month, a property does not.
 */
export const FORWARDER_METRICS = {
  Received: "Count",
  ...FATE_METRICS,
  AccountingGap: "Count",
  LagNewest: "Milliseconds",
  LagOldest: "Milliseconds",
} as const;

/** The same for a run of the replayer. */
export const REPLAYER_METRICS = {
  ReplayedObjects: "Count",
  ReplayedEvents: "Count",
  ReplayRejected: "Count",
  ReplayUnreadable: "Count",
  ReplaySetAside: "Count",
  OldestStored: "Milliseconds",
} as const;

/** Names and units of all metrics, for the functions that write them and the alarms that watch them. */

export const METRIC_NAMESPACE = "Sidecarless";

/** The one dimension: the function's name. */
export const METRIC_DIMENSION = "FunctionName";

/**
 * Which fields of an invocation's line are metrics. The others stay in the line as properties, for Logs Insights: a
 * metric costs money every month, a property does not.
 */
export const FORWARDER_METRICS = {
  Received: "Count",
  Delivered: "Count",
  Filtered: "Count",
  SampledOut: "Count",
  Undelivered: "Count",
  Rejected: "Count",
  Returned: "Count",
  Unreadable: "Count",
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
  OldestStored: "Milliseconds",
} as const;

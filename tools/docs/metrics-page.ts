import {
  FORWARDER_METRICS,
  type MetricRow,
  REPLAYER_METRICS,
  SUBSCRIBER_METRICS,
} from "../../functions/metrics/metrics.ts";
import { markdownTable } from "./markdown-table.ts";

interface Words {
  readonly counts: string;
  /** When it is in a line, if that is neither always nor above zero. */
  readonly when?: string;
}
type WordsOf<Metrics> = { readonly [Metric in keyof Metrics]: Words };

const FORWARDER: WordsOf<typeof FORWARDER_METRICS> = {
  Received: { counts: "log events in the deliveries that could be read" },
  Delivered: { counts: "the intake took them" },
  Filtered: { counts: "a rule dropped them" },
  SampledOut: { counts: "a rule's sampling dropped them" },
  JoinedAway: { counts: "joined to another, whose fate they share" },
  Undelivered: { counts: "stored, will be sent again" },
  Rejected: { counts: "stored, need a person" },
  Returned: { counts: "handed back to the caller" },
  Unreadable: { counts: "stored whole: how many events are in one, nobody can tell" },
  AccountingGap: { counts: "received, and none of the above: a defect", when: "if not zero" },
  LagNewest: { counts: "age of the newest event when the invocation ended", when: "with events" },
  LagOldest: { counts: "age of the oldest", when: "with events" },
};

const REPLAYER: WordsOf<typeof REPLAYER_METRICS> = {
  ReplayedObjects: { counts: "it handled them to their end" },
  ReplayedEvents: { counts: "it delivered them" },
  ReplayRejected: { counts: "refused for good, now under `rejected/`" },
  ReplayUnreadable: { counts: "not ours" },
  ReplaySetAside: { counts: "[set aside](operations.md#set-aside)" },
  OldestStored: { counts: "age of the oldest log that still waits" },
};

const SUBSCRIBER: WordsOf<typeof SUBSCRIBER_METRICS> = {
  SubscriberLogGroups: { counts: "it looked at them" },
  SubscriberChanges: { counts: "it made, changed or removed their filters" },
  SubscriberUnmet: {
    counts: "the rule wants them, and they are not [subscribed as it says](operations.md#not-subscribed)",
  },
};

/** The table of docs/own-logs.md: what each function's line has as metrics. */
export const metricsTable = (): string =>
  markdownTable(
    ["function", "metric", "unit", "in its line", "what it counts"],
    [
      ...rowsOf("forwarder", FORWARDER_METRICS, FORWARDER),
      ...rowsOf("replayer", REPLAYER_METRICS, REPLAYER),
      ...rowsOf("subscriber", SUBSCRIBER_METRICS, SUBSCRIBER),
    ],
  );

function rowsOf<Metric extends string>(
  writer: string,
  metrics: Readonly<Record<Metric, MetricRow>>,
  words: Readonly<Record<Metric, Words>>,
): string[][] {
  return (Object.keys(metrics) as Metric[]).map((metric) => {
    const { unit, zero } = metrics[metric];
    const { counts, when = zero === "told" ? "always" : "if above zero" } = words[metric];
    return [writer, `\`${metric}\``, unit, when, counts];
  });
}

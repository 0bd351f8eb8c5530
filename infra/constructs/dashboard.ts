import { Duration } from "aws-cdk-lib";
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  LogQueryVisualizationType,
  LogQueryWidget,
  SingleValueWidget,
} from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import { FATE_NAMES, FATES } from "../../functions/records/fates.ts";
import { failuresOfFilters, ownMetric } from "../parts/forwarder-metrics.ts";
import { givenUpRecords, type ReadStream, streamMetric } from "../parts/kinesis/stream-metrics.ts";
import type { ForwarderAlarms } from "./alarms.ts";
import type { Forwarder } from "./forwarder.ts";

export interface ForwarderDashboardProps {
  /** Of this stack or another one of the app, in the same region. */
  readonly forwarder: Forwarder;
  readonly alarms?: ForwarderAlarms;
}

/** Where the logs are, on one page: what came in, where it went, how late, and what waits. */
export class ForwarderDashboard extends Construct {
  readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, { forwarder, alarms }: ForwarderDashboardProps) {
    super(scope, id);
    this.dashboard = new Dashboard(this, "Dashboard");
    if (alarms) {
      // The list itself: alarms of filters that are subscribed later are in it when the dashboard is written.
      this.dashboard.addWidgets(
        new AlarmStatusWidget({ title: "Alarms", alarms: alarms.alarms as Alarm[], width: 24 }),
      );
    }
    this.dashboard.addWidgets(...accounting(forwarder));
    this.dashboard.addWidgets(...store(forwarder));
    this.dashboard.addWidgets(...lambda(forwarder));
    if (forwarder.stream) this.dashboard.addWidgets(...stream(forwarder, forwarder.stream));
    this.dashboard.addWidgets(reasons(forwarder));
  }
}

const graph = (title: string, left: IMetric[], stacked = false) => new GraphWidget({ title, left, stacked, width: 12 });

function accounting({ function: fn }: Forwarder) {
  // Stacked, these are as high as what was received. Deliveries that could not be read stand above.
  const sums = FATE_NAMES.map((fate) => ownMetric(fn, FATES[fate].metric, "Sum"));
  return [
    graph("Where the received events went", sums, true),
    graph("Age of the newest event when it was delivered", [
      ownMetric(fn, "LagNewest", "p50"),
      ownMetric(fn, "LagNewest", "p99"),
    ]),
  ];
}

function store({ function: fn, replayer }: Forwarder) {
  return [
    new SingleValueWidget({
      title: "Accounting gap: most, least (must be 0, or none)",
      // Not the sum, in which +1 and -1 would hide each other.
      metrics: [ownMetric(fn, "AccountingGap", "Maximum"), ownMetric(fn, "AccountingGap", "Minimum")],
      width: 6,
      setPeriodToTimeRange: true,
    }),
    new SingleValueWidget({
      title: "Oldest stored",
      metrics: [ownMetric(replayer, "OldestStored", "Maximum")],
      width: 6,
    }),
    graph("Stored and replayed", [
      ownMetric(fn, "Undelivered", "Sum"),
      ownMetric(replayer, "ReplayedEvents", "Sum"),
      ownMetric(replayer, "ReplayRejected", "Sum"),
    ]),
  ];
}

function lambda(forwarder: Forwarder) {
  const { function: fn, replayer } = forwarder;
  return [
    graph("Forwarder", [fn.metricInvocations(), fn.metricErrors(), fn.metricThrottles(), replayer.metricErrors()]),
    new GraphWidget({
      title: forwarder.stream ? "CloudWatch Logs to forwarder and stream" : "CloudWatch Logs to the forwarder",
      left: [
        failuresOfFilters("DeliveryErrors", () => forwarder.filterNames),
        failuresOfFilters("DeliveryThrottling", () => forwarder.filterNames),
        fn.metric("AsyncEventsDropped", { statistic: "Sum" }),
      ],
      right: [fn.metric("AsyncEventAge", { statistic: "Maximum" })],
      width: 12,
    }),
  ];
}

function stream({ function: fn }: Forwarder, read: ReadStream) {
  const sum = (name: Parameters<typeof streamMetric>[1]) => streamMetric(read, name, "Sum", Duration.minutes(5));
  return [
    new GraphWidget({
      title: "Through the stream",
      left: [
        sum("IncomingRecords"),
        sum("WriteProvisionedThroughputExceeded"),
        givenUpRecords(read, Duration.minutes(5)),
      ],
      right: [sum("IncomingBytes")],
      width: 12,
    }),
    graph("How long records waited in the stream", [
      fn.metric("IteratorAge", { statistic: "Maximum", period: Duration.minutes(5) }),
    ]),
  ];
}

/** The report's properties are not metrics; a query finds them. A count that is not in a line is zero. */
function reasons({ function: fn }: Forwarder) {
  return new LogQueryWidget({
    title: "Why logs were not delivered",
    logGroupNames: [fn.logGroup.logGroupName],
    view: LogQueryVisualizationType.TABLE,
    queryLines: [
      "fields coalesce(Undelivered, 0) as undelivered, coalesce(Rejected, 0) as rejected, coalesce(Returned, 0) as returned",
      "filter undelivered > 0 or rejected > 0 or returned > 0",
      "display @timestamp, undelivered, rejected, returned, @message",
      "sort @timestamp desc",
      "limit 50",
    ],
    width: 24,
  });
}

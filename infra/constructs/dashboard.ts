import {
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
import { type ForwarderAlarms, ownMetric, subscriptionMetric } from "./alarms.ts";
import type { Forwarder } from "./forwarder.ts";

export interface ForwarderDashboardProps {
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
      this.dashboard.addWidgets(new AlarmStatusWidget({ title: "Alarms", alarms: [...alarms.alarms], width: 24 }));
    }
    this.dashboard.addWidgets(...accounting(forwarder));
    this.dashboard.addWidgets(...store(forwarder));
    this.dashboard.addWidgets(...lambda(forwarder));
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
      title: "Accounting gap (must be 0)",
      metrics: [ownMetric(fn, "AccountingGap", "Sum")],
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

function lambda({ function: fn, replayer }: Forwarder) {
  return [
    graph("Forwarder", [fn.metricInvocations(), fn.metricErrors(), fn.metricThrottles(), replayer.metricErrors()]),
    graph("CloudWatch Logs to the forwarder", [
      subscriptionMetric("DeliveryErrors"),
      subscriptionMetric("DeliveryThrottling"),
      fn.metric("AsyncEventsDropped", { statistic: "Sum" }),
    ]),
  ];
}

/** The report's properties are not metrics; a query finds them. */
function reasons({ function: fn }: Forwarder) {
  return new LogQueryWidget({
    title: "Why logs were not delivered",
    logGroupNames: [fn.logGroup.logGroupName],
    view: LogQueryVisualizationType.TABLE,
    queryLines: [
      "filter Undelivered > 0 or Rejected > 0 or Returned > 0",
      "display @timestamp, Undelivered, Rejected, Returned, @message",
      "sort @timestamp desc",
      "limit 50",
    ],
    width: 24,
  });
}

import type { v1 } from "@datadog/datadog-api-client";
import type { Choices } from "./choices.ts";
import { datadogMetric, FUNCTION_TAG } from "./metric-names.ts";
import { TASK_EVENTS } from "./pipeline.ts";

/**
 * CloudWatch's metrics come late: Datadog asks for them every ten minutes, and advises to wait for a quarter of an hour.
 * https://docs.datadoghq.com/integrations/guide/cloud-metric-delay/ (2026-11)
 */
const CLOUDWATCH_DELAY_S = 900;

/** The same as the alarms of CloudWatch have: infra/constructs/alarms.ts. */
const LAG_MS = 10 * 60_000;
const OLDEST_STORED_MS = 60 * 60_000;

/** Monitors by their id, which is part of their mark: it stays, whatever else changes. */
export function monitors(choices: Choices): Readonly<Record<string, v1.Monitor>> {
  const { logs, index, archive } = choices;
  const metricMonitor = metricMonitorFor(choices);
  return {
    "service-silent": monitor(choices, {
      name: "a service that logged is silent",
      type: "log alert",
      query: `logs("(${escaped(logs)}) -(${escaped(TASK_EVENTS)})").index("*").rollup("count").by("service").last("1h") < 1`,
      means: "{{service.name}} logged within the last two days, and has logged nothing for an hour.",
      advice: "Does it run? Is its log group still subscribed? See docs/operations.md, silence.",
      options: {
        thresholds: { critical: 1 },
        // A count that is missing is 0, which is what this looks for.
        onMissingData: "default",
        groupRetentionDuration: "2d",
        // A service that was just deployed may not have begun.
        newGroupDelay: 3600,
        enableLogsSample: false,
      },
    }),
    lag: metricMonitor({
      name: "logs arrive late",
      query: `min(last_15m):min:${datadogMetric("LagNewest")}{*} by {${FUNCTION_TAG}} > ${LAG_MS}`,
      critical: LAG_MS,
      means: `Even the newest events are more than ten minutes old when {{${FUNCTION_TAG}.name}} has delivered them.`,
      section: "lag",
    }),
    undelivered: metricMonitor({
      name: "logs are stored, not delivered",
      query: `avg(last_30m):default_zero(max:${datadogMetric("Undelivered")}{*} by {${FUNCTION_TAG}}) > 0`,
      critical: 0,
      means: `{{${FUNCTION_TAG}.name}} could not deliver logs, and stored them. The replayer sends them later.`,
      section: "undelivered",
    }),
    "oldest-stored": metricMonitor({
      name: "stored logs do not get out",
      query: `min(last_30m):max:${datadogMetric("OldestStored")}{*} by {${FUNCTION_TAG}} > ${OLDEST_STORED_MS}`,
      critical: OLDEST_STORED_MS,
      means: "Undelivered logs have been stored for more than an hour.",
      section: "oldest-stored",
    }),
    rejected: metricMonitor({
      name: "logs are refused for good",
      query: `avg(last_30m):default_zero(max:${datadogMetric("Rejected")}{*} by {${FUNCTION_TAG}}) > 0`,
      critical: 0,
      means: `Datadog refused logs of {{${FUNCTION_TAG}.name}}. They are stored, and need a person.`,
      section: "rejected",
    }),
    loss: metricMonitor({
      name: "the forwarder's sums do not add up",
      query: `max(last_30m):default_zero(abs(avg:${datadogMetric("AccountingGap")}{*} by {${FUNCTION_TAG}})) > 0`,
      critical: 0,
      means: `{{${FUNCTION_TAG}.name}} does not know what became of some events: this is a defect.`,
      section: "accounting-gap",
    }),
    ...(archive && {
      "archive-failing": monitor(choices, {
        name: "nothing is archived",
        type: "query alert",
        // Of all archives together: Datadog does not document the tags of this metric.
        query: "sum(last_4h):default_zero(sum:datadog.archives.logs.count{*}.as_count()) <= 0",
        means: "No log has been written to an archive for four hours.",
        advice: `May the role ${archive.roleName} still write to ${archive.bucket}? Logs > Archiving & Forwarding shows the error; it also becomes an event.`,
        options: { thresholds: { critical: 0 }, requireFullWindow: true, notifyNoData: false },
      }),
    }),
    ...(index && {
      "quota-reached": monitor(choices, {
        name: "the index's daily quota is reached",
        type: "event-v2 alert",
        // https://docs.datadoghq.com/logs/guide/best-practices-for-log-management/ (2026-11)
        query: `events("source:datadog datadog_index:${index.name} \\"daily quota reached\\"").rollup("count").last("24h") >= 1`,
        means: `The index ${index.name} takes no more logs today. Live Tail and the archive still do.`,
        advice: "Which service logs so much? Add an exclusion filter for it, or raise the quota.",
        options: { thresholds: { critical: 1 } },
      }),
    }),
  };
}

interface MonitorParts {
  readonly name: string;
  readonly type: v1.MonitorType;
  readonly query: string;
  readonly means: string;
  readonly advice: string;
  readonly options: v1.MonitorOptions;
}

const monitor = (
  { name: setup, notify }: Choices,
  { name, type, query, means, advice, options }: MonitorParts,
): v1.Monitor => ({
  name: `sidecarless: ${name} (${setup})`,
  type,
  query,
  message: [means, advice, ...(notify.length > 0 ? [notify.join(" ")] : [])].join("\n"),
  // 1 is the highest. Nothing is lost but for a gap in the sums.
  priority: 3,
  options: { includeTags: true, notifyAudit: false, ...options },
});

const metricMonitorFor =
  (choices: Choices) =>
  (parts: Pick<MonitorParts, "name" | "query" | "means"> & { readonly critical: number; readonly section: string }) =>
    monitor(choices, {
      ...parts,
      type: "query alert",
      advice: `What to do: docs/operations.md, ${parts.section}.`,
      options: {
        thresholds: { critical: parts.critical },
        evaluationDelay: CLOUDWATCH_DELAY_S,
        // A function that is not invoked counts nothing.
        requireFullWindow: false,
        notifyNoData: false,
      },
    });

const escaped = (query: string) => query.replaceAll("\\", "\\\\").replaceAll('"', '\\"');

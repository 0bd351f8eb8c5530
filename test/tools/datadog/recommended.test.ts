import { describe, expect, test } from "vitest";
import {
  readStateChange,
  type TaskStateAttributes,
  toEntries,
} from "../../../functions/forwarder/triggers/task-state-change.ts";
import { FORWARDER_METRICS, REPLAYER_METRICS } from "../../../functions/metrics/metrics.ts";
import { apiBodies } from "../../../tools/datadog/plan/api-bodies.ts";
import type { Choices } from "../../../tools/datadog/recommended/choices.ts";
import { FACETS } from "../../../tools/datadog/recommended/facets.ts";
import { datadogMetric } from "../../../tools/datadog/recommended/metric-names.ts";
import { pipeline } from "../../../tools/datadog/recommended/pipeline.ts";
import { type IndexedLog, parseQuery } from "../../support/datadog-api/query.ts";
import { EVERYTHING } from "../../support/datadog-setup.ts";
import { plainEvent } from "../../support/deliveries.ts";

const BOTH: readonly Choices[] = [EVERYTHING, { ...EVERYTHING, statistics: "all" }];

/** Every text in it. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

describe("metrics", () => {
  const names = [...Object.keys(FORWARDER_METRICS), ...Object.keys(REPLAYER_METRICS)] as Parameters<
    typeof datadogMetric
  >[0][];
  const known = new Set(
    names.flatMap((name) => (["average", "sum", "maximum", "minimum"] as const).map((one) => datadogMetric(name, one))),
  );

  test("are called as Datadog calls those of CloudWatch", () => {
    expect(datadogMetric("LagNewest")).toBe("sidecarless.lag_newest");
    expect(datadogMetric("AccountingGap", "maximum")).toBe("sidecarless.accounting_gap.maximum");
    expect(known.size).toBe(4 * names.length);
  });

  test.each(BOTH)("in dashboard and monitors are those that the functions write, $statistics", async (choices) => {
    const texts = textsIn(await apiBodies(choices));
    const used = texts.flatMap((text) => text.match(/(?<=:)sidecarless\.[a-z_.]+/g) ?? []);
    expect(used.length).toBeGreaterThan(10);
    expect(used.filter((name) => !known.has(name))).toEqual([]);
    // Sums and maxima are there only if they were said to be.
    expect(used.some((name) => /\.(sum|maximum)$/.test(name))).toBe(choices.statistics === "all");
  });
});

interface EventQuery {
  readonly data_source?: string;
  readonly compute?: { readonly metric?: string };
  readonly group_by?: readonly { readonly facet: string }[];
}

/** Every log query of a widget. */
function logQueriesIn(value: unknown): EventQuery[] {
  if (typeof value !== "object" || value === null) return [];
  const inner = Object.values(value).flatMap(logQueriesIn);
  return (value as EventQuery).data_source === "logs" ? [value as EventQuery, ...inner] : inner;
}

test("facets are exactly those that the dashboard's log graphs need", async () => {
  const queries = logQueriesIn(await apiBodies(EVERYTHING));
  const used = queries.flatMap(({ compute, group_by: groups = [] }) => [
    ...(compute?.metric === undefined ? [] : [compute.metric]),
    // Every account has it.
    ...groups.map(({ facet }) => facet).filter((facet) => facet !== "service"),
  ]);
  expect([...new Set(used)].toSorted()).toEqual(Object.keys(FACETS).toSorted());
});

const TASK = "0123456789abcdef0123456789abcdef";

/** An event of ECS as the forwarder sends it, and as a pipeline sees it. */
function taskLog(detail: Record<string, unknown>): IndexedLog {
  const change = readStateChange({
    id: "3317b2af-7005-947d-b652-f55e762e571a",
    "detail-type": "ECS Task State Change",
    source: "aws.ecs",
    time: "2026-11-22T12:05:00Z",
    detail: {
      taskArn: `arn:aws:ecs:eu-west-1:111122223333:task/one/${TASK}`,
      clusterArn: "arn:aws:ecs:eu-west-1:111122223333:cluster/one",
      taskDefinitionArn: "arn:aws:ecs:eu-west-1:111122223333:task-definition/shop:7",
      group: "service:shop",
      lastStatus: "STOPPED",
      createdAt: "2026-11-22T12:00:00.000Z",
      pullStartedAt: "2026-11-22T12:00:10.500Z",
      pullStoppedAt: "2026-11-22T12:00:23.750Z",
      startedAt: "2026-11-22T12:00:25.000Z",
      containers: [],
      ...detail,
    },
  });
  const [entry] = change
    ? toEntries(change, { functionArn: "arn:aws:lambda:eu-west-1:111122223333:function:f", said: {} })
    : [];
  if (!entry) throw new Error("no entry");
  const { message, timestamp } = plainEvent(entry.event);
  const { service, status, ddtags, ddsource, ...attributes } = entry.attributes as TaskStateAttributes;
  return {
    id: "1",
    type: "log",
    attributes: {
      timestamp: new Date(timestamp).toISOString(),
      message,
      status: status ?? "info",
      service,
      tags: [...ddtags.split(","), `source:${ddsource}`],
      attributes: { ...attributes },
    },
  };
}

const fits = (query: string | undefined, log: IndexedLog) => {
  const matches = parseQuery(query ?? "");
  if (!matches) throw new Error(`the query is more than the test knows: ${query}`);
  return matches(log);
};

describe("events of ECS tasks", () => {
  const { filter, processors = [] } = pipeline(EVERYTHING);
  const [processor] = processors as { categories: { name: string; filter: { query: string } }[] }[];
  const causeOf = (log: IndexedLog) => processor?.categories.find((one) => fits(one.filter.query, log))?.name;

  // Reasons as ECS writes them: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
  test.each([
    [
      "image not pulled",
      {
        stopCode: "TaskFailedToStart",
        stoppedReason: "CannotPullContainerError: pull image manifest has been retried 5 time(s)",
      },
    ],
    [
      "secret, log or network not ready",
      {
        stopCode: "TaskFailedToStart",
        stoppedReason: "ResourceInitializationError: unable to pull secrets or registry auth",
      },
    ],
    ["failed to start", { stopCode: "TaskFailedToStart", stoppedReason: "Unexpected EC2 error" }],
    [
      "out of memory",
      {
        stopCode: "EssentialContainerExited",
        stoppedReason: "Essential container in task exited",
        containers: [{ name: "app", exitCode: 137, reason: "OutOfMemoryError: Container killed due to memory usage" }],
      },
    ],
    [
      "unhealthy",
      {
        stopCode: "ServiceSchedulerInitiated",
        stoppedReason: "Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:x)",
      },
    ],
    ["unhealthy", { stopCode: "EssentialContainerExited", stoppedReason: "Task failed container health checks" }],
    ["spot capacity taken back", { stopCode: "SpotInterruption", stoppedReason: "Your Spot Task was interrupted." }],
    ["host taken away", { stopCode: "TerminationNotice", stoppedReason: "Your task is stopping" }],
    [
      "ended with an error",
      {
        stopCode: "EssentialContainerExited",
        stoppedReason: "Essential container in task exited",
        containers: [{ name: "app", exitCode: 1 }],
      },
    ],
    [
      "ended",
      {
        stopCode: "EssentialContainerExited",
        stoppedReason: "Essential container in task exited",
        containers: [{ name: "app", exitCode: 0 }],
      },
    ],
    [
      "deployment or scaling",
      { stopCode: "ServiceSchedulerInitiated", stoppedReason: "Scaling activity initiated by (deployment ecs-svc/1)" },
    ],
    ["stopped by a person", { stopCode: "UserInitiated", stoppedReason: "Task stopped by user" }],
    [undefined, { lastStatus: "RUNNING" }],
  ])("%s", (cause, detail) => {
    const log = taskLog(detail);
    expect(fits(filter?.query, log)).toBe(true);
    expect(causeOf(log)).toBe(cause);
  });

  test("have each attribute that the dashboard measures", () => {
    const { attributes } = taskLog({}).attributes;
    const measures = Object.entries(FACETS).flatMap(([path, { type }]) => (type === "measure" ? [path] : []));
    expect(measures.length).toBeGreaterThan(2);
    for (const path of measures) expect(attributes).toHaveProperty(path.slice(1), expect.any(Number));
  });

  test("have the tags that the searches look for", () => {
    expect(taskLog({}).attributes.tags).toEqual(
      expect.arrayContaining(["task_family:shop", expect.stringMatching(/^task_arn:/)]),
    );
  });
});

import type { v1 } from "@datadog/datadog-api-client";
import { FATE_NAMES, FATES } from "../../../functions/records/fates.ts";
import { type Choices, LAMBDA_PATH, SIDECAR_PATH } from "./choices.ts";
import type { MeasurePath } from "./facets.ts";
import { datadogMetric, FUNCTION_TAG } from "./metric-names.ts";
import { TASK_EVENTS } from "./pipeline.ts";
import { group, logQuery, logSeries, metricSeries, timeseries, toplist } from "./widgets.ts";

/** Both paths on one page: how much, how late, what waits, what is lost, and how long tasks take to start. */
export function dashboard(choices: Choices): v1.Dashboard {
  return {
    title: `sidecarless: logs of both paths (${choices.name})`,
    description: "How much is logged, how late it arrives, and what became of it.",
    layoutType: "ordered",
    templateVariables: [
      { name: "service", prefix: "service", defaults: ["*"] },
      { name: "env", prefix: "env", defaults: ["*"] },
      { name: FUNCTION_TAG, prefix: FUNCTION_TAG, defaults: ["*"] },
    ],
    widgets: [
      note(),
      group("Volume", volume(choices)),
      group("The Lambda path: what became of events", fates(choices)),
      group("Lag", lag(choices)),
      group("Loss", loss()),
      group("Tasks: images, starts, ends", tasks()),
    ],
  };
}

const note = (): v1.Widget => ({
  definition: {
    type: "note",
    content: [
      "Graphs of the forwarder need Datadog's AWS integration with custom metrics on; they come up to a quarter of an hour late.",
      "Graphs of tasks need the setting `taskEvents`, and the facets that `npm run datadog -- plan` lists.",
      "A sidecar counts nothing that Datadog could show: compare its volume with what CloudWatch has, or run `npm run compare`.",
    ].join("\n\n"),
    backgroundColor: "white",
    fontSize: "14",
    textAlign: "left",
    showTick: false,
  },
});

function volume({ logs }: Choices): v1.Widget[] {
  return [
    timeseries("Logs by path", "bars", [
      logSeries("Lambda", logQuery(`${LAMBDA_PATH} $service $env`)),
      logSeries("sidecar", logQuery(`${SIDECAR_PATH} $service $env`)),
    ]),
    toplist("Who logs most", logQuery(`(${logs}) $service $env`, { by: "service" })),
    timeseries("Ingested logs by index, and those that an exclusion filter took out", "bars", [
      metricSeries(
        "ingested",
        "sum:datadog.estimated_usage.logs.ingested_events{*} by {datadog_index,datadog_is_excluded}.as_count()",
      ),
    ]),
  ];
}

function fates({ statistics }: Choices): v1.Widget[] {
  const count = (metric: Parameters<typeof datadogMetric>[0]) =>
    statistics === "all"
      ? `sum:${datadogMetric(metric, "sum")}{$${FUNCTION_TAG}}.as_count()`
      : `avg:${datadogMetric(metric)}{$${FUNCTION_TAG}}`;
  const each = statistics === "all" ? "" : " (average of an invocation)";
  return [
    timeseries(
      `Where the received events went${each}`,
      "bars",
      FATE_NAMES.map((fate) => metricSeries(FATES[fate].title, count(FATES[fate].metric))),
    ),
    timeseries(`Stored and sent again${each}`, "bars", [
      metricSeries("undelivered", count("Undelivered")),
      metricSeries("sent again", count("ReplayedEvents")),
      metricSeries("refused when sent again", count("ReplayRejected")),
    ]),
    timeseries("Oldest stored log", "line", [
      metricSeries("age", `max:${datadogMetric("OldestStored")}{*} by {${FUNCTION_TAG}}`, "millisecond"),
    ]),
  ];
}

function lag({ statistics }: Choices): v1.Widget[] {
  const graph = (title: string, metric: "LagNewest" | "LagOldest") =>
    timeseries(title, "line", [
      metricSeries("average", `avg:${datadogMetric(metric)}{$${FUNCTION_TAG}} by {${FUNCTION_TAG}}`, "millisecond"),
      ...(statistics === "all"
        ? [
            metricSeries(
              "largest",
              `max:${datadogMetric(metric, "maximum")}{$${FUNCTION_TAG}} by {${FUNCTION_TAG}}`,
              "millisecond",
            ),
          ]
        : []),
    ]);
  return [
    graph("Age of the newest event when its delivery is through", "LagNewest"),
    graph("Age of the oldest event when its delivery is through", "LagOldest"),
  ];
}

function loss(): v1.Widget[] {
  return [
    timeseries("The forwarder's accounting gap: must be 0, or nothing", "bars", [
      metricSeries("gap", `avg:${datadogMetric("AccountingGap")}{$${FUNCTION_TAG}} by {${FUNCTION_TAG}}`),
    ]),
    timeseries("CloudWatch Logs could not hand over", "bars", [
      metricSeries("errors", "sum:aws.logs.delivery_errors{*} by {loggroupname}.as_count()"),
      metricSeries("throttled", "sum:aws.logs.delivery_throttling{*} by {loggroupname}.as_count()"),
    ]),
    timeseries("The functions' errors and throttles", "bars", [
      metricSeries("errors", `sum:aws.lambda.errors{$${FUNCTION_TAG}} by {${FUNCTION_TAG}}.as_count()`),
      metricSeries("throttles", `sum:aws.lambda.throttles{$${FUNCTION_TAG}} by {${FUNCTION_TAG}}.as_count()`),
    ]),
  ];
}

function tasks(): v1.Widget[] {
  const times = (title: string, metric: MeasurePath) =>
    timeseries(title, "line", [
      logSeries("half of the tasks", logQuery(TASK_FILTER, { aggregation: "median", metric }), "millisecond"),
      logSeries("95 of 100 tasks", logQuery(TASK_FILTER, { aggregation: "pc95", metric }), "millisecond"),
    ]);
  return [
    times("Image pull", "@ecs.pullMs"),
    toplist(
      "Slowest image pulls",
      logQuery(TASK_FILTER, { aggregation: "pc95", metric: "@ecs.pullMs", by: "task_family" }),
    ),
    times("Start, after the images", "@ecs.startMs"),
    times("Waiting for a place and a network interface", "@ecs.provisionMs"),
    toplist("Why tasks stopped", logQuery(`${TASK_FILTER} @ecs.lastStatus:STOPPED`, { by: "@ecs.cause" })),
  ];
}

const TASK_FILTER = `${TASK_EVENTS} $service $env`;

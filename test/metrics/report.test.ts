import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { emfLine } from "../../functions/metrics/emf-line.ts";
import { FORWARDER_METRICS, type MetricRow, REPLAYER_METRICS } from "../../functions/metrics/metrics.ts";
import { type Report, reportFields } from "../../functions/metrics/report.ts";
import { FATE_NAMES, FATES } from "../../functions/records/fates.ts";
import { readEmf } from "../support/emf.ts";

const NOW = 1_795_366_200_000;

const REPORT: Report = {
  received: 29,
  delivered: 6,
  filtered: 5,
  sampledOut: 4,
  joinedAway: 8,
  undelivered: 3,
  rejected: 2,
  returned: 1,
  unreadable: 7,
  controlMessages: 2,
  truncated: 1,
  redated: 1,
  bytesIn: 100,
  rawBytesIn: 1_000,
  bytesOut: 200,
  requests: 2,
  lagNewestMs: 10,
  lagOldestMs: 20,
  rule: "shop",
  coldStart: true,
  redacted: 3,
  metadataPartial: 1,
  durationsMs: { decode: 1.4, metadata: 212.4, enrich: 2.3, send: 160.2, store: 99.9 },
  reasons: { "http 503": 3, "http 400": 2 },
  notes: { "stale connection": 1 },
};

const SANDBOX = { memoryMb: [92, 512] } as const;

/** A delivery of which all went well: the line that is written nearly every time. */
const WELL: Report = {
  ...REPORT,
  ...(Object.fromEntries(FATE_NAMES.map((fate) => [fate, 0])) as Record<keyof typeof FATES, number>),
  delivered: 29,
  controlMessages: 0,
  truncated: 0,
  redated: 0,
  rule: undefined,
  coldStart: false,
  redacted: 0,
  metadataPartial: 0,
  durationsMs: { decode: 1.4, metadata: 0, enrich: 0.3, send: 60.2, store: 0 },
  reasons: {},
  notes: {},
};

const lineOf = (report: Report) => emfLine(reportFields(report, SANDBOX), FORWARDER_METRICS, "forwarder", NOW);
const namesIn = (report: Report) => [...readEmf(lineOf(report)).metrics.keys()];

describe("the report's line", () => {
  test("is in the embedded metric format, with the function's name as its dimension", () => {
    const { timestamp, metrics } = readEmf(lineOf(REPORT));
    expect(timestamp).toBe(NOW);
    for (const metric of metrics.values()) {
      expect(metric).toMatchObject({ namespace: "Sidecarless", dimensions: [{ FunctionName: "forwarder" }] });
    }
  });

  test("tells every figure of the report by its name, long stages, and what the sandbox has", () => {
    const { received, lagNewestMs, lagOldestMs, durationsMs, bytesIn, rawBytesIn, ...others } = REPORT;
    const properties = Object.fromEntries(Object.entries(others).filter(([name]) => !(name in FATES)));
    expect(readEmf(lineOf({ ...REPORT, delivered: 5 })).fields).toEqual({
      FunctionName: "forwarder",
      Received: received,
      ...Object.fromEntries(FATE_NAMES.map((fate) => [FATES[fate].metric, fate === "delivered" ? 5 : REPORT[fate]])),
      AccountingGap: 1,
      LagNewest: lagNewestMs,
      LagOldest: lagOldestMs,
      ...properties,
      ms: 476,
      metadataMs: 212,
      sendMs: 160,
      memoryMb: [92, 512],
    });
  });

  test("of an ordinary delivery has nothing but what is told every time", () => {
    const { _aws, ...fields } = JSON.parse(lineOf(WELL));
    expect(_aws.CloudWatchMetrics[0].Metrics).toEqual(
      ["Received", "Delivered", "LagNewest", "LagOldest"].map((Name) => ({ Name })),
    );
    expect(Object.keys(fields)).toEqual([
      ...["FunctionName", "Received", "Delivered", "LagNewest", "LagOldest"],
      ...["bytesOut", "requests", "ms", "memoryMb"],
    ]);
  });

  test("names no age that is not known, and tells one of zero", () => {
    const { lagNewestMs: _newest, lagOldestMs: _oldest, ...withoutLag } = WELL;
    expect(namesIn(withoutLag)).toEqual(["Received", "Delivered"]);
    expect(namesIn({ ...WELL, lagNewestMs: 0 })).toContain("LagNewest");
  });

  test("has metrics even if there was nothing to count", () => {
    const { lagNewestMs: _newest, lagOldestMs: _oldest, ...nothing } = { ...WELL, received: 0, delivered: 0 };
    expect(readEmf(lineOf(nothing)).metrics.get("Received")?.values).toEqual([0]);
    expect(namesIn(nothing)).toEqual(["Received", "Delivered"]);
  });

  test("of any report is valid, and gives back every count: what is missing is zero", () => {
    const counts = fc.record(
      Object.fromEntries(FATE_NAMES.map((fate) => [fate, fc.oneof(fc.constant(0), fc.nat({ max: 1e9 }))])) as Record<
        keyof typeof FATES,
        fc.Arbitrary<number>
      >,
    );
    const report = fc
      .tuple(counts, fc.nat({ max: 1e9 }), fc.option(fc.integer({ min: -1e9, max: 1e9 }), { nil: undefined }))
      .map(([fates, received, lagNewestMs]): Report => ({ ...WELL, ...fates, received, lagNewestMs }));
    fc.assert(
      fc.property(report, (told) => {
        const { metrics } = readEmf(lineOf(told));
        const valueIn = (name: string) => metrics.get(name)?.values[0];
        for (const fate of FATE_NAMES) expect(valueIn(FATES[fate].metric) ?? 0).toBe(told[fate]);
        expect(valueIn("Received")).toBe(told.received);
        expect(valueIn("LagNewest")).toBe(told.lagNewestMs);
      }),
    );
  });
});

const tables: [string, Readonly<Record<string, MetricRow>>][] = [
  ["forwarder", FORWARDER_METRICS],
  ["replayer", REPLAYER_METRICS],
];

describe.each(tables)("each metric of the %s", (_, metrics) => {
  const zeros = Object.fromEntries(Object.keys(metrics).map((name) => [name, 0]));
  const metricsOf = (fields: Readonly<Record<string, number>>) => readEmf(emfLine(fields, metrics, "fn", NOW)).metrics;

  test.each(Object.keys(metrics))("is in the line when it is not zero: %s", (name) => {
    for (const value of [1, -1, 2_500])
      expect(metricsOf({ ...zeros, [name]: value }).get(name)?.values).toEqual([value]);
  });

  test.each(Object.entries(metrics))("is in it when it is zero, if it must be: %s", (name, { zero }) => {
    expect(metricsOf(zeros).has(name)).toBe(zero === "told");
    // Nor as a property.
    expect(name in readEmf(emfLine(zeros, metrics, "fn", NOW)).fields).toBe(zero === "told");
  });
});

test("every run of the replayer tells all of its metrics: that one is missing is an alarm", () => {
  expect(Object.values(REPLAYER_METRICS).map(({ zero }) => zero)).not.toContain("leftOut");
});

test("a graph of what nearly every event meets has no holes, and a smallest age is the smallest", () => {
  const told = Object.entries(FORWARDER_METRICS).filter(([, { zero }]) => zero === "told");
  expect(told.map(([name]) => name)).toEqual(["Received", "Delivered", "LagNewest", "LagOldest"]);
});

describe("the reader of the format, which these tests rest on", () => {
  const good = {
    _aws: {
      Timestamp: NOW,
      CloudWatchMetrics: [{ Namespace: "N", Dimensions: [["D"]], Metrics: [{ Name: "M", Unit: "Count" }] }],
    },
    D: "d",
    M: 1,
  };
  const directive = good._aws.CloudWatchMetrics[0];
  const withDirective = (more: Record<string, unknown>) => ({
    ...good,
    _aws: { ...good._aws, CloudWatchMetrics: [{ ...directive, ...more }] },
  });

  test("takes a line that is right", () => {
    expect(readEmf(JSON.stringify(good)).metrics.get("M")).toEqual({
      namespace: "N",
      dimensions: [{ D: "d" }],
      unit: "Count",
      values: [1],
    });
  });

  test.each([
    ["text around it", `x${JSON.stringify(good)}`],
    ["two lines", `${JSON.stringify(good)}\n`],
    ["no _aws", JSON.stringify({ D: "d", M: 1 })],
    ["no Timestamp", JSON.stringify({ ...good, _aws: { ...good._aws, Timestamp: undefined } })],
    ["a member that is not in the format", JSON.stringify({ ...good, _aws: { ...good._aws, Version: 1 } })],
    ["a metric without a value", JSON.stringify({ ...good, M: undefined })],
    ["a value that is no number", JSON.stringify({ ...good, M: "1" })],
    ["a value that JSON can't hold", JSON.stringify({ ...good, M: Number.NaN })],
    ["a dimension without a value", JSON.stringify({ ...good, D: undefined })],
    ["a dimension that is no text", JSON.stringify({ ...good, D: 1 })],
    ["a unit that is none", JSON.stringify(withDirective({ Metrics: [{ Name: "M", Unit: "events" }] }))],
    ["no metrics", JSON.stringify(withDirective({ Metrics: [] }))],
    ["no dimensions", JSON.stringify(withDirective({ Dimensions: [] }))],
    ["no namespace", JSON.stringify(withDirective({ Namespace: "" }))],
    ["a member twice", JSON.stringify(good).replace('"M":1', '"M":1,"M":2')],
  ])("refuses %s", (_what, line) => {
    expect(() => readEmf(line)).toThrow();
  });
});

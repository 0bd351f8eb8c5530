import { describe, expect, it } from "vitest";
import { emfLine } from "../../functions/metrics/emf-line.ts";
import { FORWARDER_METRICS } from "../../functions/metrics/metrics.ts";
import { type Report, reportFields } from "../../functions/metrics/report.ts";

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
  controlMessages: 0,
  truncated: 1,
  redated: 1,
  bytesIn: 100,
  rawBytesIn: 1_000,
  bytesOut: 200,
  requests: 2,
  lagNewestMs: 10,
  lagOldestMs: 20,
  coldStart: true,
  redacted: 0,
  metadataPartial: 0,
  durationsMs: { decode: 1, metadata: 1, enrich: 2, send: 3, store: 4 },
  reasons: { "http 503": 3, "http 400": 2 },
  notes: { "stale connection": 1 },
};

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
describe("the report's line", () => {
  const line = emfLine(reportFields(REPORT), FORWARDER_METRICS, "forwarder", NOW);
  const parsed = JSON.parse(line);

  it("is one line in the embedded metric format, with the function's name as its dimension", () => {
    expect(line).not.toMatch(/[\r\n]/);
    expect(parsed._aws).toEqual({
      Timestamp: NOW,
      CloudWatchMetrics: [
        {
          Namespace: "Sidecarless",
          Dimensions: [["FunctionName"]],
          Metrics: Object.entries(FORWARDER_METRICS).map(([Name, Unit]) => ({ Name, Unit })),
        },
      ],
    });
    expect(parsed.FunctionName).toBe("forwarder");
  });

  it("holds a number for every metric it names, and no more metrics than the format allows", () => {
    const metrics: { Name: string; Unit: string }[] = parsed._aws.CloudWatchMetrics[0].Metrics;
    expect(metrics.length).toBeLessThanOrEqual(100);
    for (const { Name, Unit } of metrics) {
      expect(parsed[Name], Name).toBeTypeOf("number");
      expect(["Count", "Milliseconds"]).toContain(Unit);
    }
  });

  it("tells every figure of the report, the gap included", () => {
    const { received, delivered, filtered, sampledOut, joinedAway, undelivered, rejected, returned, ...others } =
      REPORT;
    const { unreadable, lagNewestMs, lagOldestMs, ...properties } = others;
    const { _aws, ...fields } = parsed;
    expect(fields).toEqual({
      FunctionName: "forwarder",
      Received: received,
      Delivered: delivered,
      Filtered: filtered,
      SampledOut: sampledOut,
      JoinedAway: joinedAway,
      Undelivered: undelivered,
      Rejected: rejected,
      Returned: returned,
      Unreadable: unreadable,
      AccountingGap: 0,
      LagNewest: lagNewestMs,
      LagOldest: lagOldestMs,
      ...properties,
    });
  });

  it("names no metric that it has no number for", () => {
    const { lagNewestMs: _newest, lagOldestMs: _oldest, ...withoutLag } = REPORT;
    const { _aws } = JSON.parse(emfLine(reportFields(withoutLag), FORWARDER_METRICS, "forwarder", NOW));
    const names = _aws.CloudWatchMetrics[0].Metrics.map(({ Name }: { Name: string }) => Name);
    expect(names).toEqual(Object.keys(FORWARDER_METRICS).filter((name) => !name.startsWith("Lag")));
  });

  it("shows a gap", () => {
    expect(reportFields({ ...REPORT, delivered: 5 })).toMatchObject({ AccountingGap: 1 });
  });
});

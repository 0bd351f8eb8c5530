import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emfLine } from "../../functions/metrics/emf-line.ts";
import { FORWARDER_METRICS } from "../../functions/metrics/metrics.ts";
import {
  accountingGap,
  type Counts,
  countSettled,
  lag,
  type Report,
  reportFields,
} from "../../functions/metrics/report.ts";
import type { Outcome, Settled } from "../../functions/records/payload.ts";
import { events } from "../support/deliveries.ts";

const NOW = 1_795_366_200_000;

const REPORT: Report = {
  received: 21,
  delivered: 6,
  filtered: 5,
  sampledOut: 4,
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
  joinedAway: 0,
  redacted: 0,
  metadataPartial: 0,
  durationsMs: { decode: 1, metadata: 1, enrich: 2, send: 3, store: 4 },
  reasons: { "http 503": 3, "http 400": 2 },
  notes: { "stale connection": 1 },
};

const settled = (entryCount: number, outcome: Outcome): Settled => ({
  payload: { body: new Uint8Array(), entryCount, rawBytes: 0, firstEventMs: 0, lastEventMs: 0 },
  outcome,
});

describe("the account", () => {
  it("has no gap if every event went somewhere, and as large a gap as any count is off", () => {
    expect(accountingGap(REPORT)).toBe(0);
    expect(accountingGap({ ...REPORT, received: 24 })).toBe(3);
    for (const name of ["delivered", "filtered", "sampledOut", "undelivered", "rejected", "returned"] as const) {
      expect(accountingGap({ ...REPORT, [name]: REPORT[name] + 1 } satisfies Counts), name).toBe(-1);
    }
  });

  it("counts entries, not payloads, by outcome and by reason", () => {
    const all = [
      settled(5, { status: "delivered" }),
      settled(3, { status: "retryable", reason: "http 503", retryAfterMs: 1_000 }),
      settled(2, { status: "rejected", reason: "http 400" }),
      settled(4, { status: "retryable", reason: "http 503" }),
      settled(1, { status: "delivered" }),
    ];
    const reasons = { "http 503": 7, "http 400": 2 };
    expect(countSettled(all, new Set(all))).toEqual({
      delivered: 6,
      undelivered: 7,
      rejected: 2,
      returned: 0,
      reasons,
    });
    expect(countSettled(all, new Set())).toEqual({ delivered: 6, undelivered: 0, rejected: 0, returned: 9, reasons });
    expect(countSettled([], new Set())).toMatchObject({ delivered: 0, undelivered: 0, rejected: 0, reasons: {} });
  });

  it("counts every entry once, and gives a reason for all that were not delivered", () => {
    const outcome = fc.oneof(
      fc.constant<Outcome>({ status: "delivered" }),
      fc.record({ status: fc.constantFrom("retryable", "rejected"), reason: fc.constantFrom("a", "b", "c") }),
    ) as fc.Arbitrary<Outcome>;
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(1_000), outcome, fc.boolean())), (all) => {
        const ends = all.map(([count, end]) => settled(count, end));
        const stored = new Set(ends.filter((_, i) => all[i]?.[2]));
        const { delivered, undelivered, rejected, returned, reasons } = countSettled(ends, stored);
        expect(delivered + undelivered + rejected + returned).toBe(all.reduce((sum, [count]) => sum + count, 0));
        expect(Object.values(reasons).reduce((a, b) => a + b, 0)).toBe(undelivered + rejected + returned);
      }),
    );
  });
});

describe("lag", () => {
  it("is the age of the newest and the oldest event, whatever their order", () => {
    const [a, b, c] = events(["a", "b", "c"], NOW - 100);
    if (!a || !b || !c) throw new Error("three events were made");
    expect(lag([b, c, a], NOW)).toEqual({ lagNewestMs: 98, lagOldestMs: 100 });
  });

  it("is negative for an event from a clock that is ahead", () => {
    expect(lag(events(["a"], NOW + 5), NOW)).toEqual({ lagNewestMs: -5, lagOldestMs: -5 });
  });

  it("is not there without events", () => {
    expect(lag([], NOW)).toEqual({});
  });

  it("is told for more events than a call takes arguments", () => {
    expect(lag(events(Array<string>(200_000).fill(""), NOW), NOW).lagOldestMs).toBe(0);
  });
});

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
    const { received, delivered, filtered, sampledOut, undelivered, rejected, returned, unreadable, ...rest } = REPORT;
    const { lagNewestMs, lagOldestMs, ...properties } = rest;
    const { _aws, ...fields } = parsed;
    expect(fields).toEqual({
      FunctionName: "forwarder",
      Received: received,
      Delivered: delivered,
      Filtered: filtered,
      SampledOut: sampledOut,
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

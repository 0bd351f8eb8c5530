import { describe, expect, test } from "vitest";
import { FORWARDER_METRICS } from "../../functions/metrics/metrics.ts";
import { type AlarmProperties, type State, stateOf, statesOf } from "../support/cloudwatch/alarm-states.ts";
import { asWritten, delivery, every, forwarderLine, replay } from "../support/cloudwatch/forwarder-day.ts";
import { samplesOf } from "../support/cloudwatch/samples.ts";
import { evaluateMath } from "../support/cloudwatch/series.ts";

/** The model of CloudWatch that the alarms are proven with says what AWS's documentation says. */

describe("missing values, as in AWS's tables", () => {
  const base = { Threshold: 1, ComparisonOperator: "GreaterThanThreshold", EvaluationPeriods: 3 } as const;
  const judged = (values: string, DatapointsToAlarm: number, TreatMissingData: AlarmProperties["TreatMissingData"]) =>
    stateOf(
      [...values.replaceAll(" ", "")].map((value) => ({ X: 2, "0": 0 })[value]),
      { ...base, DatapointsToAlarm, TreatMissingData },
    );

  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html (2026-11)
  test.each<[values: string, datapointsToAlarm: number, breaching: State, notBreaching: State]>([
    ["0 - X - X", 3, "OK", "OK"],
    ["0 - - - -", 3, "OK", "OK"],
    ["- - - - -", 3, "ALARM", "OK"],
    ["0 X X - X", 3, "ALARM", "ALARM"],
    ["- - X - -", 3, "ALARM", "OK"],
    ["0 - X - X", 2, "ALARM", "ALARM"],
    ["0 0 X 0 X", 2, "ALARM", "ALARM"],
    ["0 - X - -", 2, "ALARM", "OK"],
    ["- - - - 0", 2, "ALARM", "OK"],
    ["- - - X -", 2, "ALARM", "OK"],
  ])("%s, %i of 3", (values, datapointsToAlarm, breaching, notBreaching) => {
    expect(judged(values, datapointsToAlarm, "breaching")).toBe(breaching);
    expect(judged(values, datapointsToAlarm, "notBreaching")).toBe(notBreaching);
  });
});

describe("metric math", () => {
  const some = [1, undefined, -3];
  const none = [undefined, undefined, undefined];

  test("takes a missing value as 0 where the other has one", () => {
    expect(evaluateMath("a + b", { a: some, b: [1, 2, undefined] })).toEqual([2, 2, -3]);
    expect(evaluateMath("a - b", { a: [1, undefined], b: [3, undefined] })).toEqual([-2, undefined]);
    expect(evaluateMath("ABS(a)", { a: some })).toEqual([1, undefined, 3]);
    expect(evaluateMath("FILL(a, 0)", { a: some })).toEqual([1, 0, -3]);
  });

  test("makes nothing of a metric that has no value at all: AWS does not say what it would", () => {
    expect(evaluateMath("FILL(a, 0) + FILL(b, 0)", { a: some, b: none })).toEqual(none);
  });

  test("is not guessed at", () => {
    for (const expression of ["MAX(METRICS())", "a * 2", "IF(a > 0, 1)", "a +", "a b", ""]) {
      expect(() => evaluateMath(expression, { a: some })).toThrow();
    }
  });
});

test("a day's lines are those that the forwarder writes", () => {
  for (const report of [
    {},
    { received: 3, delivered: 2, undelivered: 1 },
    { received: 1, delivered: 2, lagNewestMs: 0 },
  ]) {
    const written = samplesOf(forwarderLine(report, FORWARDER_METRICS), 0);
    expect(asWritten(samplesOf(forwarderLine(report), 0))).toEqual(written);
  }
});

describe("the model shows alarms that can't ring, and one that rings for nothing", () => {
  const judging = { createdAt: 0, until: 120, extraPeriods: 2 };
  const first = { Threshold: 0, ComparisonOperator: "GreaterThanThreshold", EvaluationPeriods: 1 } as const;
  const metric = (MetricName: string, FunctionName: string) => ({
    Namespace: "Sidecarless",
    MetricName,
    Dimensions: [{ Name: "FunctionName", Value: FunctionName }],
  });
  const query = (Id: string, MetricName: string, FunctionName: string) =>
    ({
      Id,
      MetricStat: { Metric: metric(MetricName, FunctionName), Period: 300, Stat: "Sum" },
      ReturnData: false,
    }) as const;
  const statesOfIt = (alarm: AlarmProperties, samples: Parameters<typeof statesOf>[1]) =>
    statesOf(alarm, samples, judging).map(({ state }) => state);

  test("the sum of gaps: one too many and one too few are none", () => {
    const alarm = {
      ...first,
      TreatMissingData: "notBreaching",
      Metrics: [query("gap", "AccountingGap", "<ForwarderFunction>"), { Id: "result", Expression: "ABS(gap)" }],
    } as const;
    const tooFew = delivery(10, { received: 10, delivered: 9 });
    expect(statesOfIt(alarm, tooFew)).toContain("ALARM");
    expect(statesOfIt(alarm, [...tooFew, ...delivery(10, { received: 10, delivered: 11 })])).not.toContain("ALARM");
  });

  test("the sum of two metrics of which one has never had a value", () => {
    const alarm = {
      ...first,
      TreatMissingData: "notBreaching",
      Metrics: [
        query("forwarder", "Rejected", "<ForwarderFunction>"),
        query("replayer", "ReplayRejected", "<ForwarderReplayer>"),
        { Id: "result", Expression: "FILL(forwarder, 0) + FILL(replayer, 0)" },
      ],
    } as const;
    const rejected = delivery(10, { received: 1, rejected: 1 });
    expect(statesOfIt(alarm, rejected)).not.toContain("ALARM");
    expect(statesOfIt(alarm, [...rejected, ...replay(10)])).toContain("ALARM");
  });

  test("a query for one set of dimensions: an account-level subscription's metrics have another", () => {
    const expression = (from: string) => `SELECT SUM(DeliveryErrors) FROM ${from} WHERE FilterName = 'sidecarless'`;
    const alarm = (from: string) =>
      ({
        ...first,
        TreatMissingData: "notBreaching",
        Metrics: [{ Id: "errors", Expression: expression(from) }],
      }) as const;
    const dimensions = { DestinationType: "Lambda", FilterName: "sidecarless", PolicyLevel: "AccountPolicy" };
    const samples = [{ minute: 10, namespace: "AWS/Logs", metricName: "DeliveryErrors", dimensions, value: 1 }];
    const exact = 'SCHEMA("AWS/Logs", LogGroupName, DestinationType, FilterName)';
    expect(statesOfIt(alarm(exact), samples)).not.toContain("ALARM");
    expect(statesOfIt(alarm('"AWS/Logs"'), samples)).toContain("ALARM");
  });

  test("missing values taken as bad: a new alarm rings before anything can have run", () => {
    const alarm = {
      ...metric("OldestStored", "<ForwarderReplayer>"),
      Statistic: "Maximum",
      Period: 900,
      Threshold: 3_600_000,
      ComparisonOperator: "GreaterThanThreshold",
      EvaluationPeriods: 2,
      TreatMissingData: "breaching",
    } as const;
    const runs = every(1, 2, 120, (minute) => replay(minute));
    expect(statesOfIt(alarm, runs)).toEqual(["INSUFFICIENT_DATA", "ALARM", "OK"]);
    const patient = { ...alarm, WarmUpConfiguration: { WarmUpPeriodDurationInMinutes: 45 } };
    expect(statesOfIt(patient, runs)).toEqual(["INSUFFICIENT_DATA", "OK"]);
    expect(statesOfIt(patient, [])).toEqual(["INSUFFICIENT_DATA", "ALARM"]);
  });
});

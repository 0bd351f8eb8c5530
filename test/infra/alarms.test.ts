import { readFileSync } from "node:fs";
import { Match } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { FORWARDER_METRICS, METRIC_NAMESPACE, REPLAYER_METRICS } from "../../functions/metrics/metrics.ts";
import { forwarderStack, templateOf } from "../support/templates.ts";

const TOPIC = "arn:aws:sns:eu-west-1:111122223333:on-call";
const template = templateOf(forwarderStack({ apiKeySecret: "dd-key", alarmTopicArn: TOPIC }));
const alarms = Object.values(template.findResources("AWS::CloudWatch::Alarm")).map(({ Properties }) => Properties);
const operations = readFileSync(new URL("../../docs/operations.md", import.meta.url), "utf8");

/** Anchors as Markdown makes them of headings. */
const anchors = [...operations.matchAll(/^## (.+)$/gm)].map(([, heading = ""]) =>
  heading.toLowerCase().replaceAll(" ", "-"),
);
const anchorOf = ({ AlarmDescription }: { AlarmDescription: string }) => AlarmDescription.split("#")[1] ?? "";

describe("every alarm", () => {
  test("says what happened and where to read what to do, and that section is there", () => {
    for (const alarm of alarms) {
      expect(alarm.AlarmDescription).toMatch(/^.+\. What to do: docs\/operations\.md#[a-z-]+$/);
      expect(anchors).toContain(anchorOf(alarm));
    }
  });

  test("is explained once, and every section has its alarm", () => {
    expect(alarms.map(anchorOf).toSorted()).toEqual(anchors.toSorted());
  });

  test("tells the topic when it goes off and when it is over", () => {
    for (const { AlarmActions, OKActions } of alarms) expect([AlarmActions, OKActions]).toEqual([[TOPIC], [TOPIC]]);
  });

  test("says what no data means: nothing happened, but for the replayer, which always reports", () => {
    const breaching = alarms.filter(({ TreatMissingData }) => TreatMissingData === "breaching").map(anchorOf);
    expect(breaching).toEqual(["oldest-stored"]);
    for (const { TreatMissingData } of alarms) expect(["breaching", "notBreaching"]).toContain(TreatMissingData);
  });
});

test("alarms and dashboard watch only metrics that the functions write", () => {
  const dashboard = JSON.stringify(template.findResources("AWS::CloudWatch::Dashboard"));
  const named = [...JSON.stringify(alarms).matchAll(/"MetricName":"(\w+)","Namespace":"(\w+)"/g)]
    .filter(([, , namespace]) => namespace === METRIC_NAMESPACE)
    .map(([, name]) => name);
  const onDashboard = [...dashboard.matchAll(/\[\\"Sidecarless\\",\\"(\w+)\\"/g)].map(([, name]) => name);
  expect(named.length).toBeGreaterThan(5);
  expect(onDashboard.length).toBeGreaterThan(5);
  const written = Object.keys({ ...FORWARDER_METRICS, ...REPLAYER_METRICS });
  for (const name of [...named, ...onDashboard]) expect(written).toContain(name);
});

test("a gap in the books is an alarm at the first event, in either direction", () => {
  template.hasResourceProperties("AWS::CloudWatch::Alarm", {
    AlarmDescription: Match.stringLikeRegexp("#accounting-gap$"),
    ComparisonOperator: "GreaterThanThreshold",
    Threshold: 0,
    EvaluationPeriods: 1,
    Metrics: Match.arrayWith([Match.objectLike({ Expression: "ABS(gap)" })]),
  });
});

test("logs that stay undelivered are an alarm after a quarter of an hour", () => {
  template.hasResourceProperties("AWS::CloudWatch::Alarm", {
    MetricName: "Undelivered",
    Period: 300,
    EvaluationPeriods: 3,
    Threshold: 0,
  });
});

test("an object that was set aside is an alarm at once", () => {
  template.hasResourceProperties("AWS::CloudWatch::Alarm", {
    AlarmDescription: Match.stringLikeRegexp("names their keys.*#set-aside$"),
    MetricName: "ReplaySetAside",
    Threshold: 0,
    EvaluationPeriods: 1,
  });
});

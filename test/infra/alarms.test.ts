import { readFileSync } from "node:fs";
import { App, Duration, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import type { IAlarmAction } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { FilterPattern, LogGroup } from "aws-cdk-lib/aws-logs";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Topic } from "aws-cdk-lib/aws-sns";
import { describe, expect, test } from "vitest";
import {
  FORWARDER_METRICS,
  METRIC_NAMESPACE,
  type MetricRow,
  REPLAYER_METRICS,
  SUBSCRIBER_METRICS,
} from "../../functions/metrics/metrics.ts";
import { ForwarderAlarms, type ForwarderAlarmsProps } from "../../infra/constructs/alarms.ts";
import { ForwarderDashboard } from "../../infra/constructs/dashboard.ts";
import { Forwarder } from "../../infra/constructs/forwarder.ts";
import { LogGroupSubscriber } from "../../infra/constructs/log-group-subscriber.ts";
import { ALARM_IDS } from "../../infra/parts/alarms/watches.ts";
import { alarmsOf } from "../support/cloudwatch/deployed-alarms.ts";

const HERE = { env: { account: "111122223333", region: "eu-west-1" } };

function forwarderIn(stack: Stack, id = "Forwarder") {
  return new Forwarder(stack, id, {
    apiKey: { secret: Secret.fromSecretNameV2(stack, `${id}Key`, "dd-key") },
    via: "kinesis",
  });
}

function withAlarms(props: Partial<ForwarderAlarmsProps> = {}, byRule = false) {
  const stack = new Stack(new App(), "logs", HERE);
  const forwarder = forwarderIn(stack);
  const subscriber = byRule
    ? new LogGroupSubscriber(stack, "Subscriber", { to: forwarder, include: ["/ecs/*"] })
    : undefined;
  const alarms = new ForwarderAlarms(stack, "Alarms", { forwarder, subscriber, ...props });
  return { stack, forwarder, alarms };
}

const resourcesOf = (template: Template) => template.findResources("AWS::CloudWatch::Alarm");

const template = Template.fromStack(withAlarms({ silenceAfter: Duration.hours(2) }, true).stack);
const alarms = alarmsOf(template);
const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");

describe("the runbook", () => {
  const sections = [...read("docs/operations.md").matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);

  test("has a section for each alarm, and each of its sections an alarm", () => {
    expect(sections.toSorted()).toEqual(ALARM_IDS.toSorted());
    expect(Object.keys(alarms).toSorted()).toEqual(ALARM_IDS.toSorted());
  });

  test("is in the package, where every alarm says that it is", () => {
    for (const [id, { AlarmDescription }] of Object.entries(alarms)) {
      const place = `What to do: see the section ${id} of docs/operations.md in the npm package sidecarless.`;
      expect(AlarmDescription).toMatch(/^[A-Z].+[.?] What to do: /);
      expect(AlarmDescription.endsWith(place)).toBe(true);
      // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
      expect(AlarmDescription.length).toBeLessThanOrEqual(1_024);
    }
    const { name, files } = JSON.parse(read("package.json")) as { name: string; files: string[] };
    expect([name, files]).toEqual(["sidecarless", expect.arrayContaining(["docs"])]);
  });

  test("can be elsewhere", () => {
    const { stack } = withAlarms({ runbookUrl: "https://wiki.example/logs" });
    const found = Object.values(resourcesOf(Template.fromStack(stack))).map(({ Properties }) => Properties);
    for (const { AlarmDescription } of found) {
      expect(AlarmDescription).toMatch(/ What to do: https:\/\/wiki\.example\/logs#[a-z-]+$/);
    }
  });

  test.each(["docs/operations.md", "https://wiki.example/logs#", "wiki.example/logs", "https://wiki example"])(
    "is not at %s: nobody can click on that",
    (runbookUrl) => {
      expect(() => withAlarms({ runbookUrl })).toThrow(/runbookUrl must be a full URL/);
    },
  );
});

describe("metrics may be missing where they are zero", () => {
  const named = (value: unknown) =>
    [...JSON.stringify(value).matchAll(/"MetricName":"(\w+)","Namespace":"(\w+)"/g)]
      .filter(([, , namespace]) => namespace === METRIC_NAMESPACE)
      .map(([, name = ""]) => name);

  const ROWS: Readonly<Record<string, MetricRow>> = {
    ...FORWARDER_METRICS,
    ...REPLAYER_METRICS,
    ...SUBSCRIBER_METRICS,
  };

  /** What is no alarm, whatever its value, and why. */
  const UNWATCHED = {
    Delivered: "it is what should happen",
    Filtered: "a rule wants it",
    SampledOut: "a rule wants it",
    JoinedAway: "a rule wants it",
    LagOldest: "a late event among new ones is the application's matter",
    ReplayedObjects: "it is what should happen",
    ReplayedEvents: "it is what should happen",
    SubscriberLogGroups: "there may be any number",
    SubscriberChanges: "they are what should happen",
  };

  test("every metric that the functions write is watched, or there is a reason not to", () => {
    const watched = new Set(named(Object.values(alarms)));
    const written = Object.keys(ROWS);
    expect([...watched, ...Object.keys(UNWATCHED)].toSorted()).toEqual(written.toSorted());
  });

  test("none is as good as zero for every alarm: none rings below a value but those for nothing at all", () => {
    for (const [id, alarm] of Object.entries(alarms)) {
      const forNothing = ["replayer-silent", "silence", "stream-unread", "subscriber-silent"].includes(id);
      expect([id, alarm.ComparisonOperator, alarm.TreatMissingData, alarm.Threshold >= (forNothing ? 1 : 0)]).toEqual(
        forNothing ? [id, "LessThanThreshold", "breaching", true] : [id, "GreaterThanThreshold", "notBreaching", true],
      );
      expect(alarm.WarmUpConfiguration !== undefined).toBe(forNothing);
    }
  });

  test("but where the smallest value counts, or a percentile: there it is told", () => {
    const { stack, forwarder } = withAlarms();
    new ForwarderDashboard(stack, "Dashboard", { forwarder });
    const onDashboard = JSON.stringify(Template.fromStack(stack).findResources("AWS::CloudWatch::Dashboard"));
    const percentiles = [
      ...onDashboard.matchAll(/"Sidecarless\\",\\"(\w+)\\"(?:(?!"Sidecarless).)+?\\"stat\\":\\"p\d/g),
    ];
    const smallest = Object.values(alarms).filter(({ Statistic }) => Statistic === "Minimum");
    expect(percentiles).toHaveLength(2);
    const names = new Set([...percentiles.map(([, name = ""]) => name), ...smallest.flatMap(named)]);
    expect([...names]).toEqual(["LagNewest"]);
    for (const name of names) expect(ROWS[name]?.zero).toBe("told");
  });

  test("nothing is calculated from two metrics, of which one might never have had a value", () => {
    for (const { Metrics = [] } of Object.values(alarms)) expect(new Set(named(Metrics)).size).toBeLessThanOrEqual(1);
  });
});

test("AWS takes every alarm: how far it looks back has limits, a query's is three hours", () => {
  for (const { Metrics, Period, EvaluationPeriods } of Object.values(alarms)) {
    const isQuery = Metrics?.some(({ Expression }) => Expression?.startsWith("SELECT"));
    const periodS = Period ?? Metrics?.find(({ MetricStat }) => MetricStat)?.MetricStat?.Period ?? 300;
    expect(periodS % 60).toBe(0);
    expect(periodS * EvaluationPeriods).toBeLessThanOrEqual(isQuery ? 3 * 3_600 : 24 * 3_600);
  }
});

describe("an alarm keeps its history", () => {
  const logicalIds = (stack: Stack) => Object.keys(resourcesOf(Template.fromStack(stack))).map((id) => id.slice(0, -8));

  test("because its name is CloudFormation's own, and its logical id stays as it is here", () => {
    expect(logicalIds(withAlarms({ silenceAfter: Duration.hours(2) }, true).stack)).toEqual([
      "AlarmsAccountingGap",
      "AlarmsUndelivered",
      "AlarmsRejected",
      "AlarmsReplayRejected",
      "AlarmsReturned",
      "AlarmsUnreadable",
      "AlarmsReplayUnreadable",
      "AlarmsSetAside",
      "AlarmsOldestStored",
      "AlarmsReplayerSilent",
      "AlarmsSilence",
      "AlarmsLag",
      "AlarmsErrors",
      "AlarmsReplayerErrors",
      "AlarmsThrottles",
      "AlarmsQueueAge",
      "AlarmsIteratorAge",
      "AlarmsStreamUnread",
      "AlarmsStreamThrottled",
      "AlarmsBatchesGivenUp",
      "AlarmsNotSubscribed",
      "AlarmsSubscriberErrors",
      "AlarmsSubscriberSilent",
      "AlarmsDeliveryErrors",
      "AlarmsDeliveryThrottling",
      "AlarmsOnFailureDestination",
      "AlarmsDestinationFailures",
      "AlarmsDeliveryErrorsrule",
      "AlarmsDeliveryThrottlingrule",
    ]);
    for (const { Properties } of Object.values(resourcesOf(template))) expect(Properties.AlarmName).toBeUndefined();
  });

  test("also that of the account's subscription, whose name changes with what is left out", () => {
    const idsWithout = (exceptLogGroups: string[]) => {
      const { stack, forwarder } = withAlarms();
      forwarder.subscribeAccount({ exceptLogGroups });
      return Object.keys(resourcesOf(Template.fromStack(stack))).filter((id) =>
        /^AlarmsDelivery[A-Za-z]+Account/.test(id),
      );
    };
    expect(idsWithout(["/a"])).toHaveLength(2);
    expect(idsWithout(["/a"])).toEqual(idsWithout(["/a", "/b"]));
  });
});

describe("failures of subscriptions", () => {
  const queriesOf = (stack: Stack) =>
    Object.values(resourcesOf(Template.fromStack(stack)))
      .flatMap(({ Properties }) => Properties.Metrics ?? [])
      .flatMap(({ Expression = "" }) => /DeliveryErrors.+FilterName = '(.+)'$/.exec(Expression)?.[1] ?? []);

  test("are looked for under every name that a filter has, also of one that comes after the alarms", () => {
    const { stack, forwarder } = withAlarms();
    const group = LogGroup.fromLogGroupName(stack, "Group", "/ecs/a");
    forwarder.subscribe(group);
    expect(queriesOf(stack)).toEqual([forwarder.filterName]);

    const later = withAlarms();
    const later2 = LogGroup.fromLogGroupName(later.stack, "Group", "/ecs/a");
    later.forwarder.subscribe(later2, { id: "errors", filterPattern: FilterPattern.literal("ERROR") });
    later.forwarder.subscribe(later2, { id: "audit", filterPattern: FilterPattern.literal("AUDIT") });
    later.forwarder.subscribeAccount();
    const names = queriesOf(later.stack);
    expect(names.toSorted()).toEqual([...later.forwarder.filterNames].toSorted());
    expect(names).toHaveLength(4);
  });

  test("are of one forwarder alone, if there are several; silence and the subscriber's are not asked for", () => {
    const stack = new Stack(new App(), "logs", HERE);
    for (const id of ["One", "Two"]) new ForwarderAlarms(stack, `${id}Alarms`, { forwarder: forwarderIn(stack, id) });
    const [one, two, ...others] = queriesOf(stack);
    expect([one === two, others]).toEqual([false, []]);
    expect(Object.keys(resourcesOf(Template.fromStack(stack)))).toHaveLength(2 * (ALARM_IDS.length - 4));
  });
});

describe("alarms can be tuned", () => {
  test("left out, made calmer, and found by their ids", () => {
    const made = withAlarms({ without: ["throttles", "delivery-errors"], periods: { errors: 6 } }, true).alarms;
    const missing = ALARM_IDS.filter((id) => !made.byId[id]);
    expect(missing.toSorted()).toEqual(["delivery-errors", "silence", "throttles"]);
    expect(made.alarms).toHaveLength(ALARM_IDS.length - 3);
    const { stack } = withAlarms({ periods: { errors: 6, "replayer-silent": 12 } });
    const tuned = alarmsOf(Template.fromStack(stack));
    expect(tuned.errors?.EvaluationPeriods).toBe(6);
    expect(tuned["replayer-silent"]).toMatchObject({
      EvaluationPeriods: 12,
      WarmUpConfiguration: { WarmUpPeriodDurationInMinutes: 75 },
    });
  });

  test("and have limits in time", () => {
    const { stack } = withAlarms({
      undeliveredFor: Duration.minutes(30),
      oldestStored: Duration.hours(3),
      lag: Duration.minutes(20),
      queueAge: Duration.hours(2),
      silenceAfter: Duration.hours(36),
    });
    const tuned = alarmsOf(Template.fromStack(stack));
    expect(tuned.undelivered).toMatchObject({ Period: 300, EvaluationPeriods: 6 });
    expect(tuned["oldest-stored"]).toMatchObject({ Threshold: 3 * 3_600_000 });
    expect(tuned.lag).toMatchObject({ Threshold: 20 * 60_000 });
    expect(tuned["queue-age"]).toMatchObject({ Threshold: 2 * 3_600_000 });
    expect(tuned.silence).toMatchObject({ Period: 3_600, EvaluationPeriods: 36 });
    expect(tuned.silence?.AlarmDescription).toContain("for 1 day 12 hours.");
  });

  test.each<[props: Partial<ForwarderAlarmsProps>, problem: string]>([
    [{ silenceAfter: Duration.minutes(5) }, "silenceAfter must be from 10 minutes to 2 days; it is 5 minutes."],
    [{ silenceAfter: Duration.days(3) }, "silenceAfter must be from 10 minutes to 2 days; it is 3 days."],
    [{ undeliveredFor: Duration.days(2) }, "undeliveredFor must be at most 1 day; it is 2 days."],
    [{ periods: { lag: 0 } }, "periods of lag must be a whole number from 1 to 36; it is 0."],
    [{ periods: { lag: 37 } }, "periods of lag must be a whole number from 1 to 36; it is 37."],
    [{ without: ["lags" as never] }, 'There is no alarm "lags". There are: accounting-gap, undelivered,'],
  ])("but not to %o", (props, problem) => {
    expect(() => withAlarms(props)).toThrow(problem);
  });

  test("and tell a topic when they go off and when they are over; one may tell another, too", () => {
    const { stack, forwarder } = withAlarms();
    const topic = (name: string): IAlarmAction =>
      new SnsAction(Topic.fromTopicArn(stack, name, `arn:aws:sns:eu-west-1:111122223333:${name}`));
    const made = new ForwarderAlarms(stack, "Told", { forwarder, actions: [topic("mail")] });
    made.byId["accounting-gap"]?.addAlarmAction(topic("pager"));
    const told = Object.entries(resourcesOf(Template.fromStack(stack))).filter(([id]) => id.startsWith("Told"));
    expect(told).toHaveLength(made.alarms.length);
    for (const [id, { Properties }] of told) {
      const mail = "arn:aws:sns:eu-west-1:111122223333:mail";
      const pager = id.includes("AccountingGap") ? ["arn:aws:sns:eu-west-1:111122223333:pager"] : [];
      expect([Properties.AlarmActions, Properties.OKActions]).toEqual([[mail, ...pager], [mail]]);
    }
  });
});

describe("the dashboard", () => {
  const bodyOf = (stack: Stack) =>
    JSON.stringify(Template.fromStack(stack).findResources("AWS::CloudWatch::Dashboard"));

  test("shows only metrics that the functions write, and every alarm", () => {
    const { stack, forwarder, alarms: made } = withAlarms();
    new ForwarderDashboard(stack, "Dashboard", { forwarder, alarms: made });
    const group = LogGroup.fromLogGroupName(stack, "Group", "/ecs/a");
    forwarder.subscribe(group, { id: "errors", filterPattern: FilterPattern.literal("ERROR") });
    const body = bodyOf(stack);
    const written = Object.keys({ ...FORWARDER_METRICS, ...REPLAYER_METRICS });
    const shown = [...body.matchAll(/\[\\"Sidecarless\\",\\"(\w+)\\"/g)].map(([, name]) => name);
    expect(shown.length).toBeGreaterThan(5);
    for (const name of shown) expect(written).toContain(name);
    for (const id of Object.keys(resourcesOf(Template.fromStack(stack)))) expect(body).toContain(`["${id}","Arn"]`);
    for (const name of forwarder.filterNames) expect(body).toContain(`FilterName=\\\\\\"${name}\\\\\\"`);
  });

  test("has no graph with a query: a graph can have one only", () => {
    const { stack, forwarder } = withAlarms();
    new ForwarderDashboard(stack, "Dashboard", { forwarder });
    expect(bodyOf(stack)).not.toContain("SELECT");
  });

  test("takes a count that is not in a line for zero", () => {
    const { stack, forwarder } = withAlarms();
    new ForwarderDashboard(stack, "Dashboard", { forwarder });
    const [query = ""] = /SOURCE .+?limit 50/.exec(bodyOf(stack)) ?? [];
    expect(query).toContain("coalesce(");
    for (const name of ["Undelivered", "Rejected", "Returned"]) {
      expect(query.replaceAll(`coalesce(${name}, 0)`, "")).not.toContain(name);
    }
  });

  test("may stand in another stack, and so may the alarms", () => {
    const app = new App();
    const forwarder = forwarderIn(new Stack(app, "logs", HERE));
    const other = new Stack(app, "monitoring", HERE);
    const made = new ForwarderAlarms(other, "Alarms", { forwarder });
    new ForwarderDashboard(other, "Dashboard", { forwarder, alarms: made });
    const found = Template.fromStack(other);
    expect(Object.keys(resourcesOf(found))).toHaveLength(ALARM_IDS.length - 4);
    expect(JSON.stringify(found.findResources("AWS::CloudWatch::Dashboard"))).toContain("Fn::ImportValue");
  });
});

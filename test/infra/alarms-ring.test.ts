import { Duration, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ForwarderAlarms } from "../../infra/constructs/alarms.ts";
import { Forwarder } from "../../infra/constructs/forwarder.ts";
import { LogGroupSubscriber } from "../../infra/constructs/log-group-subscriber.ts";
import { ALARM_IDS } from "../../infra/parts/alarms/watches.ts";
import { type AlarmProperties, type Change, statesOf } from "../support/cloudwatch/alarm-states.ts";
import { alarmsOf } from "../support/cloudwatch/deployed-alarms.ts";
import { asWritten, delivery, withoutZeros } from "../support/cloudwatch/forwarder-day.ts";
import type { Sample } from "../support/cloudwatch/samples.ts";
import { appAsDeployed } from "../support/templates.ts";
import {
  deliveries,
  END,
  FILTER,
  FROM,
  type Part,
  reading,
  replays,
  SCENARIOS,
  SILENCE_MINUTES,
  SUBSCRIBE_EVERY,
  subscribing,
  UNTIL,
  well,
} from "./alarm-scenarios.ts";

/** Proves, with a model of CloudWatch and lines as the functions write them, that each alarm rings when it must. */

function deployed(replayEvery: number) {
  const stack = new Stack(appAsDeployed(), "logs");
  const secret = Secret.fromSecretNameV2(stack, "Key", "dd-key");
  const forwarder = new Forwarder(stack, "Forwarder", {
    apiKey: { secret },
    replayEvery: Duration.minutes(replayEvery),
    via: "kinesis",
  });
  const subscriber = new LogGroupSubscriber(stack, "Subscriber", {
    to: forwarder,
    include: ["/ecs/*"],
    every: Duration.minutes(SUBSCRIBE_EVERY),
  });
  new ForwarderAlarms(stack, "Alarms", { forwarder, subscriber, silenceAfter: Duration.minutes(SILENCE_MINUTES) });
  expect(forwarder.filterName).toBe(FILTER);
  return { replayEvery, alarms: alarmsOf(Template.fromStack(stack)) };
}

/** The alarms that ring where something should be and is not. */
const FOR_NOTHING = ["replayer-silent", "silence", "stream-unread", "subscriber-silent"];

const DEPLOYMENTS = [deployed(1), deployed(15)];

/** AWS gives one example of how far back an alarm looks for values, two periods more than its own. Any must do. */
const EXTRA_PERIODS = [1, 2, 6];

/** Whichever zeros the lines have: all, those that the functions write, or none. */
const sampleSets = (samples: readonly Sample[]) => [samples, asWritten(samples), withoutZeros(samples)];

/** Every way in which the model leaves open how an alarm is judged. */
function* judgements(
  alarm: AlarmProperties | undefined,
  samples: readonly Sample[],
  createdAt = 0,
): Generator<Change[]> {
  if (!alarm) throw new Error("There is no such alarm.");
  for (const set of sampleSets(samples)) {
    for (const extraPeriods of EXTRA_PERIODS) yield statesOf(alarm, set, { createdAt, until: END, extraPeriods });
  }
}

const firstAlarm = (changes: readonly Change[]) => changes.find(({ state }) => state === "ALARM")?.minute;

/** All is well but for some time. */
function dayWith(parts: readonly Part[], replayEvery: number, until = UNTIL): Sample[] {
  return [
    ...well.flatMap((part) => part({ replayEvery, from: -SILENCE_MINUTES, until: FROM })),
    ...parts.flatMap((part) => part({ replayEvery, from: FROM, until })),
    ...well.flatMap((part) => part({ replayEvery, from: until, until: END })),
  ];
}

describe.each(DEPLOYMENTS)("with a replayer every $replayEvery minutes", ({ replayEvery, alarms }) => {
  test("every alarm has a scenario, and every scenario an alarm", () => {
    expect(Object.keys(alarms).toSorted()).toEqual(Object.keys(SCENARIOS).toSorted());
    expect(Object.keys(alarms).toSorted()).toEqual(ALARM_IDS.toSorted());
  });

  describe.each(Object.entries(SCENARIOS))("%s", (id, scenarios) => {
    test.each(scenarios)("rings, and ends: $what", ({ trouble, withinMinutes }) => {
      for (const changes of judgements(alarms[id], dayWith(trouble, replayEvery))) {
        const rang = firstAlarm(changes);
        expect(rang).toBeGreaterThan(FROM);
        expect(rang).toBeLessThanOrEqual(FROM + withinMinutes(replayEvery));
        expect(changes.at(-1)?.state).toBe("OK");
      }
    });

    test.each(scenarios.filter(({ bearsOne }) => bearsOne))("bears it once: $what", ({ trouble, bearsOne }) => {
      const day = dayWith(trouble, replayEvery, FROM + (bearsOne === "run" ? replayEvery : 1));
      for (const changes of judgements(alarms[id], day)) expect(firstAlarm(changes)).toBeUndefined();
    });
  });

  const RINGING = Object.keys(alarms);

  describe("nothing rings", () => {
    const GOOD_DAYS: Readonly<Record<string, Part>> = {
      "on a busy day": deliveries(1),
      "where something is logged once in 50 minutes": deliveries(50),
      "where half of the time all is dropped by rules": deliveries(2, { received: 3, filtered: 3 }),
      "with a service whose lines come late, among others": (world) => [
        ...deliveries(1)(world),
        ...deliveries(1, { received: 1, delivered: 1, lagNewestMs: 20 * 60_000 })(world),
      ],
      "with clocks that are ahead": deliveries(1, { received: 1, delivered: 1, lagNewestMs: -90_000 }),
    };
    const sameDay = (part: Part, from: number) =>
      [part, replays(), reading, subscribing].flatMap((each) => each({ replayEvery, from, until: END }));

    test.each(Object.entries(GOOD_DAYS))("%s", (_, part) => {
      const samples = sameDay(part, -SILENCE_MINUTES);
      for (const id of RINGING) {
        for (const changes of judgements(alarms[id], samples))
          expect([id, firstAlarm(changes)]).toEqual([id, undefined]);
      }
    });

    test("after the first deployment, though the first run of the replayer is yet to come, and so are logs", () => {
      const firstRun = replayEvery + 4;
      const samples = [
        ...deliveries(1)({ replayEvery, from: SILENCE_MINUTES - 10, until: END }),
        ...replays()({ replayEvery, from: firstRun, until: END }),
        ...reading({ replayEvery, from: 5, until: END }),
        ...subscribing({ replayEvery, from: SUBSCRIBE_EVERY + 4, until: END }),
      ];
      for (const id of RINGING) {
        for (const changes of judgements(alarms[id], samples))
          expect([id, firstAlarm(changes)]).toEqual([id, undefined]);
      }
      // It is the waiting that does it.
      for (const id of FOR_NOTHING) {
        const { WarmUpConfiguration: _, ...impatient } = alarms[id] as AlarmProperties;
        for (const changes of judgements(impatient, samples)) expect(firstAlarm(changes)).toBe(0);
      }
    });

    test("when alarms are deployed to a forwarder that runs", () => {
      const samples = sameDay(deliveries(1), -SILENCE_MINUTES);
      for (const id of RINGING) {
        for (const changes of judgements(alarms[id], samples, 200)) {
          expect([id, firstAlarm(changes)]).toEqual([id, undefined]);
        }
      }
    });

    test("but those that are for it, where nothing runs from the first day", () => {
      const rang = RINGING.filter((id) => [...judgements(alarms[id], [])].every((changes) => firstAlarm(changes)));
      expect(rang).toEqual(FOR_NOTHING);
    });
  });

  test("gaps in the accounts ring if and only if there is one, whatever they add up to", () => {
    const gaps = fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: -3, max: 3 })), { maxLength: 8 });
    fc.assert(
      fc.property(gaps, (found) => {
        const samples = found.flatMap(([minute, gap]) => delivery(minute, { received: 10, delivered: 10 - gap }));
        for (const changes of judgements(alarms["accounting-gap"], samples)) {
          expect(firstAlarm(changes) !== undefined).toBe(found.some(([, gap]) => gap !== 0));
        }
      }),
      { numRuns: 50 },
    );
  });

  test("a pause is silence if it is longer than was set, and none if it is shorter", () => {
    const pauses = fc.integer({ min: 10, max: SILENCE_MINUTES + 100 });
    fc.assert(
      fc.property(pauses, (pause) => {
        const samples = [
          ...deliveries(1)({ replayEvery, from: -SILENCE_MINUTES, until: FROM }),
          ...deliveries(1)({ replayEvery, from: FROM + pause, until: END }),
        ];
        for (const changes of judgements(alarms.silence, samples)) {
          if (pause <= SILENCE_MINUTES) expect(firstAlarm(changes)).toBeUndefined();
          if (pause > SILENCE_MINUTES + 35) expect(firstAlarm(changes)).toBeDefined();
        }
      }),
      { numRuns: 30 },
    );
  });
});

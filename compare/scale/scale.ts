import { MAX_EVENT_AGE_MS } from "../../functions/forwarder/stages/redate-range.ts";
import { BREAKER_POLICY } from "../../functions/intake/breaker.ts";
import { openCosting } from "../cost/costing.ts";
import { cloudwatchItems } from "../cost/lambda-cost.ts";
import { drainSeconds, objectsPerMinute } from "./drain.ts";
import type { ScaleInput } from "./load.ts";
import { type OutageCourse, simulateOutage } from "./outage.ts";
import { type AccountCase, accountCase, judge, type Verdict, type WayCase } from "./verdict.ts";
import { type ScaleModel, WAYS, type Way } from "./ways.ts";

/** What an outage of the intake leaves, and how long it takes to get it out. */
export interface Aftermath extends OutageCourse {
  readonly objectsPerMinute: number;
  readonly drainSeconds: number;
  /** Some lines are so old when they are sent that they get the present time. */
  readonly redated: boolean;
}

/** A service, with what becomes of it on both ways in each of its accounts. */
export interface ScaleCase {
  readonly input: ScaleInput;
  readonly verdict: Verdict;
  /** As many accounts share it as the verdict says. */
  readonly account: AccountCase;
  readonly outage: Readonly<Record<Way, Aftermath>>;
  /** Dollars a month of all accounts, by way. */
  readonly usdPerMonth: Readonly<Record<Way, number>>;
  /** What CloudWatch Logs takes for ingestion and storage besides, whichever way. */
  readonly cloudwatchUsdPerMonth: number;
}

export function scaleCase(input: ScaleInput, scale: ScaleModel): ScaleCase {
  const verdict = judge(input, scale);
  const { accounts } = verdict;
  const account = accountCase({ ...input, accounts }, scale);
  return {
    input,
    verdict,
    account,
    outage: each((way) => aftermath(account.ways[way], input, scale)),
    usdPerMonth: each((way) => account.ways[way].usdPerMonth * accounts),
    cloudwatchUsdPerMonth: accounts * cloudwatchUsd(account, scale),
  };
}

const each = <T>(of: (way: Way) => T) => Object.fromEntries(WAYS.map((way) => [way, of(way)])) as Record<Way, T>;

function aftermath(of: WayCase, { outageHours }: ScaleInput, { figures, model }: ScaleModel): Aftermath {
  const course = COURSES[of.way](of, outageHours * 3_600, figures);
  const perMinute = objectsPerMinute(of.eventsPerInvocation, MEMORY_MB, figures, model);
  // What waits with Lambda goes out beside it.
  const seconds = Math.max(drainSeconds(course.objects, perMinute, figures), course.caughtUpSeconds);
  // The oldest go first: they are as old as the outage was long, and the newest as the way out.
  const oldestMs = 1_000 * Math.max(outageHours * 3_600, seconds);
  return { ...course, objectsPerMinute: perMinute, drainSeconds: seconds, redated: oldestMs > MAX_EVENT_AGE_MS };
}

/** Of the replayer, by default. */
const MEMORY_MB = 512;

const COURSES: Readonly<Record<Way, (of: WayCase, seconds: number, figures: ScaleModel["figures"]) => OutageCourse>> = {
  direct: (of, seconds, figures) =>
    simulateOutage({
      seconds,
      deliveriesPerSecond: of.invocationsPerSecond,
      // Reserved for it, as docs/deploying.md has it, if the account has so many.
      concurrency: Math.min(of.atOnceNeeded, figures("lambda.concurrency") - figures("lambda.unreserved")),
      newPerSecond: figures("lambda.newPerSecond"),
      hangSeconds: figures("forwarder.hangSeconds"),
      storeSeconds: figures("forwarder.storeSeconds"),
      calmSeconds: of.invocationSeconds,
      breaker: BREAKER_POLICY,
      maxEventAgeSeconds: figures("lambda.maxEventAgeSeconds"),
    }),
  // As many readers as there are, whatever the intake does; what they do not get to in a try they read after it.
  kinesis: (of, seconds, figures) => ({
    mostAtOnce: of.atOnceNeeded,
    lastAtOnce: Math.min(of.atOnceNeeded, of.invocationsPerSecond * figures("forwarder.storeSeconds")),
    mostWaiting: 0,
    longestWaitSeconds: figures("forwarder.hangSeconds"),
    objects: of.invocationsPerSecond * seconds,
    givenUp: 0,
    caughtUpSeconds: 0,
  }),
};

function cloudwatchUsd({ load }: AccountCase, { prices, model }: ScaleModel): number {
  const items = cloudwatchItems(openCosting(load.input, prices, model));
  return items.reduce((sum, { usdPerMonth }) => sum + usdPerMonth, 0);
}

/** From a small service to an organisation, GB a day. */
export const VOLUMES = [1, 10, 100, 1_000, 10_000, 100_000] as const;

/** One log stream for each GB a day, and 10 at least. */
export const usualStreams = (gbPerDay: number): number => Math.max(MIN_STREAMS, Math.round(gbPerDay));
export const MIN_STREAMS = 10;

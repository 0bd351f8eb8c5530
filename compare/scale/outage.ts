import type { BreakerPolicy } from "../../functions/intake/breaker.ts";

export interface Outage {
  readonly seconds: number;
  readonly deliveriesPerSecond: number;
  /** Forwarders at once, at most. */
  readonly concurrency: number;
  /** New ones in a second, at most. */
  readonly newPerSecond: number;
  /** Of an invocation that tries the intake, which never answers. */
  readonly hangSeconds: number;
  /** Of one that leaves it alone, and stores. */
  readonly storeSeconds: number;
  /** Of one while the intake is well. */
  readonly calmSeconds: number;
  readonly breaker: BreakerPolicy;
  /** After so long in Lambda's queue a delivery is written to the bucket as it came. */
  readonly maxEventAgeSeconds: number;
}

export interface OutageCourse {
  /** Forwarders at once, at most, and in the outage's last minute on average. */
  readonly mostAtOnce: number;
  readonly lastAtOnce: number;
  /** Deliveries in Lambda's queue because no forwarder was free. */
  readonly mostWaiting: number;
  readonly longestWaitSeconds: number;
  /** Objects in the bucket when the intake is back: one for each delivery that was stored or given up. */
  readonly objects: number;
  /** Of these, deliveries that Lambda gave up on. */
  readonly givenUp: number;
  /** From the end of the outage until nothing waits any more. */
  readonly caughtUpSeconds: number;
}

/**
 * An outage second by second, of the kind that costs most: the intake takes requests and never answers. Each forwarder
 * has its own breaker, so that how many are needed depends on what those before them met: no formula has that. Forwarders
 * are counted, not followed one by one, and nothing is left to chance. Lambda is taken to use a forwarder that has just
 * ended before others, and a queue to be worked off from its front as soon as one is free; it tries less often.
 */
export function simulateOutage(outage: Outage): OutageCourse {
  const fleet = openFleet(outage);
  const queue = openQueue(outage);
  let [mostAtOnce, lastAtOnce, objects] = [0, 0, 0];
  for (let second = 0; second < outage.seconds; second++) {
    queue.arrive();
    const { taken, atOnce } = fleet.work(second, queue.waiting());
    queue.take(taken);
    objects += taken;
    mostAtOnce = Math.max(mostAtOnce, atOnce);
    if (second >= outage.seconds - LAST_SECONDS) lastAtOnce += atOnce / Math.min(LAST_SECONDS, outage.seconds);
    queue.giveUp();
  }
  const caughtUpSeconds = secondsToCatchUp(outage, queue.waiting());
  return {
    mostAtOnce,
    lastAtOnce,
    mostWaiting: queue.most(),
    longestWaitSeconds: queue.longestWait(),
    objects: objects + queue.givenUp(),
    givenUp: queue.givenUp(),
    caughtUpSeconds,
  };
}

const LAST_SECONDS = 60;

function secondsToCatchUp({ concurrency, calmSeconds, deliveriesPerSecond }: Outage, waiting: number): number {
  const spare = concurrency / calmSeconds - deliveriesPerSecond;
  if (waiting === 0) return 0;
  return spare > 0 ? waiting / spare : Number.POSITIVE_INFINITY;
}

/** Deliveries in the order in which they came, as a number: as many come in each second. */
function openQueue({ deliveriesPerSecond, maxEventAgeSeconds }: Outage) {
  let [came, gone, givenUp, most, longest, now] = [0, 0, 0, 0, 0, 0];
  return {
    arrive: () => {
      came += deliveriesPerSecond;
      now += 1;
    },
    waiting: () => came - gone,
    take: (count: number) => {
      gone += count;
      most = Math.max(most, came - gone);
      // The first that waits came when as many had come as have gone.
      longest = Math.max(longest, came - gone < NONE ? 0 : now - gone / deliveriesPerSecond);
    },
    giveUp: () => {
      const old = Math.max(0, (now - maxEventAgeSeconds) * deliveriesPerSecond - gone);
      gone += old;
      givenUp += old;
    },
    most: () => most,
    longestWait: () => Math.min(longest, maxEventAgeSeconds),
    givenUp: () => givenUp,
  };
}

/** Fractions of a delivery, which sums of many numbers leave behind. */
const NONE = 1e-6;

/** Forwarders, by how their breakers stand. */
function openFleet({ concurrency, newPerSecond, hangSeconds, storeSeconds, breaker }: Outage) {
  const openSeconds = breakerSteps(breaker);
  /** That try the intake, by the second in which they end: how many will keep their breaker open for which step. */
  const trying = new Map<number, number[]>();
  /** Whose breaker is open, by the second in which it is not any more, and by step. */
  const open = new Map<number, number[]>();
  /** Whose next invocation tries the intake, by step. */
  const ready = openSeconds.map(() => 0);
  let tryingCount = 0;
  let openCount = 0;

  const put = (at: Map<number, number[]>, second: number, step: number, count: number) => {
    const counts = at.get(second) ?? openSeconds.map(() => 0);
    counts[step] = (counts[step] ?? 0) + count;
    at.set(second, counts);
  };
  const turn = (second: number) => {
    for (const [step, count] of (trying.get(second) ?? []).entries()) {
      tryingCount -= count;
      openCount += count;
      put(open, second + (openSeconds[step] ?? 0), step, count);
    }
    trying.delete(second);
    for (const [step, count] of (open.get(second) ?? []).entries()) {
      openCount -= count;
      ready[step] = (ready[step] ?? 0) + count;
    }
    open.delete(second);
  };
  const tryAgain = (second: number, step: number, count: number) => {
    put(trying, second + Math.ceil(hangSeconds), Math.min(step, openSeconds.length - 1), count);
    tryingCount += count;
  };

  return {
    /** One second's work. @returns how many of those that wait were taken, and forwarders in use */
    work: (second: number, waiting: number) => {
      turn(second);
      const free = () => Math.max(0, concurrency - tryingCount - storing);
      let storing = 0;
      let left = waiting;
      storing = Math.min(left * storeSeconds, openCount, free());
      left = Math.max(0, left - storing / storeSeconds);
      for (const [step, count] of ready.entries()) {
        const some = Math.min(left, count, free());
        ready[step] = count - some;
        tryAgain(second, step + 1, some);
        left -= some;
      }
      const some = Math.min(left, free(), newPerSecond);
      tryAgain(second, 0, some);
      left -= some;
      return { taken: waiting - left, atOnce: tryingCount + storing };
    },
  };
}

/** How long a breaker stays open after each try that failed, in seconds. */
function breakerSteps({ openMs, maxOpenMs }: BreakerPolicy): number[] {
  const steps = [openMs];
  for (let last = openMs; last < maxOpenMs; steps.push(last)) last = Math.min(2 * last, maxOpenMs);
  return steps.map((ms) => Math.ceil(ms / 1_000));
}

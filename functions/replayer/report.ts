import type { Clock } from "../clock.ts";
import { countTraffic, type Traffic } from "../intake/traffic.ts";
import { timeOf } from "../undelivered/stored-object.ts";

/** Counts of one run; those of events add up: `readEvents = delivered + rejected + left`. */
export interface Counts {
  /** Objects handled to their end: removed from `undelivered/`. */
  readonly objects: number;
  /** Log events in the objects that were read, but for those that were sent before. */
  readonly readEvents: number;
  readonly delivered: number;
  /** Now under `rejected/`. */
  readonly rejected: number;
  /** Still under `undelivered/`. */
  readonly left: number;
  /** Objects that are no payload of ours: now under `rejected/`, events unknown. */
  readonly unreadable: number;
  /** Entries whose time the intake does not take, and that got the present one. */
  readonly redated: number;
  /** Objects that failed too often, or are too large: now under `rejected/`, or not tried again for a day. */
  readonly setAside: number;
  /** Objects that are sent and that S3 does not remove. They are not sent again. */
  readonly notRemoved: number;
  /** Events that Lambda had given up on, and that the forwarder has taken now. They are not among the other counts. */
  readonly forwarded: number;
}

export interface ReplayReport extends Counts, Traffic {
  /** Why it ended before it had tried every object: `deadline`, or what the intake or S3 answered. */
  readonly stoppedBy?: string;
  /** Age of the oldest log that is left and not set aside, in milliseconds; 0 if none is. */
  readonly oldestStoredMs: number;
  /** Keys of objects that were set aside, and why; also of those of earlier runs that could not be moved. */
  readonly setAsideKeys?: Readonly<Record<string, string>>;
}

/** More would make the line hard to read. */
const MAX_KEYS = 20;

/** A run may last a quarter of an hour, and alarms look at periods of five minutes. */
const TELL_EVERY_MS = 60_000;

const NOTHING: Counts = {
  objects: 0,
  readEvents: 0,
  delivered: 0,
  rejected: 0,
  left: 0,
  unreadable: 0,
  redated: 0,
  setAside: 0,
  notRemoved: 0,
  forwarded: 0,
};
const COUNTS = Object.keys(NOTHING) as readonly (keyof Counts)[];

export type Run = ReturnType<typeof openRun>;

/**
 * Collects what a run has to tell.
 * @param tell told each minute, and at the end, of what happened since the last time
 */
export function openRun(sendUntilMs: number, clock: Clock, tell: (part: ReplayReport) => void) {
  const counts: { -readonly [name in keyof Counts]: number } = { ...NOTHING };
  const { traffic, ...counting } = countTraffic();
  const asideKeys: Record<string, string> = {};
  let leftSinceMs: number | undefined;
  let told = { counts: { ...NOTHING }, requests: 0, bytesOut: 0, atMs: clock.monotonicMs() };

  const ageOf = (timeMs: number | undefined) => (timeMs === undefined ? 0 : Math.max(0, clock.now() - timeMs));
  const tellPart = (oldestMs: number | undefined, ending: Partial<ReplayReport>) => {
    const { requests, bytesOut } = traffic();
    const since = Object.fromEntries(COUNTS.map((name) => [name, counts[name] - told.counts[name]]));
    tell({
      ...(since as unknown as Counts),
      requests: requests - told.requests,
      bytesOut: bytesOut - told.bytesOut,
      notes: {},
      oldestStoredMs: ageOf(oldestMs),
      ...ending,
    });
    told = { counts: { ...counts }, requests, bytesOut, atMs: clock.monotonicMs() };
  };
  return {
    call: { ...counting, deadlineMs: sendUntilMs },
    counts: counts as Counts,
    add: (more: Partial<Counts> = {}) => {
      for (const name of COUNTS) counts[name] += more[name] ?? 0;
    },
    /** It waits for a later run. */
    leave: (key: string) => {
      leftSinceMs = older(leftSinceMs, timeOf(key));
    },
    setAside: (key: string, reason: string) => {
      if (Object.keys(asideKeys).length < MAX_KEYS) asideKeys[key] = reason;
    },
    /** @param keys of objects under way: what waits behind all of them is newer, or has been left */
    goesOn: (keys: readonly string[]) => {
      if (clock.monotonicMs() - told.atMs < TELL_EVERY_MS) return;
      tellPart(keys.map(timeOf).reduce(older, leftSinceMs), {});
    },
    close: (stoppedBy: string | undefined): ReplayReport => {
      const ending = {
        notes: traffic().notes,
        ...(stoppedBy !== undefined && { stoppedBy }),
        ...(Object.keys(asideKeys).length > 0 && { setAsideKeys: asideKeys }),
      };
      tellPart(leftSinceMs, ending);
      return { ...counts, ...traffic(), oldestStoredMs: ageOf(leftSinceMs), ...ending };
    },
  };
}

const older = (a: number | undefined, b: number | undefined) =>
  a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);

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

export type Run = ReturnType<typeof openRun>;

/** Collects what a run has to tell. */
export function openRun(sendUntilMs: number, clock: Clock) {
  const counts: { -readonly [name in keyof Counts]: number } = {
    objects: 0,
    readEvents: 0,
    delivered: 0,
    rejected: 0,
    left: 0,
    unreadable: 0,
    redated: 0,
    setAside: 0,
    notRemoved: 0,
  };
  const { traffic, ...counting } = countTraffic();
  const asideKeys: Record<string, string> = {};
  let oldestMs: number | undefined;
  return {
    call: { ...counting, deadlineMs: sendUntilMs },
    counts: counts as Counts,
    add: (more: Partial<Counts> = {}) => {
      for (const [name, count] of Object.entries(more)) counts[name as keyof Counts] += count;
    },
    /** It waits for a later run. */
    leave: (key: string) => {
      const timeMs = timeOf(key);
      if (timeMs !== undefined) oldestMs = Math.min(timeMs, oldestMs ?? timeMs);
    },
    setAside: (key: string, reason: string) => {
      if (Object.keys(asideKeys).length < MAX_KEYS) asideKeys[key] = reason;
    },
    close: (stoppedBy: string | undefined): ReplayReport => ({
      ...counts,
      ...traffic(),
      ...(stoppedBy !== undefined && { stoppedBy }),
      oldestStoredMs: oldestMs === undefined ? 0 : Math.max(0, clock.now() - oldestMs),
      ...(Object.keys(asideKeys).length > 0 && { setAsideKeys: asideKeys }),
    }),
  };
}

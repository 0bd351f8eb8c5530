import type { Clock } from "../clock.ts";
import { redate } from "../forwarder/stages/redate.ts";
import { entriesOf, payloadOf } from "../intake/payload.ts";
import type { Call, Deliver } from "../intake/send.ts";
import { countTraffic, type Traffic } from "../intake/traffic.ts";
import type { Compress, Payload, Settled } from "../records/payload.ts";
import { type Store, StoreError } from "../undelivered/store.ts";
import { keyOfPart, payloadFrom, storedPayload, storedUnknown, timeOf } from "../undelivered/stored-object.ts";

export interface Replayer {
  readonly store: Store;
  readonly deliver: Deliver;
  readonly clock: Clock;
  readonly compress: Compress;
}

/** Counts of one run; those of events add up: `readEvents = delivered + rejected + left`. */
interface Counts {
  /** Objects handled to their end: removed from `undelivered/`. */
  readonly objects: number;
  /** Log events in the objects that were read. */
  readonly readEvents: number;
  readonly delivered: number;
  /** Now under `rejected/`. */
  readonly rejected: number;
  /** Still under `undelivered/`. */
  readonly left: number;
  /** Objects that are no payload of ours: now under `rejected/`, events unknown. */
  readonly unreadable: number;
  /** Entries whose time was too old for the intake and was moved. */
  readonly redated: number;
}

export interface ReplayReport extends Counts, Traffic {
  /** Why it ended before it had tried every object: `deadline`, or what the intake or S3 answered. */
  readonly stoppedBy?: string;
  /** Age of the oldest log that is left, in milliseconds; 0 if none is. */
  readonly oldestStoredMs: number;
}

export interface Replayed {
  readonly report: ReplayReport;
  /** S3 failed: the caller must fail the invocation. What was done until then stays done, and is in the report. */
  readonly failure?: StoreError;
}

/** No new object is begun with less time than this before the deadline. */
const MIN_OBJECT_MS = 1_000;

/**
 * One object that fails may be the object's own fault, and must not hold up the others; two in a row are not.
 */
const MAX_FAILURES_IN_A_ROW = 2;

/**
 * Sends what the store holds under `undelivered/`, oldest first, one at a time. An object goes only when its bytes
 * were accepted, or are safe elsewhere. Stops when the intake can't take anything now, and leaves the rest: the next
 * run begins with the oldest again.
 *
 * @param deadlineMs moment (milliseconds since the epoch) by which sending ends.
 */
export async function replay(replayer: Replayer, deadlineMs: number): Promise<Replayed> {
  const { store, clock } = replayer;
  const run = openRun(deadlineMs);
  let failuresInARow = 0;
  try {
    for await (const key of store.list("undelivered/")) {
      if (deadlineMs - clock.now() < MIN_OBJECT_MS) return { report: run.close(clock.now(), key, "deadline") };
      const { counts, failed } = await replayObject(key, replayer, run.call);
      run.add(counts);
      failuresInARow = failed === undefined ? 0 : failuresInARow + 1;
      if (failed === undefined) continue;
      run.leave(key, failed.reason);
      // A refused key is refused for all of them.
      const stop = failuresInARow >= MAX_FAILURES_IN_A_ROW || /^http 40[13]$/.test(failed.reason);
      if (stop) return { report: run.close(clock.now(), key, failed.reason), failure: failed.error };
    }
    return { report: run.close(clock.now()) };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return { report: run.close(clock.now(), undefined, error.reason), failure: error };
  }
}

/** Collects what a run has to tell. */
function openRun(deadlineMs: number) {
  const counts = { objects: 0, readEvents: 0, delivered: 0, rejected: 0, left: 0, unreadable: 0, redated: 0 };
  const { traffic, ...counting } = countTraffic();
  let oldestLeft: string | undefined;
  return {
    call: { ...counting, deadlineMs },
    add: (more: Partial<Counts>) => {
      for (const [name, count] of Object.entries(more)) counts[name as keyof Counts] += count;
    },
    leave: (key: string, reason: string) => {
      oldestLeft ??= key;
      counting.note(`left: ${reason}`);
    },
    close: (now: number, nextKey?: string, stoppedBy?: string): ReplayReport => {
      // Keys come oldest first.
      const oldest = oldestLeft ?? nextKey;
      const oldestMs = oldest === undefined ? undefined : timeOf(oldest);
      const oldestStoredMs = oldestMs === undefined ? 0 : Math.max(0, now - oldestMs);
      return { ...counts, ...traffic(), ...(stoppedBy && { stoppedBy }), oldestStoredMs };
    },
  };
}

interface ObjectDone {
  readonly counts: Partial<Counts>;
  /** Why some or all of it is still there; `error` if it was S3. */
  readonly failed?: { readonly reason: string; readonly error?: StoreError };
}

async function replayObject(key: string, replayer: Replayer, call: Call): Promise<ObjectDone> {
  const { store, deliver, clock, compress } = replayer;
  let counts: Partial<Counts> = {};
  try {
    const object = await store.read(key);
    // Somebody else took it away since it was listed.
    if (!object) return { counts };
    const restored = restore(object.body, object.metadata, clock.now(), compress);
    if (!restored) {
      await moveUnreadable(key, object.body, store);
      return { counts: { objects: 1, unreadable: 1 } };
    }
    const { payload, redated } = restored;
    const settled = await deliver(payload, call);
    counts = { readEvents: payload.entryCount, redated, ...count(settled) };
    const reason = settled.map(({ outcome }) => outcome).find((outcome) => outcome.status === "retryable")?.reason;
    const failed = reason === undefined ? undefined : { reason };
    // Nothing of it was taken: it stays as it is.
    if (counts.left === payload.entryCount) return { counts, failed };
    await keepRest(key, settled, store);
    await store.remove(key);
    return { counts: { ...counts, objects: 1 }, failed };
  } catch (error) {
    // Archived, or encrypted with a key that is gone: that object's own trouble. If its entries were taken before,
    // they are counted, and will arrive twice.
    if (error instanceof StoreError) return { counts, failed: { reason: error.reason, error } };
    throw error;
  }
}

async function moveUnreadable(key: string, body: Uint8Array, store: Store): Promise<void> {
  await store.write(storedUnknown(key, body), WRITE_TIMEOUT_MS);
  await store.remove(key);
}

const WRITE_TIMEOUT_MS = 10_000;

/** What of an object was not delivered becomes objects of its own, before the object itself goes. */
async function keepRest(key: string, settled: readonly Settled[], store: Store): Promise<void> {
  for (const [part, { payload, outcome }] of settled.entries()) {
    if (outcome.status === "delivered") continue;
    const kind = outcome.status === "rejected" ? "rejected" : "undelivered";
    const partKey = keyOfPart(key, kind, part, payload);
    await store.write(storedPayload(kind, payload, outcome.reason, partKey), WRITE_TIMEOUT_MS);
  }
}

function count(settled: readonly Settled[]) {
  const counts = { delivered: 0, rejected: 0, left: 0 };
  for (const { payload, outcome } of settled) {
    counts[outcome.status === "retryable" ? "left" : outcome.status] += payload.entryCount;
  }
  return counts;
}

/**
 * The payload in an object, ready to send: as it is, if it can be; entries that are too old for the intake get the
 * present time. An object that a person put there may lack our metadata. Undefined if the object holds no entries.
 */
function restore(
  body: Uint8Array,
  metadata: Readonly<Record<string, string>>,
  now: number,
  compress: Compress,
): { payload: Payload; redated: number } | undefined {
  const known = payloadFrom(body, metadata);
  if (known && redate([{ timestamp: known.firstEventMs }], now).count === 0) return { payload: known, redated: 0 };
  const entries = entriesOf(body);
  if (!entries) return undefined;
  const present = redate(entries, now);
  return { payload: payloadOf(present.entries, compress), redated: present.count };
}

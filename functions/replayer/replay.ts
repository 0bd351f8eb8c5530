import type { Clock, Payload, Settled } from "../forwarder/types.ts";
import { entriesOf, payloadOf, type SentEntry } from "../intake/payload.ts";
import type { Call, Deliver } from "../intake/send.ts";
import type { Store } from "../undelivered/store.ts";
import { keyOfPart, payloadFrom, storedAt, storedPayload } from "../undelivered/stored-object.ts";

export interface Replayer {
  readonly store: Store;
  readonly deliver: Deliver;
  readonly clock: Clock;
  readonly compressionLevel: number;
}

/** One run's account: `readEvents = delivered + rejected + left`. */
export interface ReplayReport {
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
  /** Why it ended before the store was empty: `deadline`, or why the intake refused. */
  readonly stoppedBy?: string;
  /** Age of the oldest object that is left, in milliseconds; 0 if none is. */
  readonly oldestStoredMs: number;
  readonly requests: number;
  readonly bytesOut: number;
  readonly notes: Readonly<Record<string, number>>;
}

/** No new object is begun with less time than this before the deadline. */
const MIN_OBJECT_MS = 1_000;

/**
 * Sends what the store holds under `undelivered/`, oldest first, one at a time. An object goes only when its bytes
 * were accepted, or are safe elsewhere. Stops at the first object the intake can't take now, and leaves the rest:
 * the next run begins where this one ended.
 *
 * @param deadlineMs moment (milliseconds since the epoch) by which sending ends.
 * @throws StoreError if S3 fails; what was done until then stays done.
 */
export async function replay(replayer: Replayer, deadlineMs: number): Promise<ReplayReport> {
  const { store, clock } = replayer;
  const tally = { objects: 0, readEvents: 0, delivered: 0, rejected: 0, left: 0, unreadable: 0, redated: 0 };
  const traffic = { requests: 0, bytesOut: 0, notes: {} as Record<string, number> };
  const call: Call = {
    deadlineMs,
    countRequest: (bytes) => {
      traffic.requests += 1;
      traffic.bytesOut += bytes;
    },
    note: (what) => {
      traffic.notes[what] = (traffic.notes[what] ?? 0) + 1;
    },
  };
  for await (const key of store.list("undelivered/")) {
    let stoppedBy: string | undefined = deadlineMs - clock.now() < MIN_OBJECT_MS ? "deadline" : undefined;
    if (!stoppedBy) {
      const done = await replayObject(key, replayer, call);
      for (const [name, count] of Object.entries(done.counts)) tally[name as keyof typeof tally] += count;
      stoppedBy = done.stoppedBy;
    }
    if (stoppedBy) {
      const storedMs = storedAt(key);
      const oldestStoredMs = storedMs === undefined ? 0 : Math.max(0, clock.now() - storedMs);
      return { ...tally, ...traffic, stoppedBy, oldestStoredMs };
    }
  }
  return { ...tally, ...traffic, oldestStoredMs: 0 };
}

interface ObjectDone {
  readonly counts: Partial<Record<keyof Omit<ReplayReport, "stoppedBy" | "notes">, number>>;
  readonly stoppedBy?: string;
}

async function replayObject(key: string, replayer: Replayer, call: Call): Promise<ObjectDone> {
  const { store, deliver, clock, compressionLevel } = replayer;
  const object = await store.read(key);
  // Somebody else took it away since it was listed.
  if (!object) return { counts: {} };
  const restored = restore(object.body, object.metadata, clock.now(), compressionLevel);
  if (!restored) {
    const unknown: Payload = { body: object.body, entryCount: 0, rawBytes: 0, firstEventMs: 0, lastEventMs: 0 };
    await store.write(storedPayload(keyOfPart(key, "rejected", 0), unknown, "not a stored payload"), WRITE_TIMEOUT_MS);
    await store.remove(key);
    return { counts: { objects: 1, unreadable: 1 } };
  }
  const { payload, redated } = restored;
  const settled = await deliver(payload, call);
  const counts = { readEvents: payload.entryCount, redated, ...count(settled) };
  const stoppedBy = settled.map(({ outcome }) => outcome).find((outcome) => outcome.status === "retryable")?.reason;
  // Nothing of it was taken: it stays as it is.
  if (counts.left === payload.entryCount) return { counts, stoppedBy };
  await keepRest(key, settled, store);
  await store.remove(key);
  return { counts: { ...counts, objects: 1 }, stoppedBy };
}

const WRITE_TIMEOUT_MS = 10_000;

/** What of an object was not delivered becomes objects of its own, before the object itself goes. */
async function keepRest(key: string, settled: readonly Settled[], store: Store): Promise<void> {
  for (const [part, { payload, outcome }] of settled.entries()) {
    if (outcome.status === "delivered") continue;
    const kind = outcome.status === "rejected" ? "rejected" : "undelivered";
    await store.write(storedPayload(keyOfPart(key, kind, part), payload, outcome.reason), WRITE_TIMEOUT_MS);
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
 * The intake takes events up to 18 hours old. https://docs.datadoghq.com/api/latest/logs/#send-logs (2026-11)
 * Ten minutes less, since sending may have to wait.
 */
export const MAX_EVENT_AGE_MS = (18 * 60 - 10) * 60_000;

/**
 * The payload in an object, ready to send: as it is, if it can be; entries that are too old for the intake get the
 * present time, and keep the original in `replayed.originalTimestamp`. An object that a person put there may lack
 * our metadata. Undefined if the object holds no entries.
 */
function restore(
  body: Uint8Array,
  metadata: Readonly<Record<string, string>>,
  now: number,
  level: number,
): { payload: Payload; redated: number } | undefined {
  const oldest = now - MAX_EVENT_AGE_MS;
  const known = payloadFrom(body, metadata);
  if (known && known.firstEventMs >= oldest) return { payload: known, redated: 0 };

  const entries = entriesOf(body);
  if (!entries) return undefined;
  const present = entries.map(
    (entry): SentEntry =>
      entry.timestamp >= oldest
        ? entry
        : { ...entry, timestamp: now, replayed: { originalTimestamp: entry.timestamp } },
  );
  const redated = entries.filter(({ timestamp }) => timestamp < oldest).length;
  return { payload: payloadOf(present, level), redated };
}

import { type Clock, isOver, leftMs, nextMs, type Period } from "../clock.ts";
import { type ReplayStore, StoreError } from "../undelivered/store.ts";
import type { StoredObject } from "../undelivered/stored-object.ts";

/** Who may replay what the bucket holds: one run at a time, or objects would be sent twice. */
export const LOCK_KEY = "replayer/lock.json";

/** A run that was killed keeps the others out for so long. */
const LEASE_MS = 60_000;
const RENEW_MS = 15_000;
/** Clocks of two sandboxes may differ by so much. */
const SKEW_MS = 5_000;
const CALL_MS = 5_000;
const MAX_LOCK_BYTES = 4_096;

export interface Lock {
  /** False if it could not be renewed in time: another run may have it by now. */
  readonly isHeld: () => boolean;
  readonly release: () => Promise<void>;
}

/**
 * Takes the lock, by a write that S3 refuses if another was faster. Renewed until it is released.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html (2026-11)
 * @param holder tells this run from all others
 * @returns undefined if another run has it
 * @throws StoreError if nobody knows
 */
export async function takeLock(
  store: Pick<ReplayStore, "read" | "writeIf" | "remove">,
  holder: string,
  clock: Clock,
): Promise<Lock | undefined> {
  const found = await store.read(LOCK_KEY, CALL_MS, MAX_LOCK_BYTES);
  if (found && isTaken(found.body, clock.now())) return undefined;
  let lease = nextMs(clock, LEASE_MS);
  let etag = await store.writeIf(lockOf(holder, lease), found ? { etag: found.etag } : "absent", CALL_MS);
  if (etag === undefined) return undefined;
  let isReleased = false;

  const renew = async () => {
    const next = nextMs(clock, LEASE_MS);
    try {
      const renewed = await store.writeIf(lockOf(holder, next), { etag: etag ?? "" }, CALL_MS);
      // Somebody took it, or nobody knows whether the last write got there: the lease ends by itself.
      if (renewed === undefined) return false;
      etag = renewed;
      lease = next;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
    }
    return true;
  };
  const keep = async () => {
    do await clock.sleep(RENEW_MS);
    while (!isReleased && !isOver(clock, lease) && (await renew()));
  };
  const keeping = keep();
  return {
    isHeld: () => !isOver(clock, lease),
    release: async () => {
      isReleased = true;
      // Only while nobody else can have it. Otherwise it ends by itself.
      if (leftMs(clock, lease) < 2 * CALL_MS) return;
      try {
        await store.remove(LOCK_KEY, CALL_MS);
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
      }
      void keeping;
    },
  };
}

const lockOf = (holder: string, { fromMs, ms }: Period): StoredObject => ({
  key: LOCK_KEY,
  body: JSON.stringify({ version: 1, holder, untilMs: fromMs + ms }),
  contentType: "application/json",
  metadata: {},
});

/** What is broken, or ends later than any lease, is nobody's. */
function isTaken(body: Uint8Array, now: number): boolean {
  try {
    const { untilMs } = JSON.parse(Buffer.from(body).toString()) as { untilMs?: unknown };
    return typeof untilMs === "number" && untilMs + SKEW_MS > now && untilMs <= now + LEASE_MS + SKEW_MS;
  } catch {
    return false;
  }
}

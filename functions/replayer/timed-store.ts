import type { Clock } from "../clock.ts";
import { type ReadObject, type ReplayStore, StoreError } from "../undelivered/store.ts";
import type { StoredObject } from "../undelivered/stored-object.ts";

/** Moments of the monotonic clock, in this order. */
export interface RunEnds {
  /** No object is begun and nothing is sent after it. */
  readonly sendMs: number;
  /** By then each object that was sent is removed, or what is left of it stored. */
  readonly finishMs: number;
  /** By then the memory is saved: only the report is left. */
  readonly saveMs: number;
}

/** How long S3 may take for one call, however much time is left. */
const READ_MS = 10_000;
const WRITE_MS = 10_000;
const SMALL_CALL_MS = 5_000;

/** Larger than any object that is written here; one that is larger would fill a small function's memory. */
export const MAX_OBJECT_BYTES = 48 * 1024 * 1024;

/** Reason of the StoreError for a call that was not begun. */
export const NO_TIME_LEFT = "no time left for s3";

/** The store as one run uses it: no call goes on after the end of its part of the run. */
export type TimedStore = ReturnType<typeof timedStore>;

export function timedStore(store: ReplayStore, { sendMs, finishMs, saveMs }: RunEnds, clock: Clock) {
  const within = (endMs: number, capMs: number) => {
    const leftMs = Math.min(capMs, endMs - clock.monotonicMs());
    if (leftMs <= 0) throw new StoreError(NO_TIME_LEFT, "the run ends first.");
    return leftMs;
  };
  return {
    list: (prefix: string) => store.list(prefix, () => within(sendMs, READ_MS)),
    read: async (key: string): Promise<ReadObject | undefined> =>
      store.read(key, within(sendMs, READ_MS), MAX_OBJECT_BYTES),
    copy: async (from: string, to: string) => store.copy(from, to, within(finishMs, WRITE_MS)),
    write: async (object: StoredObject) => store.write(object, within(finishMs, WRITE_MS)),
    removeAll: async (keys: readonly string[]) => store.removeAll(keys, within(finishMs, SMALL_CALL_MS)),
    loadMs: () => Math.min(SMALL_CALL_MS, Math.max(1, sendMs - clock.monotonicMs())),
    saveMs: () => Math.min(SMALL_CALL_MS, Math.max(1, saveMs - clock.monotonicMs())),
  };
}

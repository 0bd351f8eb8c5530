import { MEMORY_KEY } from "../../functions/replayer/memory.ts";
import { type ReplayStore, StoreError } from "../../functions/undelivered/store.ts";

export interface StoreFaults {
  /** From 0 to 1. */
  readonly chance: () => number;
  probability: number;
  /** Whether answers may get lost, and the memory may meet faults: then entries may arrive twice. */
  readonly mayDouble: boolean;
  /** Told of the time that S3 hangs. */
  readonly wait: (ms: number) => void;
}

/** A store that fails now and then: before it does anything, by hanging, or after it has done it. */
export function faultyStore(store: ReplayStore, faults: StoreFaults): ReplayStore {
  const meets = (key: string) => faults.chance() < faults.probability && (faults.mayDouble || key !== MEMORY_KEY);
  const around = async <R>(key: string, timeoutMs: number, work: () => Promise<R>): Promise<R> => {
    if (!meets(key)) return work();
    const kind = faults.chance();
    if (kind < 0.4) throw new StoreError("s3 Refused", "before anything was done");
    if (kind > 0.7 && faults.mayDouble) await work();
    faults.wait(timeoutMs);
    throw new StoreError("s3 TimeoutError", "no answer in time");
  };
  return {
    write: (object, timeoutMs) => around(object.key, timeoutMs, () => store.write(object, 5_000)),
    read: (key, timeoutMs, maxBytes) => around(key, timeoutMs, () => store.read(key, 5_000, maxBytes)),
    copy: (from, to, timeoutMs) => around(from, timeoutMs, () => store.copy(from, to, 5_000)),
    // Removing is done or not, and told or not: neither sends anything twice.
    remove: async (key, timeoutMs) => {
      if (!meets(key)) return store.remove(key, 5_000);
      if (faults.chance() < 0.5) await store.remove(key, 5_000);
      faults.wait(timeoutMs);
      throw new StoreError("s3 TimeoutError", "no answer in time");
    },
    // All of them, some of them, or none.
    removeAll: async (keys, timeoutMs) => {
      const kept = keys.filter(meets);
      const gone = keys.filter((key) => !kept.includes(key));
      if (gone.length > 0) await store.removeAll(gone, 5_000);
      if (faults.chance() < faults.probability / 2) {
        faults.wait(timeoutMs);
        throw new StoreError("s3 TimeoutError", "no answer in time");
      }
      return new Map(kept.map((key) => [key, new StoreError("s3 AccessDenied", "refused")]));
    },
    folders: () => store.folders(5_000),
    writeIf: (object, expected, timeoutMs) =>
      around(object.key, timeoutMs, () => store.writeIf(object, expected, 5_000)),
    async *list(prefix, timeoutMs) {
      if (meets(prefix)) throw new StoreError("s3 Refused", "no listing");
      yield* store.list(prefix, timeoutMs);
    },
  };
}

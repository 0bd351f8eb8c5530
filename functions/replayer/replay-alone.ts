import { type ReplayStore, StoreError } from "../undelivered/store.ts";
import { FAILED_EVENTS } from "../undelivered/stored-object.ts";
import { type Lock, takeLock } from "./lock.ts";
import { type Replayed, type Replayer, replay } from "./replay.ts";
import { openRun } from "./report.ts";

const CALL_MS = 5_000;

/** What a bucket without conditional writes answers: some that are not AWS's. Then only the schedule keeps runs apart. */
const NO_CONDITIONS = "s3 NotImplemented";

export const HELD_BY_ANOTHER = "another run is under way";

/**
 * A run, if there is anything to send, and if no other is under way.
 * @param endMs see `replay`
 * @param holder tells this run from all others
 */
export async function replayAlone(replayer: Replayer, endMs: number, holder: string): Promise<Replayed> {
  const { store, clock, tell } = replayer;
  const told = () => openRun(endMs, clock, tell);
  try {
    if (!(await hasWork(replayer))) return { report: told().close(undefined) };
    const lock = await lockFor(store, holder, replayer);
    if (!lock) {
      const run = told();
      for await (const { key } of store.list("undelivered/", () => CALL_MS)) {
        run.leave(key);
        break;
      }
      return { report: run.close(HELD_BY_ANOTHER) };
    }
    try {
      return await replay(replayer, endMs, lock.isHeld);
    } finally {
      await lock.release();
    }
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return { report: told().close(error.reason), failure: error };
  }
}

async function hasWork({ store, invoke }: Replayer): Promise<boolean> {
  const folders = await store.folders(CALL_MS);
  return folders.some(
    (folder) => folder === "undelivered/" || (invoke !== undefined && FAILED_EVENTS.startsWith(folder)),
  );
}

async function lockFor(store: ReplayStore, holder: string, { clock }: Replayer): Promise<Lock | undefined> {
  try {
    return await takeLock(store, holder, clock);
  } catch (error) {
    if (!(error instanceof StoreError) || error.reason !== NO_CONDITIONS) throw error;
    return { isHeld: () => true, release: async () => undefined };
  }
}

import { type Listed, StoreError } from "../undelivered/store.ts";
import type { Memory, OwnFault } from "./memory.ts";
import type { ObjectEnded } from "./object-done.ts";
import { isKeyTrouble } from "./pace.ts";
import type { Turn } from "./queue.ts";
import type { Run } from "./report.ts";
import { NO_TIME_LEFT } from "./timed-store.ts";

/** Why a run ends before it has tried every object. */
export interface Stop {
  readonly stoppedBy: string;
  readonly failure?: StoreError;
}

/** One that fails may be its own fault; two in a row look like S3's. */
export const MAX_FAILURES_IN_A_ROW = 2;

interface Settling {
  readonly run: Run;
  readonly memory: Memory;
  readonly save: () => Promise<boolean>;
}

/** Counts what became of objects, and remembers what is not at its end. */
export function openSettling({ run, memory, save }: Settling) {
  /** What this run has met so far. */
  const got = {
    /** The intake has taken something. */
    accepted: false,
    /** The forwarder has taken an event. */
    forwarded: false,
    read: false,
    /** An object failed, and it may be its own fault. */
    blamed: new Set<OwnFault>(),
    removalError: undefined as StoreError | undefined,
    removalsFailed: 0,
  };
  let stop: Stop | undefined;

  const add = ({ key }: Listed, done: ObjectEnded) => {
    run.add(done.counts);
    got.accepted ||= (done.counts?.delivered ?? 0) > 0;
    got.forwarded ||= (done.counts?.forwarded ?? 0) > 0;
    got.read ||= done.read ?? false;
    const trouble = troubleOf(done);
    if (trouble !== undefined) {
      run.leave(key);
      run.call.note(`left: ${trouble}`);
    }
    if (done.setAside) run.setAside(key, done.setAside.reason);
  };
  const remember = (listed: Listed, { setAside, failed, notRemoved, endedBy }: ObjectEnded) => {
    if (setAside?.inPlace) memory.setAside(listed, setAside.reason);
    else if (notRemoved) {
      memory.sent(listed, notRemoved.reason);
      run.add({ notRemoved: 1 });
      run.call.note(`sent, not removed: ${notRemoved.reason}`);
    } else if (!failed) memory.forget(listed.key);
    // A refused key says nothing of the object, and neither does it that its turn did not come.
    else if (!isKeyTrouble(failed.reason) && !(endedBy?.notTried && !failed.taken)) {
      got.blamed.add(failed.ownFault);
      memory.failed(listed, failed.reason, failed.ownFault, failed.taken);
    }
  };
  /** They were sent, and would be sent again if they were forgotten. So what can't be remembered ends the run. */
  const keepSent = async (notRemoved: readonly ObjectEnded[], isNew: boolean) => {
    const error = notRemoved[0]?.notRemoved;
    if (!error) return;
    const isFirst = got.removalError === undefined;
    got.removalError = error;
    const goesOn = !memory.isFull() && (!(isNew && isFirst) || (await save()));
    if (!goesOn) stop ??= { stoppedBy: error.reason, failure: error };
  };
  return {
    got,
    /** Why the run can't go on, if so. */
    stop: () => stop,
    settle: async (ended: ReadonlyMap<Turn, ObjectEnded>) => {
      const isNew = [...ended].some(([{ record }, { notRemoved }]) => notRemoved && !record?.sent);
      for (const [{ listed }, done] of ended) {
        add(listed, done);
        remember(listed, done);
      }
      const all = [...ended.values()];
      if (all.some(({ counts }) => counts?.objects)) got.removalsFailed = 0;
      const notRemoved = all.filter((done) => done.notRemoved);
      if (notRemoved.length > 0) got.removalsFailed += 1;
      await keepSent(notRemoved, isNew);
    },
    /** Why nothing is removed any more: each try may take as long as S3 hangs. */
    notRemoving: () => (got.removalsFailed < MAX_FAILURES_IN_A_ROW ? undefined : got.removalError),
  };
}

export const troubleOf = ({ failed, endedBy }: Pick<ObjectEnded, "failed" | "endedBy">): string | undefined =>
  failed?.reason ?? endedBy?.reason;

/** A listing failed. */
export function stopFor(error: unknown): Stop {
  if (!(error instanceof StoreError)) throw error;
  return error.reason === NO_TIME_LEFT ? { stoppedBy: "deadline" } : { stoppedBy: error.reason, failure: error };
}

import type { Clock } from "../clock.ts";
import type { Deliver } from "../intake/send.ts";
import type { Compress } from "../records/payload.ts";
import { type Listed, type ReplayStore, StoreError } from "../undelivered/store.ts";
import { type Keeper, openMemory } from "./memory.ts";
import { openQueue, type Turn } from "./queue.ts";
import { type ObjectDone, replayObject, type Tools } from "./replay-object.ts";
import { openRun, type ReplayReport } from "./report.ts";
import { isKeyTrouble, MAX_FAILURES_IN_A_ROW, MIN_SEND_MS } from "./send-pieces.ts";
import { NO_TIME_LEFT, type RunEnds, timedStore } from "./timed-store.ts";

export interface Replayer {
  readonly store: ReplayStore;
  /** What it remembers from one run to the next. */
  readonly keeper: Keeper;
  readonly deliver: Deliver;
  readonly clock: Clock;
  readonly compress: Compress;
}

export interface Replayed {
  readonly report: ReplayReport;
  /** S3 failed: the caller must fail the invocation. What was done until then stays done, and is in the report. */
  readonly failure?: StoreError;
}

/** Why a run ends before it has tried every object. */
interface Stop {
  readonly stoppedBy: string;
  readonly failure?: StoreError;
}

/** Kept for storing what was sent in part, and for removing the last object. */
const FINISH_RESERVE_MS = 5_000;
/** Kept for the memory: what is not remembered is sent twice. */
const SAVE_RESERVE_MS = 1_500;

/** Shares of what there is, so that a short run has all steps, too. */
function endsOf(endMs: number, clock: Clock): RunEnds {
  const leftMs = Math.max(0, endMs - clock.monotonicMs());
  return {
    sendMs: endMs - Math.min(FINISH_RESERVE_MS, leftMs / 2),
    finishMs: endMs - Math.min(SAVE_RESERVE_MS, leftMs / 8),
    saveMs: endMs,
  };
}

/**
 * Sends what the store holds under `undelivered/`, oldest first, one object at a time. An object goes only when its bytes
 * were accepted, or are safe elsewhere. Stops when the intake can't take anything now. What failed is remembered, and the
 * next run begins with others.
 *
 * @param endMs moment of the monotonic clock by which all but the report is done.
 */
export async function replay(replayer: Replayer, endMs: number): Promise<Replayed> {
  const session = await openSession(replayer, endMs);
  const { run, queue, memory, got, save } = session;
  const stop = await takeTurns(session);
  for (const { key } of queue.waiting()) run.leave(key);
  memory.close({ ...got, listedAll: queue.listedAll() });
  await save();
  return { report: run.close(stop?.stoppedBy), failure: stop?.failure ?? got.removalError };
}

/** What one run works with. */
type Session = Awaited<ReturnType<typeof openSession>>;

async function openSession(replayer: Replayer, endMs: number) {
  const { keeper, clock } = replayer;
  const ends = endsOf(endMs, clock);
  const store = timedStore(replayer.store, ends, clock);
  const run = openRun(ends.sendMs, clock);
  const memory = openMemory(await keeper.load(store.loadMs(), run.call.note), clock);
  const queue = openQueue(store.list("undelivered/"), memory, ({ listed: { key }, record }) => {
    if (record.setAside) run.setAside(key, record.reason);
    else run.leave(key);
  });
  /** What this run has met so far. */
  const got = { accepted: false, read: false, removalError: undefined as StoreError | undefined, removalsFailed: 0 };
  const tools: Tools = {
    ...replayer,
    store,
    call: run.call,
    isWell: () => got.accepted,
    skip: queue.skip,
    // Each try may take as long as S3 hangs.
    notRemoving: () => (got.removalsFailed < MAX_FAILURES_IN_A_ROW ? undefined : got.removalError),
  };
  const save = async (): Promise<boolean> => {
    const error = await keeper.save(memory.records, store.saveMs());
    if (error && memory.records.size > 0) run.call.note(`memory not saved: ${error.reason}`);
    return error === undefined;
  };
  return { run, memory, queue, got, tools, save };
}

async function takeTurns(session: Session): Promise<Stop | undefined> {
  const { queue, run, tools } = session;
  let failuresInARow = 0;
  let isWell = false;
  try {
    for (;;) {
      const turn = await queue.next(isWell);
      if (!turn) return undefined;
      if (run.call.deadlineMs - tools.clock.monotonicMs() < MIN_SEND_MS) return outOfTime(session, turn);
      const done = await replayObject(turn, tools);
      const trouble = done.failed?.reason ?? done.endedBy?.reason;
      if (trouble !== undefined) failuresInARow += done.failed?.inARow ?? 1;
      else if (done.read) failuresInARow = 0;
      isWell = trouble === undefined && (isWell || (done.counts?.delivered ?? 0) > 0);
      const stop = (await settle(session, turn.listed, done)) ?? stopFor(done, failuresInARow);
      if (stop) return stop;
    }
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return error.reason === NO_TIME_LEFT ? { stoppedBy: "deadline" } : { stoppedBy: error.reason, failure: error };
  }
}

function outOfTime({ run }: Session, { listed }: Turn): Stop {
  run.leave(listed.key);
  return { stoppedBy: "deadline" };
}

function stopFor({ failed, endedBy }: ObjectDone, failuresInARow: number): Stop | undefined {
  if (endedBy?.outOfTime) return { stoppedBy: "deadline" };
  const reason = failed?.reason ?? endedBy?.reason;
  if (reason === undefined) return undefined;
  const stops = failuresInARow >= MAX_FAILURES_IN_A_ROW || isKeyTrouble(reason);
  return stops ? { stoppedBy: reason, failure: failed?.error } : undefined;
}

/** Counts what became of an object, and remembers what is not at its end. @returns why the run can't go on, if so */
async function settle(session: Session, listed: Listed, done: ObjectDone): Promise<Stop | undefined> {
  const { run, memory, got } = session;
  run.add(done.counts);
  got.accepted ||= (done.counts?.delivered ?? 0) > 0;
  got.read ||= done.read ?? false;
  const trouble = done.failed?.reason ?? done.endedBy?.reason;
  if (trouble !== undefined) {
    run.leave(listed.key);
    run.call.note(`left: ${trouble}`);
  }
  if (done.setAside) run.setAside(listed.key, done.setAside.reason);

  if (done.setAside?.inPlace) memory.setAside(listed, done.setAside.reason);
  else if (done.notRemoved) return rememberSent(session, listed, done.notRemoved);
  else if (!done.failed) memory.forget(listed.key);
  // A refused key says nothing of the object.
  else if (!isKeyTrouble(done.failed.reason)) {
    memory.failed(listed, done.failed.reason, done.failed.ownFault, done.failed.taken);
  }
  if (done.counts?.objects) got.removalsFailed = 0;
  return undefined;
}

/** It was sent, and would be sent again if it were forgotten. So what can't be remembered ends the run. */
async function rememberSent(session: Session, listed: Listed, error: StoreError): Promise<Stop | undefined> {
  const { run, memory, got, save } = session;
  const isNew = !memory.records.get(listed.key)?.sent;
  memory.sent(listed, error.reason);
  run.add({ notRemoved: 1 });
  run.call.note(`sent, not removed: ${error.reason}`);
  const isFirst = got.removalError === undefined;
  got.removalError = error;
  got.removalsFailed += 1;
  const goesOn = memory.isFull() ? false : !(isNew && isFirst) || (await save());
  return goesOn ? undefined : { stoppedBy: error.reason, failure: error };
}

import type { Clock } from "../clock.ts";
import type { ReplayStore, StoreError } from "../undelivered/store.ts";
import { FAILED_EVENTS } from "../undelivered/stored-object.ts";
import { drainObjects } from "./drain-objects.ts";
import type { Invoke } from "./invoke-forwarder.ts";
import { type Keeper, openMemory } from "./memory.ts";
import type { PacedIntake } from "./paced-intake.ts";
import { openQueue } from "./queue.ts";
import { replayEvents } from "./replay-events.ts";
import { openRun, type ReplayReport } from "./report.ts";
import { openSettling } from "./settle.ts";
import type { Sizes } from "./sizes.ts";
import { type RunEnds, timedStore } from "./timed-store.ts";

export interface Replayer {
  readonly store: ReplayStore;
  /** What it remembers from one run to the next. */
  readonly keeper: Keeper;
  readonly intake: PacedIntake;
  /** Undefined: what Lambda gave up on stays where it is. */
  readonly invoke?: Invoke;
  readonly clock: Clock;
  readonly sizes: Sizes;
  /** Told each minute, and at the end, of what happened since the last time. */
  readonly tell: (part: ReplayReport) => void;
}

export interface Replayed {
  readonly report: ReplayReport;
  /** S3 failed: the caller must fail the invocation. What was done until then stays done, and is in the report. */
  readonly failure?: StoreError;
}

/** Kept for storing what was sent in part, and for removing the last objects. */
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
 * Sends what the store holds under `undelivered/`, oldest first, many objects at a time, and hands the forwarder what Lambda
 * gave up on. An object goes only when its bytes were accepted, or are safe elsewhere. Stops when the intake can't take
 * anything now. What failed is remembered, and the next run begins with others.
 *
 * @param endMs moment of the monotonic clock by which all but the report is done
 * @param mayGoOn whether something new may be begun
 */
export async function replay(replayer: Replayer, endMs: number, mayGoOn = () => true): Promise<Replayed> {
  const { keeper, clock, compress, intake, sizes, tell } = { ...replayer, compress: replayer.intake.compress };
  const ends = endsOf(endMs, clock);
  const store = timedStore(replayer.store, ends, clock);
  const run = openRun(ends.sendMs, clock, tell);
  const memory = openMemory(await keeper.load(store.loadMs(), run.call.note), clock);
  const save = async (): Promise<boolean> => {
    const error = await keeper.save(memory.records, store.saveMs());
    if (error && memory.records.size > 0) run.call.note(`memory not saved: ${error.reason}`);
    return error === undefined;
  };
  const settling = openSettling({ run, memory, save });
  const queueOf = (prefix: string) =>
    openQueue(store.list(prefix), memory, ({ listed: { key }, record }) => {
      if (record.setAside) run.setAside(key, record.reason);
      else run.leave(key);
    });

  const objects = queueOf("undelivered/");
  const runIntake = intake.forOneRun();
  const takes = () => settling.got.accepted || runIntake.hasAnswered();
  const tools = {
    store,
    intake: runIntake,
    clock,
    compress,
    call: run.call,
    sizes,
    isWell: takes,
    skip: objects.skip,
  };
  const events = replayer.invoke && queueOf(FAILED_EVENTS);
  const [stop, eventsStop] = await Promise.all([
    drainObjects({ queue: objects, tools, run, settling, mayGoOn }),
    events && replayer.invoke
      ? replayEvents({ queue: events, invoke: replayer.invoke, tools, run, settling, mayGoOn })
      : undefined,
  ]);

  for (const queue of [objects, events]) for (const { key } of queue?.waiting() ?? []) run.leave(key);
  const { forwarded, read } = settling.got;
  const listedAll = objects.listedAll() && (events?.listedAll() ?? true);
  memory.close({ accepted: takes(), forwarded, read, listedAll });
  await save();
  const why = stop ?? eventsStop;
  return { report: run.close(why?.stoppedBy), failure: why?.failure ?? settling.got.removalError };
}

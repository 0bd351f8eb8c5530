import type { StoreError } from "../undelivered/store.ts";
import { type Group, openGroups } from "./groups.ts";
import type { ObjectEnded } from "./object-done.ts";
import { MIN_SEND_MS } from "./pace.ts";
import type { openQueue, Turn } from "./queue.ts";
import { replayGroup } from "./replay-group.ts";
import type { Run } from "./report.ts";
import { MAX_FAILURES_IN_A_ROW, type openSettling, type Stop, stopFor, troubleOf } from "./settle.ts";
import type { Tools } from "./tools.ts";

export interface Draining {
  readonly queue: ReturnType<typeof openQueue>;
  readonly tools: Tools;
  readonly run: Run;
  readonly settling: ReturnType<typeof openSettling>;
  readonly mayGoOn: () => boolean;
}

/** Until the intake has taken something, few objects are read: in an outage all of it is for nothing. */
const FIRST_OBJECTS = 10;

/** Groups of objects, several at a time, until there are no more, or the run can't go on. @returns why, if so */
export async function drainObjects(draining: Draining): Promise<Stop | undefined> {
  const { queue, tools, run, settling } = draining;
  const { groupsAtOnce, bytesAtOnce, objectsInGroup } = tools.sizes;
  const groups = openGroups(queue, tools.sizes.bytesInGroup);
  const state = openState(draining);
  const underWay = new Map<Promise<void>, Group>();
  const bytesUnderWay = () => [...underWay.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  const begin = (group: Group) => {
    const work = replayGroup(group, tools, state.settle, settling.notRemoving).finally(() => underWay.delete(work));
    underWay.set(work, group);
  };
  const oneEnds = () => Promise.race(underWay.keys());
  let next: Group | undefined;
  let stop: Stop | undefined;
  try {
    for (;;) {
      run.goesOn([...underWay.values()].map(({ turns: [{ listed }] }) => listed.key));
      const { accepted } = settling.got;
      next ??= await groups.next(state.isWell(), accepted ? objectsInGroup : FIRST_OBJECTS);
      stop = state.stop();
      if (stop) break;
      if (!next) {
        if (underWay.size === 0) break;
        // What fails meanwhile has its turn in the next run.
        await oneEnds();
        continue;
      }
      const fits = underWay.size < (accepted ? groupsAtOnce : 1) && bytesUnderWay() + next.bytes <= bytesAtOnce;
      if (underWay.size > 0 && !fits) {
        await oneEnds();
        continue;
      }
      begin(next);
      next = undefined;
    }
  } catch (error) {
    stop = stopFor(error);
  }
  await Promise.all(underWay.keys());
  for (const turn of [...(next?.turns ?? []), groups.held()]) if (turn) run.leave(turn.listed.key);
  // What ended while others were still under way counts, too.
  return stop ?? state.stop();
}

/** Whether all is well, as far as groups have ended. */
function openState({ tools, settling, mayGoOn }: Draining) {
  const { intake, clock, call } = tools;
  let isWell = false;
  let s3FailuresInARow = 0;
  let s3Error: StoreError | undefined;
  let isLate = false;

  const stopForStore = (): Stop | undefined =>
    s3FailuresInARow >= MAX_FAILURES_IN_A_ROW && s3Error ? { stoppedBy: s3Error.reason, failure: s3Error } : undefined;
  return {
    isWell: () => isWell,
    settle: async (ended: ReadonlyMap<Turn, ObjectEnded>) => {
      const all = [...ended.values()];
      await settling.settle(ended);
      isLate ||= all.some(({ endedBy }) => endedBy?.outOfTime);
      const inTrouble = all.some((done) => troubleOf(done) !== undefined);
      isWell = !inTrouble && (isWell || all.some(({ counts }) => (counts?.delivered ?? 0) > 0));
      const failed = all.flatMap(({ failed }) => failed?.error ?? []);
      s3Error = failed[0] ?? s3Error;
      s3FailuresInARow = all.some((done) => done.read && !done.failed?.error) ? 0 : s3FailuresInARow + failed.length;
    },
    stop: (): Stop | undefined => {
      const ended = intake.ended();
      if (ended) return { stoppedBy: ended.reason };
      if (!mayGoOn()) return { stoppedBy: "lock lost" };
      if (isLate || call.deadlineMs - clock.monotonicMs() < MIN_SEND_MS) return { stoppedBy: "deadline" };
      return settling.stop() ?? stopForStore();
    },
  };
}

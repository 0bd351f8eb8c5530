import type { Clock } from "../clock.ts";
import { type Calls, politeCalls } from "./calls.ts";
import { carryOut } from "./carry-out.ts";
import { mayPass } from "./failure.ts";
import type { LogsApi } from "./logs-api.ts";
import { type Listed, listLogGroups, looker } from "./look.ts";
import { type ListedLogGroup, plan, type SeenLogGroup, type Wish } from "./plan.ts";
import { type Counts, openTally } from "./tally.ts";

export interface Reconciler {
  readonly api: LogsApi;
  readonly clock: Clock;
  /** Whether the stack is being deleted, asked before each filter that is put. */
  readonly isStopped: (calls: Calls) => Promise<boolean>;
}

export interface Task {
  readonly wish: Wish;
  readonly dryRun: boolean;
  /** This log group alone; undefined: all. */
  readonly only?: string;
  /** Those up to this name, in order, had their turn. */
  readonly after?: string;
}

/** What one invocation came to. */
export interface Progress extends Counts {
  readonly calls: number;
  readonly throttled: number;
  /** How many log groups still wait for their turn (0: it is not known), and behind which name they begin; undefined if none does. */
  readonly rest?: { readonly logGroups: number; readonly after?: string };
  /** Why it ended before all had their turn: `deadline`, `deleted` (the stack), or what the service answered to the listing. */
  readonly stoppedBy?: string;
  /** Whether it may do better if it goes on at once. */
  readonly again?: boolean;
}

/** So many are looked at, planned and seen to before the next. */
const AT_ONCE = 20;
/** A log group that was just made may not be listed yet: so often it is asked for again, each time after twice as long. */
const NEW_GROUP_TRIES = 5;
const NEW_GROUP_PAUSE_MS = 1_000;

/**
 * Makes filters be as wished, log group by log group in order of their names: each is as wished, told with a reason, or part of the
 * rest. Done again, it does no more than is still to be done.
 *
 * @param endMs moment of the monotonic clock after which no call begins
 */
export async function reconcile(reconciler: Reconciler, task: Task, endMs: number): Promise<Progress> {
  const calls = politeCalls(reconciler.clock, endMs);
  const tally = openTally();
  const end = (stoppedBy?: string, rest?: Progress["rest"], again = stoppedBy === "deadline"): Progress => ({
    ...tally.counts(),
    ...calls.counts(),
    ...(rest && { rest }),
    ...(stoppedBy !== undefined && { stoppedBy }),
    ...(again && { again }),
  });

  const { after = "" } = task;
  const listed = await (task.only === undefined
    ? listLogGroups(reconciler.api, calls)
    : listOne(reconciler, calls, task.only));
  if ("late" in listed) return end("deadline", { logGroups: 0, after: task.after });
  if ("failure" in listed) {
    return end(listed.failure.code, { logGroups: 0, after: task.after }, mayPass(listed.failure));
  }

  const waiting = listed.logGroups.filter(({ name }) => name > after);
  const look = looker(reconciler.api, calls, task.wish);
  const hands = {
    api: reconciler.api,
    calls,
    filter: task.wish.filter,
    dryRun: task.dryRun,
    isStopped: () => reconciler.isStopped(calls),
  };
  let done = 0;
  const restFrom = () => ({ logGroups: waiting.length - done, after: waiting[done - 1]?.name ?? task.after });
  while (done < waiting.length) {
    const seen = await lookAtSome(waiting.slice(done, done + AT_ONCE), look);
    if (seen.length === 0) return end("deadline", restFrom());
    for (const decision of plan(seen, task.wish)) {
      const outcome = await carryOut(decision, hands);
      if ("late" in outcome) return end("deadline", restFrom());
      if ("stopped" in outcome) return end("deleted");
      tally.add(decision.logGroup, outcome);
      done += 1;
    }
  }
  return end();
}

/** As many of them as there is time for. */
async function lookAtSome(
  groups: readonly ListedLogGroup[],
  look: (group: ListedLogGroup) => Promise<SeenLogGroup | undefined>,
): Promise<SeenLogGroup[]> {
  const seen: SeenLogGroup[] = [];
  for (const group of groups) {
    const its = await look(group);
    if (!its) break;
    seen.push(its);
  }
  return seen;
}

/** One log group by its name. There may be none: it may be gone again. */
async function listOne({ api, clock }: Reconciler, calls: Calls, name: string): Promise<Listed> {
  for (let tries = 1; ; tries++) {
    // In order of names, so that one that is the prefix of others comes first.
    const called = await calls.read(() => api.listLogGroups(undefined, name));
    if (!("value" in called)) return called;
    const logGroups = called.value.logGroups.filter((group) => group.name === name);
    if (logGroups.length > 0 || tries === NEW_GROUP_TRIES) return { logGroups };
    await clock.sleep(NEW_GROUP_PAUSE_MS * 2 ** (tries - 1));
  }
}

import { LRUCache } from "lru-cache";
import { type Clock, isOver, nextMs, type Period } from "../../clock.ts";
import { inParallel } from "../../in-parallel.ts";
import { createBatches } from "./batches.ts";
import { createCache } from "./cache.ts";
import type { MetadataClients } from "./clients.ts";
import { createClusterClues } from "./cluster-clues.ts";
import type { Guard } from "./guard.ts";
import { isSettled, nameOf } from "./read-task.ts";
import { createSearchBudget } from "./search-budget.ts";
import type { Answer, KnownTask } from "./types.ts";

/** A new cluster is found after this long, or at once by a hint or an event. */
const CLUSTERS = { maxEntries: 1, freshMs: 60_000, missingMs: 300_000 };
const MAX_PARALLEL_CLUSTERS = 4;
/** 10,000 clusters: what AWS allows an account and region. Ends a list whose tokens never would. */
const MAX_PAGES = 100;
/** A task that is still starting is looked at again soon. */
const UNSETTLED_MS = 15_000;

const MAX_SEARCHES = 5_000;
/** How long it is remembered which clusters don't have a task, so that a search goes on where it was. */
const SEARCH_MS = 600_000;
/** How long a task that is nowhere is believed to be so: four times as long each time, up to the latter. */
const NOWHERE_MS = 60_000;
const MAX_NOWHERE_MS = 3_600_000;

export interface TaskFinder {
  /** Never rejects. */
  readonly findTask: (taskId: string, logGroup: string, clusterHint?: string) => Promise<Answer<KnownTask>>;
  /** There is a task in this cluster. */
  readonly seenIn: (clusterArn: string) => void;
}

/** How far the search for a task has come. */
interface Search {
  /** Names of the clusters that don't have it. */
  readonly without: Set<string>;
  readonly period: Period;
  /** How often it was nowhere. */
  timesNowhere: number;
}

/**
 * Finds a task of which only the id is known. A stream's name does not tell the cluster: it is looked for where the hint
 * says, then where the log group's last tasks were, then where any task was lately, then in every cluster there is, each
 * once. The first two take a call or two; all that comes after has a budget, and waits while ECS throttles: then it is
 * not found yet, and the search goes on with another delivery.
 */
export function createTaskFinder(clients: MetadataClients, guard: Guard, clock: Clock): TaskFinder {
  const clues = createClusterClues();
  const budget = createSearchBudget(clock);
  const clusters = createCache<readonly string[]>(CLUSTERS, clock);
  const searches = new LRUCache<string, Search>({ max: MAX_SEARCHES });
  const batches = createBatches((cluster, taskIds) =>
    guard.call("ecs:DescribeTasks", cluster, async () => {
      const tasks = await clients.describeTasks(cluster, taskIds);
      return { status: "found", value: new Map(tasks.map((task) => [nameOf(task.taskArn), task])) };
    }),
  );

  const ask = async (cluster: string, taskId: string, { without }: Search): Promise<Answer<KnownTask>> => {
    const answer = await batches.ask(cluster, taskId);
    if (answer.status === "failed" && answer.againMs !== undefined) budget.throttled();
    if (answer.status === "failed") return answer;
    const task = answer.status === "found" ? answer.value.get(taskId) : undefined;
    if (task) return { status: "found", value: task, ...(!isSettled(task) && { freshMs: UNSETTLED_MS }) };
    without.add(nameOf(cluster));
    return { status: "missing" };
  };

  /** Those that are left of some clusters. A call that is made anyway, for another task, costs nothing. */
  const askSome = async (some: readonly string[], taskId: string, search: Search): Promise<Answer<KnownTask>> => {
    const untried = some.filter((cluster) => !search.without.has(nameOf(cluster)));
    let found: Answer<KnownTask> | undefined;
    let failed = false;
    await inParallel(untried, MAX_PARALLEL_CLUSTERS, async (cluster) => {
      if (found || budget.isPaused() || (!batches.isOpen(cluster) && !budget.take())) {
        failed = true;
        return;
      }
      const answer = await ask(cluster, taskId, search);
      if (answer.status === "found") found = answer;
      failed ||= answer.status === "failed";
    });
    // A cluster that could not be asked may be the one: then nobody can say that the task is missing.
    return found ?? { status: failed ? "failed" : "missing" };
  };

  const searchAll = async (taskId: string, search: Search): Promise<Answer<KnownTask>> => {
    const lately = await askSome(clues.recent(), taskId, search);
    if (lately.status !== "missing" || budget.isPaused())
      return lately.status === "found" ? lately : { status: "failed" };
    await clusters.fill("all", async () => {
      const answer = await guard.call("ecs:ListClusters", "*", () => listClusters(clients, clock));
      if (answer.status === "failed" && answer.againMs !== undefined) budget.throttled();
      return answer;
    });
    const all = clusters.known("all");
    if (!all) return { status: "failed" };
    const answer = await askSome(all, taskId, search);
    if (answer.status !== "failed") budget.ended();
    return answer;
  };

  const searchFor = (taskId: string): Search => {
    const before = searches.get(taskId);
    if (before && !isOver(clock, before.period)) return before;
    const search = {
      without: new Set<string>(),
      period: nextMs(clock, SEARCH_MS),
      timesNowhere: before?.timesNowhere ?? 0,
    };
    searches.set(taskId, search);
    return search;
  };

  const findTask: TaskFinder["findTask"] = async (taskId, logGroup, clusterHint) => {
    const search = searchFor(taskId);
    let answer: Answer<KnownTask> = { status: "missing" };
    for (const cluster of [...(clusterHint ? [clusterHint] : []), ...clues.of(logGroup)]) {
      if (answer.status !== "missing" || search.without.has(nameOf(cluster))) continue;
      answer = await ask(cluster, taskId, search);
    }
    if (answer.status === "missing") answer = await searchAll(taskId, search);
    if (answer.status === "failed") return answer;
    if (answer.status === "found") {
      searches.delete(taskId);
      clues.found(logGroup, answer.value.clusterArn);
      return answer;
    }
    // The next time it is looked for everywhere again.
    search.without.clear();
    const nowhereMs = Math.min(NOWHERE_MS * 4 ** search.timesNowhere, MAX_NOWHERE_MS);
    search.timesNowhere += 1;
    return { ...answer, freshMs: nowhereMs };
  };
  return { findTask, seenIn: clues.seen };
}

/** Those of the region, in an order of each sandbox's own: so that not all begin with the same. */
async function listClusters(clients: MetadataClients, clock: Clock): Promise<Answer<readonly string[]>> {
  const all: string[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const answer = await clients.listClusters(nextToken);
    all.push(...answer.clusterArns);
    nextToken = answer.nextToken;
    if (!nextToken) break;
  }
  const ordered = all.map((cluster) => [clock.random(), cluster] as const).toSorted(([a], [b]) => a - b);
  return { status: "found", value: ordered.map(([, cluster]) => cluster) };
}

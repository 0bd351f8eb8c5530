import { LRUCache } from "lru-cache";
import type { Clock } from "../../clock.ts";
import { inParallel } from "../../in-parallel.ts";
import { createBatches } from "./batches.ts";
import { createCache } from "./cache.ts";
import type { MetadataClients } from "./clients.ts";
import type { Guard } from "./guard.ts";
import { isSettled, nameOf } from "./read-task.ts";
import type { Answer, KnownTask } from "./types.ts";

/** A new cluster is found after this long, or at once by a hint. */
const CLUSTERS = { maxEntries: 1, freshMs: 60_000, missingMs: 300_000 };
const MAX_LOG_GROUPS = 1_000;
const MAX_PARALLEL_CLUSTERS = 4;
/** 10,000 clusters: what AWS allows an account and region. Ends a list whose tokens never would. */
const MAX_PAGES = 100;
/** A task that is still starting is looked at again soon. */
const UNSETTLED_MS = 15_000;

export type FindTask = (taskId: string, logGroup: string, clusterHint?: string) => Promise<Answer<KnownTask>>;

/**
 * Finds a task of which only the id is known. A stream's name does not tell the cluster: it is looked for where the
 * hint says, then where the log group's last task was, then in every cluster there is, each once. Never rejects.
 */
export function createFindTask(clients: MetadataClients, guard: Guard, clock: Clock): FindTask {
  const clusterOfGroup = new LRUCache<string, string>({ max: MAX_LOG_GROUPS });
  const clusters = createCache<readonly string[]>(CLUSTERS, clock);
  const describe = createBatches((cluster, taskIds) =>
    guard.call("ecs:DescribeTasks", cluster, async () => {
      const tasks = await clients.describeTasks(cluster, taskIds);
      return { status: "found", value: new Map(tasks.map((task) => [nameOf(task.taskArn), task])) };
    }),
  );
  const ask = async (cluster: string, taskId: string): Promise<Answer<KnownTask>> => {
    const answer = await describe(cluster, taskId);
    if (answer.status !== "found") return answer;
    const task = answer.value.get(taskId);
    if (!task) return { status: "missing" };
    return { status: "found", value: task, ...(!isSettled(task) && { freshMs: UNSETTLED_MS }) };
  };
  const askAll = async (taskId: string, tried: ReadonlySet<string>): Promise<Answer<KnownTask>> => {
    await clusters.fill("all", () => guard.call("ecs:ListClusters", "*", () => listClusters(clients)));
    const known = clusters.known("all");
    if (!known) return { status: "failed" };
    let found: Answer<KnownTask> | undefined;
    let failed = false;
    const untried = known.filter((cluster) => !tried.has(nameOf(cluster)));
    await inParallel(untried, MAX_PARALLEL_CLUSTERS, async (cluster) => {
      if (found) return;
      const answer = await ask(cluster, taskId);
      if (answer.status === "found") found = answer;
      failed ||= answer.status === "failed";
    });
    // A cluster that could not be asked may be the one: then nobody can say that the task is missing.
    return found ?? { status: failed ? "failed" : "missing" };
  };

  return async (taskId, logGroup, clusterHint) => {
    const tried = new Set<string>();
    let answer: Answer<KnownTask> = { status: "missing" };
    for (const cluster of [clusterHint, clusterOfGroup.get(logGroup)]) {
      if (!cluster || tried.has(nameOf(cluster)) || answer.status !== "missing") continue;
      tried.add(nameOf(cluster));
      answer = await ask(cluster, taskId);
    }
    if (answer.status === "missing") answer = await askAll(taskId, tried);
    if (answer.status === "found") clusterOfGroup.set(logGroup, answer.value.clusterArn);
    return answer;
  };
}

async function listClusters(clients: MetadataClients): Promise<Answer<readonly string[]>> {
  const all: string[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const answer = await clients.listClusters(nextToken);
    all.push(...answer.clusterArns);
    nextToken = answer.nextToken;
    if (!nextToken) break;
  }
  return { status: "found", value: all };
}

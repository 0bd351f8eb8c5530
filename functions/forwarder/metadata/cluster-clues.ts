import { LRUCache } from "lru-cache";
import { nameOf } from "./read-task.ts";

export type ClusterClues = ReturnType<typeof createClusterClues>;

const MAX_LOG_GROUPS = 1_000;
/** A group's tasks are in one cluster; in two while a service moves. */
const MAX_OF_A_GROUP = 3;
const MAX_RECENT = 20;

/** Remembers where tasks were: those of each log group, and all. The last one comes first. */
export function createClusterClues() {
  const ofGroups = new LRUCache<string, readonly string[]>({ max: MAX_LOG_GROUPS });
  let recent: readonly string[] = [];
  const seen = (cluster: string) => {
    recent = inFront(cluster, recent, MAX_RECENT);
  };
  return {
    /** There is a task, whatever it logs to. */
    seen,
    /** A task of this log group was found there. */
    found: (logGroup: string, cluster: string) => {
      seen(cluster);
      ofGroups.set(logGroup, inFront(cluster, ofGroups.get(logGroup) ?? [], MAX_OF_A_GROUP));
    },
    /** Those that a task of this log group is probably in. */
    of: (logGroup: string): readonly string[] => ofGroups.get(logGroup) ?? [],
    recent: () => recent,
  };
}

function inFront(cluster: string, others: readonly string[], max: number): readonly string[] {
  if (others[0] === cluster) return others;
  return [cluster, ...others.filter((other) => nameOf(other) !== nameOf(cluster))].slice(0, max);
}

/** The most task ids that DescribeTasks takes. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html (2026-11) */
export const MAX_TASKS_A_CALL = 100;

/** Gathers the ids that are asked for at the same time: one call per cluster and hundred. All get its answer. */
export function createBatches<A>(call: (cluster: string, taskIds: readonly string[]) => Promise<A>) {
  const open = new Map<string, { readonly taskIds: Set<string>; readonly answer: Promise<A> }>();

  const openBatch = (cluster: string) => {
    const taskIds = new Set<string>();
    // By then everybody who is about to ask in this turn of the event loop has done so.
    const answer = new Promise((resolve) => setImmediate(resolve)).then(() => {
      if (open.get(cluster)?.taskIds === taskIds) open.delete(cluster);
      return call(cluster, [...taskIds]);
    });
    const batch = { taskIds, answer };
    open.set(cluster, batch);
    return batch;
  };
  return {
    /** Whether the next id goes with a call that is about to be made. */
    isOpen: (cluster: string) => open.has(cluster),
    ask: (cluster: string, taskId: string): Promise<A> => {
      const batch = open.get(cluster) ?? openBatch(cluster);
      batch.taskIds.add(taskId);
      if (batch.taskIds.size === MAX_TASKS_A_CALL) open.delete(cluster);
      return batch.answer;
    },
  };
}

/**
 * Applies `work` to every item, `limit` at a time. The next item is taken when a place is free, so that a
 * generator produces no faster than the work is done. Results come in the order of the items.
 */
export async function inParallel<T, R>(
  items: Iterable<T>,
  limit: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const iterator = items[Symbol.iterator]();
  let count = 0;
  const worker = async () => {
    for (let next = iterator.next(); !next.done; next = iterator.next()) {
      const index = count++;
      results[index] = await work(next.value, index);
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
  return results;
}

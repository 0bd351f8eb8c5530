/** How many come behind a higher number. @param seqs in the order in which they came first */
export function countOutOfOrder(seqs: Iterable<number>): number {
  let [count, highest] = [0, -1];
  for (const seq of seqs) {
    if (seq < highest) count += 1;
    highest = Math.max(highest, seq);
  }
  return count;
}

import type { Listed } from "../undelivered/store.ts";
import type { Memory, Remembered } from "./memory.ts";

/** An object whose turn it is, and what is remembered of it. */
export interface Turn {
  readonly listed: Listed;
  readonly record: Remembered | undefined;
}

type Failed = Turn & { readonly record: Remembered };

/**
 * The order of one run. Objects that have not failed come first, oldest first: so no number of bad ones in front hides a
 * good one. Once the intake has taken something, those that failed before have their turn, until one fails again.
 * @param steppedOver told of those that have to wait for a later run
 */
export function openQueue(listing: AsyncIterable<Listed>, memory: Memory, steppedOver: (turn: Failed) => void) {
  const objects = listing[Symbol.asyncIterator]();
  const again: Failed[] = [];
  const made = new Set<string>();
  let listedAll = false;

  const nextNew = async (): Promise<Turn | undefined> => {
    while (!listedAll) {
      const { value: listed, done } = await objects.next();
      if (done) {
        listedAll = true;
        break;
      }
      const record = memory.of(listed);
      if (made.has(listed.key)) continue;
      if (!record || record.sent) return { listed, record };
      if (memory.isDue(record)) again.push({ listed, record });
      else steppedOver({ listed, record });
    }
    return undefined;
  };
  /** Those that failed longest ago first: when nothing gets through, each run begins with others. */
  const nextAgain = (): Turn | undefined => {
    const first = again.reduce<Failed | undefined>(
      (oldest, turn) => (oldest && oldest.record.failedAtMs <= turn.record.failedAtMs ? oldest : turn),
      undefined,
    );
    if (first) again.splice(again.indexOf(first), 1);
    return first;
  };
  return {
    next: async (isWell: boolean): Promise<Turn | undefined> =>
      (isWell && nextAgain()) || (await nextNew()) || nextAgain(),
    /** Objects that this run writes are for the next one. */
    skip: (keys: readonly string[]) => {
      for (const key of keys) made.add(key);
    },
    listedAll: () => listedAll,
    /** Those that have not had their turn, as far as they are known. */
    waiting: (): readonly Listed[] => again.map(({ listed }) => listed),
  };
}

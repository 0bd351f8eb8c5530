import type { Turn } from "./queue.ts";

/** Objects that are read, sent and removed together. */
export interface Group {
  readonly turns: readonly [Turn, ...Turn[]];
  readonly bytes: number;
}

/** The queue's objects in its order, as many in a group as fill a request. Those that failed before are alone. */
export function openGroups(
  queue: { readonly next: (isWell: boolean) => Promise<Turn | undefined> },
  bytesInGroup: number,
) {
  let held: Turn | undefined;
  return {
    next: async (isWell: boolean, objectsInGroup: number): Promise<Group | undefined> => {
      const first = held ?? (await queue.next(isWell));
      held = undefined;
      if (!first) return undefined;
      const turns: [Turn, ...Turn[]] = [first];
      let bytes = first.listed.size;
      while (!mayBeBad(first) && turns.length < objectsInGroup) {
        const turn = await queue.next(isWell);
        if (!turn) break;
        if (mayBeBad(turn) || bytes + turn.listed.size > bytesInGroup) {
          held = turn;
          break;
        }
        turns.push(turn);
        bytes += turn.listed.size;
      }
      return { turns, bytes };
    },
    /** Taken from the queue, and in no group yet. */
    held: (): Turn | undefined => held,
  };
}

/** Joined with others it would fail them, too. */
const mayBeBad = ({ record }: Turn) => record !== undefined && !record.sent && record.failures > 0;

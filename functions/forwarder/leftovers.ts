import type { Clock } from "../clock.ts";
import { inParallel } from "../in-parallel.ts";
import { type Store, StoreError } from "../undelivered/store.ts";
import { type PayloadKind, type StoredObject, storedEvent } from "../undelivered/stored-object.ts";
import { type NotDelivered, storedPayloads } from "../undelivered/stored-parts.ts";
import type { Ledger } from "./ledger.ts";
import type { Unreadable } from "./read-items.ts";
import type { Handled } from "./triggers/trigger.ts";

/** All that the forwarder needs of the store. */
export type Writes = Pick<Store, "write">;

/** Neither the intake nor the store took all of an event. */
export class HandedBackError extends Error {
  override readonly name = "HandedBackError";
  /** @param what was not stored, and why it was not delivered. */
  constructor(what: string, store: StoreError) {
    super(`${what} nor stored; ${store.message} Lambda keeps the delivery and tries again.`);
  }
}

/** A payload that the intake did not take. */
export interface Leftover extends NotDelivered {
  /** Position of the first item that it holds logs of. */
  readonly item: number;
  /** The intake will not take it another time either. */
  readonly rejected: boolean;
}

/** Of several payloads in one object: it is put together in memory, of which a function may have 128 MB. */
const MAX_OBJECT_BYTES = 4 * 1024 * 1024;
const MAX_PARALLEL_WRITES = 8;

/**
 * Stores what could not be delivered or read, and remembers what could not even be stored.
 * @param deadlineMs moment of the monotonic clock by which writing ends
 */
export function leftoverStore(deadlineMs: number, store: Writes, clock: Clock, ledger: Ledger) {
  let storeError: StoreError | undefined;
  let firstFailedItem: number | undefined;
  let returned = 0;
  const failedFor = new Set<string>();

  /** Whether S3 has it. @param item position of the first item in it @param reasons why it has to be stored: events by reason */
  const write = async (object: StoredObject, item: number, reasons: ReadonlyMap<string, number>) => {
    for (const [reason, events] of reasons) ledger.addReason(reason, events);
    const error = await writeOrError(store, object, deadlineMs - clock.monotonicMs());
    if (!error) return true;
    for (const [reason, events] of reasons) {
      ledger.addReason(error.reason, events);
      failedFor.add(reason);
    }
    storeError ??= error;
    firstFailedItem = Math.min(item, firstFailedItem ?? item);
    return false;
  };
  /** Few objects, whatever the number of payloads: each write takes time, of which little is left. */
  const storePayloads = async (kind: PayloadKind, leftovers: readonly Leftover[]) => {
    await inParallel(storedPayloads(kind, leftovers, MAX_OBJECT_BYTES), MAX_PARALLEL_WRITES, async (object) => {
      const events = eventsByReason(object.holds);
      const entryCount = [...events.values()].reduce((sum, count) => sum + count, 0);
      const firstItem = object.holds.reduce((first, { item }) => Math.min(first, item), Number.POSITIVE_INFINITY);
      const stored = await write(object, firstItem, events);
      ledger.add(stored ? kind : "returned", entryCount);
      if (!stored) returned += entryCount;
    });
  };
  /** The item goes to the store as it came. How many logs were in it, nobody can tell: it counts as one. */
  const storeUnreadable = async ({ item, whole, reason }: Unreadable) => {
    if (await write(storedEvent(whole, reason), item, new Map([[reason, 1]]))) ledger.add("unreadable", 1);
  };
  const failureOf = (error: StoreError) => {
    const why = [...failedFor].join(", ");
    const what = `${returned} log events were neither delivered (${why})`;
    return new HandedBackError(returned > 0 ? what : `A delivery could be neither read (${why})`, error);
  };
  return {
    store: async (leftovers: readonly Leftover[], unreadable: readonly Unreadable[]) => {
      await storePayloads(
        "undelivered",
        leftovers.filter(({ rejected }) => !rejected),
      );
      await storePayloads(
        "rejected",
        leftovers.filter(({ rejected }) => rejected),
      );
      await inParallel(unreadable, MAX_PARALLEL_WRITES, storeUnreadable);
    },
    failed: (): Pick<Handled, "failure" | "firstFailedItem"> =>
      storeError ? { failure: failureOf(storeError), firstFailedItem } : {},
  };
}

function eventsByReason(payloads: readonly NotDelivered[]): ReadonlyMap<string, number> {
  const events = new Map<string, number>();
  for (const { payload, reason } of payloads) events.set(reason, (events.get(reason) ?? 0) + payload.entryCount);
  return events;
}

async function writeOrError(store: Writes, object: StoredObject, timeoutMs: number): Promise<StoreError | undefined> {
  // A write that is not begun can't land after it was counted as failed.
  if (timeoutMs <= 0) return new StoreError("no time left to store", "the invocation ends before it could be written.");
  try {
    await store.write(object, timeoutMs);
    return undefined;
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
}

import type { Clock } from "../clock.ts";
import { inParallel } from "../in-parallel.ts";
import type { Invocation } from "../records/invocation.ts";
import type { Settled } from "../records/payload.ts";
import { type Store, StoreError } from "../undelivered/store.ts";
import { type StoredObject, storedEvent, storedPayload } from "../undelivered/stored-object.ts";
import type { Ledger } from "./ledger.ts";
import type { Unreadable } from "./read-items.ts";
import type { Handled } from "./triggers/trigger.ts";

/** Neither the intake nor the store took all of an event. */
export class HandedBackError extends Error {
  override readonly name = "HandedBackError";
  /** @param what was not stored, and why it was not delivered. */
  constructor(what: string, store: StoreError) {
    super(`${what} nor stored; ${store.message} Lambda keeps the delivery and tries again.`);
  }
}

/** A payload that the intake did not take. `item`: position of the first item that it holds logs of. */
export interface Leftover {
  readonly item: number;
  readonly settled: Settled;
}

/** Left at the end, so that an error about the store can still be told. */
const EXIT_RESERVE_MS = 250;
const MAX_PARALLEL_WRITES = 8;

export type StoreLeftovers = ReturnType<typeof leftoverStore>;

/** Stores what could not be delivered or read, and remembers what could not even be stored. */
export function leftoverStore({ deadlineMs }: Invocation, store: Store, clock: Clock, ledger: Ledger) {
  let storeError: StoreError | undefined;
  let firstFailedItem: number | undefined;
  let returned = 0;
  const reasons = new Set<string>();

  /** Whether S3 has it. @param events in it @param reason why it has to be stored */
  const write = async (object: StoredObject, item: number, events: number, reason: string) => {
    ledger.addReason(reason, events);
    const error = await writeOrError(store, object, deadlineMs - EXIT_RESERVE_MS - clock.now());
    if (!error) return true;
    ledger.addReason(error.reason, events);
    storeError ??= error;
    reasons.add(reason);
    firstFailedItem = Math.min(item, firstFailedItem ?? item);
    return false;
  };
  const storePayload = async ({ item, settled: { payload, outcome } }: Leftover) => {
    if (outcome.status === "delivered") return;
    const kind = outcome.status === "rejected" ? "rejected" : "undelivered";
    const { entryCount } = payload;
    const stored = await write(storedPayload(kind, payload, outcome.reason), item, entryCount, outcome.reason);
    ledger.add(stored ? kind : "returned", entryCount);
    if (!stored) returned += entryCount;
  };
  /** The item goes to the store as it came. How many logs were in it, nobody can tell: it counts as one. */
  const storeUnreadable = async ({ item, whole, reason }: Unreadable) => {
    if (await write(storedEvent(whole, reason), item, 1, reason)) ledger.add("unreadable", 1);
  };
  const failureOf = (error: StoreError) => {
    const why = [...reasons].join(", ");
    const what = `${returned} log events were neither delivered (${why})`;
    return new HandedBackError(returned > 0 ? what : `A delivery could be neither read (${why})`, error);
  };
  return {
    store: async (leftovers: readonly Leftover[], unreadable: readonly Unreadable[]) => {
      await inParallel(leftovers, MAX_PARALLEL_WRITES, storePayload);
      await inParallel(unreadable, MAX_PARALLEL_WRITES, storeUnreadable);
    },
    failed: (): Pick<Handled, "failure" | "firstFailedItem"> =>
      storeError ? { failure: failureOf(storeError), firstFailedItem } : {},
  };
}

async function writeOrError(store: Store, object: StoredObject, timeoutMs: number): Promise<StoreError | undefined> {
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

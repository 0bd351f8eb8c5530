import { codeOf } from "../error-code.ts";
import type { Outcome, Settled } from "../records/payload.ts";
import { type Listed, StoreError, TOO_LARGE } from "../undelivered/store.ts";
import {
  asideKey,
  keyOfPart,
  type PayloadKind,
  type StoredObject,
  storedPayload,
  storedUnknown,
} from "../undelivered/stored-object.ts";
import { storedPayloads } from "../undelivered/stored-parts.ts";
import { MAX_FAILURES, type OwnFault } from "./memory.ts";
import { joined, piecesOf, type Range, rangesOf } from "./pieces.ts";
import type { Turn } from "./queue.ts";
import type { Counts } from "./report.ts";
import {
  isKeyTrouble,
  type Retryable,
  type Sending,
  type SentPiece,
  type SentPieces,
  sendPieces,
} from "./send-pieces.ts";
import type { TimedStore } from "./timed-store.ts";

export interface Tools extends Sending {
  readonly store: TimedStore;
  /** Whether the intake has taken something of another object in this run. */
  readonly isWell: () => boolean;
  /** Told of keys that are written under `undelivered/`. */
  readonly skip: (keys: readonly string[]) => void;
  /** Why nothing is removed any more in this run, if so. */
  readonly notRemoving: () => StoreError | undefined;
}

/** Why an object is still there as it was. */
export interface Failed {
  readonly reason: string;
  readonly ownFault: OwnFault;
  /** If it was S3 that failed. */
  readonly error?: StoreError;
  /** What of it must not be sent again. */
  readonly taken?: readonly number[];
  /** How many of its payloads failed one after the other. @default 1 */
  readonly inARow?: number;
}

export interface ObjectDone {
  readonly counts?: Partial<Counts>;
  /** It could be read. */
  readonly read?: true;
  /** Why not all of it was sent, if it was sent at all. */
  readonly endedBy?: Retryable;
  readonly failed?: Failed;
  /** Handled to its end, but S3 would not remove it. */
  readonly notRemoved?: StoreError;
  readonly setAside?: { readonly reason: string; readonly inPlace?: StoreError };
}

/** One object, as far as it goes. Whatever S3 answers about it is in the result. */
export async function replayObject(turn: Turn, tools: Tools): Promise<ObjectDone> {
  try {
    return await replayed(turn, tools);
  } catch (error) {
    // Such as JSON of a depth that can't be written again. It must not end this run, and each one after it.
    const taken = turn.record?.taken ?? [];
    return { failed: { reason: `error ${codeOf(error)}`, ownFault: "always", taken } };
  }
}

async function replayed({ listed, record }: Turn, tools: Tools): Promise<ObjectDone> {
  const { key } = listed;
  if (record?.sent) return ended(listed, {}, tools);
  if (record && record.failures >= MAX_FAILURES) return setAside(listed, record.reason, tools);
  const taken = record?.taken ?? [];
  const object = await attempt(() => tools.store.read(key));
  if (object instanceof StoreError) {
    return object.reason === TOO_LARGE ? setAside(listed, TOO_LARGE, tools) : notRead(object, taken, tools);
  }
  // Somebody else took it away since it was listed.
  if (!object) return {};
  const pieces = piecesOf(key, object, taken, tools.compress);
  if (pieces === "unzips to too much") return setAside(listed, pieces, tools);
  if (pieces === "not a payload") return moveUnreadable(listed, object.body, tools);
  return finish(listed, await sendPieces(pieces, tools), taken, tools);
}

async function attempt<R>(work: () => Promise<R>): Promise<R | StoreError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
}

function notRead(error: StoreError, taken: readonly number[], { clock, call }: Tools): ObjectDone {
  const { reason } = error;
  if (clock.monotonicMs() >= call.deadlineMs) {
    const endedBy = { status: "retryable", reason, outOfTime: true } as const;
    return { endedBy, failed: { reason, ownFault: "never", error, taken } };
  }
  // Archived: that one, and no other. Anything else may be so for all of them.
  const ownFault = reason.includes("InvalidObjectState") ? "always" : "others read";
  return { failed: { reason, ownFault, error, taken } };
}

/** The last step of an object: only now it may go. */
async function ended({ key }: Listed, done: ObjectDone, { store, notRemoving }: Tools): Promise<ObjectDone> {
  const error = notRemoving() ?? (await attempt(() => store.remove(key)));
  if (error) return { ...done, notRemoved: error };
  return { ...done, counts: { ...done.counts, objects: 1 } };
}

async function setAside(listed: Listed, reason: string, tools: Tools): Promise<ObjectDone> {
  const error = await attempt(() => tools.store.copy(listed.key, asideKey(listed.key)));
  if (error) return { setAside: { reason, inPlace: error }, counts: { setAside: 1 } };
  return ended(listed, { setAside: { reason }, counts: { setAside: 1 } }, tools);
}

async function moveUnreadable(listed: Listed, body: Uint8Array, tools: Tools): Promise<ObjectDone> {
  const error = await attempt(() => tools.store.write(storedUnknown(listed.key, body)));
  if (error) return { read: true, failed: { reason: error.reason, ownFault: "never", error } };
  return ended(listed, { read: true, counts: { unreadable: 1 } }, tools);
}

/** Whether it may go now, and what has to be done before. @param before what of it was taken in earlier runs */
async function finish(
  listed: Listed,
  sending: SentPieces,
  before: readonly number[],
  tools: Tools,
): Promise<ObjectDone> {
  const { sent, endedBy, failuresInARow: inARow } = sending;
  const done = { read: true, ...(endedBy && { endedBy }) } as const;
  if (endedBy && before.length === 0 && staysAsItIs(sent, tools)) {
    const { reason } = endedBy;
    return { ...done, counts: countsOf(sent), failed: { reason, ownFault: ownFaultOf(endedBy), inARow } };
  }
  const { safe, error } = await keepRest(listed.key, sent, tools);
  const counts = countsOf(sent, safe);
  if (!error) return ended(listed, { ...done, counts }, tools);
  const taken = joined([...rangesOf(before), ...takenOf(sent, safe)]);
  return { ...done, counts, failed: { reason: error.reason, ownFault: "never", error, taken } };
}

/**
 * Nothing of it was taken, now or before. If that is its own fault, though, and there is more than one payload in it, each
 * that was tried becomes an object of its own, so that the bad ones do not hold up the others.
 */
function staysAsItIs(sent: readonly SentPiece[], { isWell }: Tools): boolean {
  const untouched = sent.every(({ settled }) => settled.every(({ outcome }) => outcome.status === "retryable"));
  return untouched && (sent.length === 1 || !isWell());
}

/** Too many requests, or no time: not because of what is in it. */
const ownFaultOf = ({ reason, outOfTime }: Retryable): OwnFault =>
  outOfTime || reason === "http 429" || isKeyTrouble(reason) ? "never" : "others accepted";

interface Rest {
  readonly object: StoredObject;
  readonly holds: readonly Settled[];
}

interface Kept {
  /** What S3 has anew. */
  readonly safe: ReadonlySet<Settled>;
  readonly error?: StoreError;
}

/** What of an object was not delivered becomes objects of its own, before the object itself goes. */
async function keepRest(key: string, sent: readonly SentPiece[], { store, skip }: Tools): Promise<Kept> {
  const safe = new Set<Settled>();
  for (const { object, holds } of sent.length === 1 ? restOfOne(key, sent) : restOfMany(sent)) {
    skip([object.key]);
    const error = await attempt(() => store.write(object));
    if (error) return { safe, error };
    for (const settled of holds) safe.add(settled);
  }
  return { safe };
}

function restOfOne(key: string, [only]: readonly SentPiece[]): Rest[] {
  return (only?.settled ?? []).flatMap((settled, part) => {
    const { payload, outcome } = settled;
    if (outcome.status === "delivered") return [];
    const kind = kindOf(outcome);
    const object = storedPayload(kind, payload, outcome.reason, keyOfPart(key, kind, part, payload));
    return [{ object, holds: [settled] }];
  });
}

/** What was tried stands alone from now on: it may be bad. What was not tried stays together. */
function restOfMany(sent: readonly SentPiece[]): Rest[] {
  const alone = sent.filter(({ tried }) => tried).flatMap(({ settled }) => settled.flatMap(notDelivered));
  const together = sent.filter(({ tried }) => !tried).flatMap(({ settled }) => settled.flatMap(notDelivered));
  return [
    ...alone.map((one) => ({ object: storedPayload(one.kind, one.payload, one.reason), holds: [one.settled] })),
    ...storedPayloads("undelivered", together).map(({ holds, ...object }) => ({
      object,
      holds: holds.map(({ settled }) => settled),
    })),
  ];
}

function notDelivered(settled: Settled) {
  const { payload, outcome } = settled;
  if (outcome.status === "delivered") return [];
  return [{ kind: kindOf(outcome), payload, reason: outcome.reason, settled }];
}

const kindOf = ({ status }: Exclude<Outcome, { status: "delivered" }>): PayloadKind =>
  status === "rejected" ? "rejected" : "undelivered";

/** Where in the object the entries stand that are delivered or stored anew. */
function takenOf(sent: readonly SentPiece[], safe: ReadonlySet<Settled>): Range[] {
  return sent.flatMap(({ piece, settled }) => {
    const entries = settled.reduce((sum, { payload }) => sum + payload.entryCount, 0);
    // Not what it says of itself: nobody knows where its entries are.
    if (entries !== piece.payload.entryCount) return [];
    let start = piece.from;
    return settled.flatMap((one) => {
      const range = { start, end: start + one.payload.entryCount };
      start = range.end;
      return one.outcome.status === "delivered" || safe.has(one) ? [range] : [];
    });
  });
}

function countsOf(sent: readonly SentPiece[], safe: ReadonlySet<Settled> = new Set()) {
  const counts = { readEvents: 0, delivered: 0, rejected: 0, left: 0, redated: 0 };
  for (const { settled, redated } of sent) {
    counts.redated += redated;
    for (const one of settled) {
      const { status } = one.outcome;
      const isThere = status === "retryable" || (status === "rejected" && !safe.has(one));
      counts.readEvents += one.payload.entryCount;
      counts[isThere ? "left" : status] += one.payload.entryCount;
    }
  }
  return counts;
}

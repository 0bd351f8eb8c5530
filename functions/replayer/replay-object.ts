import type { Outcome, Settled } from "../records/payload.ts";
import type { StoreError } from "../undelivered/store.ts";
import { keyOfPart, type PayloadKind, type StoredObject, storedPayload } from "../undelivered/stored-object.ts";
import { storedPayloads } from "../undelivered/stored-parts.ts";
import type { OwnFault } from "./memory.ts";
import type { ObjectDone } from "./object-done.ts";
import { attempt } from "./open-object.ts";
import { isKeyTrouble, type Retryable } from "./pace.ts";
import { joined, type Range, rangesOf } from "./pieces.ts";
import type { Turn } from "./queue.ts";
import { failureOf, type SentPiece } from "./send-part.ts";
import type { Tools } from "./tools.ts";

/**
 * Whether an object may go now, and what has to be done before.
 * @param sent all its pieces that were not taken in earlier runs, in any order
 */
export async function finishObject(
  { listed, record }: Turn,
  sent: readonly SentPiece[],
  tools: Tools,
): Promise<ObjectDone> {
  const inOrder = sent.toSorted((a, b) => a.piece.from - b.piece.from);
  const before = record?.taken ?? [];
  const endedBy = firstFailure(inOrder);
  const done = { read: true, ...(endedBy && { endedBy }) } as const;
  const rest = restOf(listed.key, inOrder);
  if (endedBy && before.length === 0 && staysAsItIs(listed.key, inOrder, rest, tools)) {
    return { ...done, counts: countsOf(inOrder), failed: { reason: endedBy.reason, ownFault: ownFaultOf(endedBy) } };
  }
  const { safe, error } = await keepRest(rest, tools);
  const counts = countsOf(inOrder, safe);
  if (!error) return { ...done, counts, goes: true };
  const taken = joined([...rangesOf(before), ...takenOf(inOrder, safe)]);
  return { ...done, counts, failed: { reason: error.reason, ownFault: "never", error, taken } };
}

/** One that was tried tells more than one whose turn did not come. */
function firstFailure(sent: readonly SentPiece[]): Retryable | undefined {
  const failures = sent.map(({ settled }) => failureOf(settled)).filter((failure) => failure !== undefined);
  return failures.find(({ notTried }) => !notTried) ?? failures[0];
}

/**
 * Nothing of it was taken, now or before. If that is its own fault, though, and there is more than one payload in it, each
 * that was tried becomes an object of its own, so that the bad ones do not hold up the others.
 */
function staysAsItIs(key: string, sent: readonly SentPiece[], rest: readonly Rest[], { isWell }: Tools): boolean {
  const untouched = sent.every(({ settled }) => settled.every(({ outcome }) => outcome.status === "retryable"));
  // All of it together again would be the same object under the same key: written, and then removed.
  return untouched && (sent.length === 1 || !isWell() || rest.some(({ object }) => object.key === key));
}

/** Too many requests, or no time, or others had failed already: not because of what is in it. */
const ownFaultOf = ({ reason, outOfTime, notTried }: Retryable): OwnFault =>
  outOfTime || notTried || reason === "http 429" || isKeyTrouble(reason) ? "never" : "others accepted";

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
async function keepRest(rest: readonly Rest[], { store, skip }: Tools): Promise<Kept> {
  const safe = new Set<Settled>();
  for (const { object, holds } of rest) {
    skip([object.key]);
    const error = await attempt(() => store.write(object));
    if (error) return { safe, error };
    for (const settled of holds) safe.add(settled);
  }
  return { safe };
}

const restOf = (key: string, sent: readonly SentPiece[]): Rest[] =>
  sent.length === 1 ? restOfOne(key, sent) : restOfMany(sent);

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

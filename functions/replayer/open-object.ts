import { codeOf } from "../error-code.ts";
import type { Payload } from "../records/payload.ts";
import { type Listed, StoreError, TOO_LARGE } from "../undelivered/store.ts";
import { asideKey, storedUnknown } from "../undelivered/stored-object.ts";
import { MAX_FAILURES } from "./memory.ts";
import type { ObjectDone } from "./object-done.ts";
import { type Piece, piecesOf, presentDay } from "./pieces.ts";
import type { Turn } from "./queue.ts";
import type { Tools } from "./tools.ts";

/** A piece as it will be sent. */
export interface Part {
  readonly turn: Turn;
  readonly piece: Piece;
  /** The piece's, or the same with the present time where the intake would refuse its own. */
  readonly payload: Payload;
  readonly redated: number;
  /** Why it can't be sent, now or ever. */
  readonly unfit?: string;
}

/** What an object holds, or that there is nothing in it to send. */
export type Opened = { readonly parts: readonly Part[] } | { readonly done: ObjectDone };

/** Reads an object and takes it apart. Whatever S3 answers about it is in the result. */
export async function openObject(turn: Turn, tools: Tools): Promise<Opened> {
  const { listed, record } = turn;
  if (record?.sent) return { done: { goes: true } };
  if (record && record.failures >= MAX_FAILURES) return { done: await setAside(listed, record.reason, tools) };
  const taken = record?.taken ?? [];
  const object = await attempt(() => tools.store.read(listed.key));
  if (object instanceof StoreError) {
    const tooLarge = object.reason === TOO_LARGE;
    return { done: tooLarge ? await setAside(listed, TOO_LARGE, tools) : notRead(object, taken, tools) };
  }
  // Somebody else took it away since it was listed.
  if (!object) return { done: {} };
  const pieces = piecesOf(listed.key, object, taken, tools.compress);
  if (pieces === "unzips to too much") return { done: await setAside(listed, pieces, tools) };
  if (pieces === "not a payload") return { done: await moveUnreadable(listed, object.body, tools) };
  return { parts: pieces.map((piece) => partOf(turn, piece, tools)) };
}

function partOf(turn: Turn, piece: Piece, { clock, compress }: Tools): Part {
  const present = presentDay(piece.payload, clock.now(), compress);
  if (typeof present === "string") return { turn, piece, payload: piece.payload, redated: 0, unfit: present };
  return { turn, piece, ...present };
}

export async function attempt<R>(work: () => Promise<R>): Promise<R | StoreError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
}

/** Such as JSON of a depth that can't be written again. It must not end this run, and each one after it. */
export const broken = (error: unknown, { record }: Turn): ObjectDone => ({
  failed: { reason: `error ${codeOf(error)}`, ownFault: "always", taken: record?.taken ?? [] },
});

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

export async function setAside(
  { key }: Pick<Listed, "key">,
  reason: string,
  { store }: Pick<Tools, "store">,
): Promise<ObjectDone> {
  const error = await attempt(() => store.copy(key, asideKey(key)));
  const counts = { setAside: 1 };
  return error ? { setAside: { reason, inPlace: error }, counts } : { setAside: { reason }, counts, goes: true };
}

async function moveUnreadable({ key }: Listed, body: Uint8Array, { store }: Tools): Promise<ObjectDone> {
  const error = await attempt(() => store.write(storedUnknown(key, body)));
  if (error) return { read: true, failed: { reason: error.reason, ownFault: "never", error } };
  return { read: true, counts: { unreadable: 1 }, goes: true };
}

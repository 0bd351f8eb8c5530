import type { StoreError } from "../undelivered/store.ts";
import type { OwnFault } from "./memory.ts";
import type { Retryable } from "./pace.ts";
import type { Counts } from "./report.ts";

/** Why an object is still there as it was. */
export interface Failed {
  readonly reason: string;
  readonly ownFault: OwnFault;
  /** If it was S3 that failed. */
  readonly error?: StoreError;
  /** What of it must not be sent again. */
  readonly taken?: readonly number[];
}

/** What became of an object in a run. */
export interface ObjectDone {
  readonly counts?: Partial<Counts>;
  /** It could be read. */
  readonly read?: true;
  /** Why not all of it was sent, if it was sent at all. */
  readonly endedBy?: Retryable;
  readonly failed?: Failed;
  /** Handled to its end: only now it may be removed. */
  readonly goes?: true;
  readonly setAside?: { readonly reason: string; readonly inPlace?: StoreError };
}

/** The same, after what may be removed was removed. */
export interface ObjectEnded extends Omit<ObjectDone, "goes"> {
  /** Handled to its end, but S3 would not remove it. */
  readonly notRemoved?: StoreError;
}

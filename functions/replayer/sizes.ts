import { INTAKE_LIMITS } from "../records/intake-limits.ts";

/** How much of a run is under way at a time. */
export interface Sizes {
  /** Groups of objects: each is read, sent and removed together. */
  readonly groupsAtOnce: number;
  /** Bytes of all their objects, as stored. One object that has more is alone. */
  readonly bytesAtOnce: number;
  readonly objectsInGroup: number;
  readonly bytesInGroup: number;
  /** Reads of one group. */
  readonly readsAtOnce: number;
  /** JSON of objects that are joined to one request. */
  readonly joinedBytes: number;
  /** Requests of one group that are ready to go: so many that bad ones among them do not keep the others waiting. */
  readonly requestsAtOnce: number;
}

/**
 * A group fills about one request: its limit of 1,000 entries, or of 5 MB, which compressed are a tenth. With all groups of
 * the largest functions there are as many reads as the SDK has connections.
 */
const GROUP = { objectsInGroup: 100, bytesInGroup: 512 * 1024, readsAtOnce: 6, requestsAtOnce: 16 } as const;
const MAX_GROUPS = 8;
const MB = 1024 * 1024;

/** By what is left of a function's memory beside Node and the SDK. @param memoryMb of the function */
export const sizesFor = (memoryMb: number): Sizes => ({
  ...GROUP,
  groupsAtOnce: Math.min(MAX_GROUPS, Math.max(1, Math.floor(memoryMb / 64) - 1)),
  bytesAtOnce: (memoryMb * MB) / 16,
  joinedBytes: Math.min(INTAKE_LIMITS.maxBytes, memoryMb * 10_000),
});

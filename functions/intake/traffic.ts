import type { Call } from "./send.ts";

/** What the sends of one invocation add up to. */
export interface Traffic {
  readonly requests: number;
  /** Bytes of request bodies as sent, every attempt counted. */
  readonly bytesOut: number;
  /** What went wrong without harm, such as a stale connection: what → how often. */
  readonly notes: Readonly<Record<string, number>>;
}

/** The part of a `Call` that counts, and what it has counted so far. */
export function countTraffic(): Omit<Call, "deadlineMs"> & { readonly traffic: () => Traffic } {
  const notes: Record<string, number> = {};
  let requests = 0;
  let bytesOut = 0;
  return {
    countRequest: (bytes) => {
      requests += 1;
      bytesOut += bytes;
    },
    note: (what) => {
      notes[what] = (notes[what] ?? 0) + 1;
    },
    traffic: () => ({ requests, bytesOut, notes }),
  };
}

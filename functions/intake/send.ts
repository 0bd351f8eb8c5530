import type { Outcome, Payload, Settled } from "../records/payload.ts";

/** What one attempt learns. The two extra cases are settled inside this folder and never leave it. */
export type Answer =
  | Outcome
  /** 401, 403: the key is wrong, or was rotated. */
  | { readonly status: "unauthorized"; readonly reason: string }
  /** 413: the same entries may fit as smaller payloads. */
  | { readonly status: "tooLarge"; readonly reason: string };

/** What goes along with every send of one invocation. */
export interface Call {
  /** No attempt starts and no wait ends after this moment of the monotonic clock. */
  readonly deadlineMs: number;
  /** Told of every request, with the size of its body in bytes. */
  readonly countRequest: (bytes: number) => void;
  /** Told of what went wrong without harm, such as `stale connection`; counted in the report. */
  readonly note: (what: string) => void;
}

/** Sends a payload; never throws. `A` is what the layers around it still have to deal with. */
export type Send<A> = (payload: Payload, call: Call) => Promise<A>;

/** Sends a payload to its end: see `deliver.ts`. */
export type Deliver = Send<readonly Settled[]>;

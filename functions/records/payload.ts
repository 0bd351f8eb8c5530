/** How a body is compressed, as its `Content-Encoding` says it. */
export type Encoding = "zstd" | "gzip";

/** A request body, ready to send. Also what the store keeps, byte for byte. */
export interface Payload {
  /** The JSON array, compressed. */
  readonly body: Uint8Array;
  readonly encoding: Encoding;
  readonly entryCount: number;
  /** Size of the JSON, in UTF-8. */
  readonly rawBytes: number;
  /** Time of the oldest and the newest entry, milliseconds since the epoch. */
  readonly firstEventMs: number;
  readonly lastEventMs: number;
}

/** Compresses a payload's JSON. The bytes are not kept: they may be used again. */
export type Compress = (json: Uint8Array) => Pick<Payload, "body" | "encoding">;

/** What became of a payload. `reason` is a code such as `http 503`; it never holds log text or a key. */
export type Outcome =
  | { readonly status: "delivered" }
  | {
      readonly status: "retryable";
      readonly reason: string;
      readonly retryAfterMs?: number;
      /** The time ran out here; that says nothing of the intake. */
      readonly outOfTime?: boolean;
      /** Its turn did not come: others had failed already. */
      readonly notTried?: true;
    }
  | { readonly status: "rejected"; readonly reason: string };

/** A payload that reached its end. One batch can settle as several: an intake may ask for smaller ones. */
export interface Settled {
  readonly payload: Payload;
  readonly outcome: Outcome;
}

import type { Call, Deliver } from "../intake/send.ts";
import type { Settled } from "../records/payload.ts";
import type { Part } from "./open-object.ts";
import type { Retryable } from "./pace.ts";
import type { Piece } from "./pieces.ts";

/** What became of a piece. */
export interface SentPiece {
  readonly piece: Piece;
  readonly settled: readonly Settled[];
  /** False: its turn did not come, on its own. */
  readonly tried: boolean;
  readonly redated: number;
}

/** A piece to its end, on its own. */
export async function sendPart(part: Part, deliver: Deliver, call: Call): Promise<SentPiece> {
  const { piece, payload, redated, unfit } = part;
  if (unfit !== undefined) {
    const outcome = { status: "rejected", reason: unfit } as const;
    return { piece, settled: [{ payload: piece.payload, outcome }], tried: true, redated: 0 };
  }
  const settled = await deliver(payload, call);
  const failure = failureOf(settled);
  return { piece, settled: asItWas(piece, settled), tried: !failure?.notTried, redated };
}

/** With others, in one request. */
export const takenPart = ({ piece, redated }: Part): SentPiece => ({
  piece,
  settled: [{ payload: piece.payload, outcome: { status: "delivered" } }],
  tried: true,
  redated,
});

/** What counts is the last that was tried. */
export function failureOf(settled: readonly Settled[]): Retryable | undefined {
  const outcome = settled.at(-1)?.outcome;
  return outcome?.status === "retryable" ? outcome : undefined;
}

/** What was not taken at all stays as it was stored. */
function asItWas({ payload }: Piece, settled: readonly Settled[]): readonly Settled[] {
  const [only, ...more] = settled;
  return only && more.length === 0 ? [{ payload, outcome: only.outcome }] : settled;
}

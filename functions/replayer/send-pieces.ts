import type { Clock } from "../clock.ts";
import type { Call, Deliver } from "../intake/send.ts";
import type { Compress, Outcome, Settled } from "../records/payload.ts";
import { type Piece, presentDay } from "./pieces.ts";

export interface Sending {
  readonly deliver: Deliver;
  readonly clock: Clock;
  readonly compress: Compress;
  readonly call: Call;
}

/** What became of a piece. */
export interface SentPiece {
  readonly piece: Piece;
  readonly settled: readonly Settled[];
  /** False: its turn did not come. */
  readonly tried: boolean;
  readonly redated: number;
}

export interface SentPieces {
  /** In the order of the object. */
  readonly sent: readonly SentPiece[];
  /** Why it ended too early, if it did. */
  readonly endedBy?: Retryable;
  /** How many at its end failed one after the other. */
  readonly failuresInARow: number;
}

export type Retryable = Extract<Outcome, { status: "retryable" }>;

/** Nothing is begun with less time than this before the deadline. */
export const MIN_SEND_MS = 1_000;

/** One that fails may be its own fault; two in a row, of objects or of pieces, look like the intake's. */
export const MAX_FAILURES_IN_A_ROW = 2;

/** The key is refused, or can't be read: that is so for all of them. */
export const isKeyTrouble = (reason: string): boolean => /^(?:http 40[13]$|api key )/.test(reason);

/**
 * Sends the pieces of an object one at a time, the oldest first. After one that fails comes any other, so that two bad ones
 * in front do not hide the rest. Ends when the intake can't take anything now.
 */
export async function sendPieces(pieces: readonly Piece[], sending: Sending): Promise<SentPieces> {
  const { clock, call } = sending;
  const waiting = [...pieces];
  const sent: SentPiece[] = [];
  let failuresInARow = 0;
  let last: Retryable | undefined;
  while (waiting.length > 0 && failuresInARow < MAX_FAILURES_IN_A_ROW && !endsRun(last)) {
    if (sent.length > 0 && call.deadlineMs - clock.monotonicMs() < MIN_SEND_MS) {
      last = { status: "retryable", reason: "no time left", outOfTime: true };
      break;
    }
    const at = failuresInARow === 0 ? 0 : Math.floor(clock.random() * waiting.length);
    const [piece] = waiting.splice(at, 1) as [Piece];
    const done = await sendPiece(piece, sending);
    sent.push(done);
    last = failureOf(done.settled);
    failuresInARow = last ? failuresInARow + 1 : 0;
  }
  const notTried = last ?? { status: "retryable", reason: "not tried" };
  for (const piece of waiting) {
    sent.push({ piece, settled: [{ payload: piece.payload, outcome: notTried }], tried: false, redated: 0 });
  }
  return { sent: sent.toSorted((a, b) => a.piece.from - b.piece.from), ...(last && { endedBy: last }), failuresInARow };
}

const endsRun = (failure: Retryable | undefined) =>
  failure !== undefined && (failure.outOfTime === true || isKeyTrouble(failure.reason));

/** What counts is the last that was tried. */
function failureOf(settled: readonly Settled[]): Retryable | undefined {
  const outcome = settled.at(-1)?.outcome;
  return outcome?.status === "retryable" ? outcome : undefined;
}

async function sendPiece(piece: Piece, { deliver, clock, compress, call }: Sending): Promise<SentPiece> {
  const present = presentDay(piece.payload, clock.now(), compress);
  if (typeof present === "string") {
    const settled = [{ payload: piece.payload, outcome: { status: "rejected", reason: present } as const }];
    return { piece, settled, tried: true, redated: 0 };
  }
  const settled = await deliver(present.payload, call);
  return { piece, settled: asItWas(piece, settled), tried: true, redated: present.redated };
}

/** What was not taken at all stays as it was stored. */
function asItWas({ payload }: Piece, settled: readonly Settled[]): readonly Settled[] {
  const [only, ...more] = settled;
  return only && more.length === 0 ? [{ payload, outcome: only.outcome }] : settled;
}

import type { LogEvent } from "../../../records/event.ts";
import { type Line, lineOf } from "./line.ts";

/**
 * How many bytes Docker takes of a line at once, unless the log driver asks for more. With `mode: non-blocking` the awslogs driver
 * did not until Docker 20.10.3. https://github.com/moby/moby/issues/34887, https://github.com/moby/moby/issues/41794 (2026-11)
 */
export const DOCKER_PIECE_BYTES = 16_384;

export interface PieceLimits {
  /** UTF-8 bytes of an event that the next one continues. Undefined: none is. */
  readonly pieceBytes?: number;
  readonly maxLines: number;
  readonly maxBytes: number;
}

/** A line of a container or of a function: one event, or the pieces of one. */
export interface WholeLine extends Line {
  /** The first. */
  readonly event: LogEvent;
  /** How many received ones it is made of. */
  readonly events: number;
}

/**
 * The lines that were written, with nothing between their pieces. At a limit the next piece begins a line of its own; nothing
 * is cut, and nothing is lost.
 */
export function* wholeLines(
  events: Iterable<LogEvent>,
  { pieceBytes, maxLines, maxBytes }: PieceLimits,
): Generator<WholeLine> {
  let first: LogEvent | undefined;
  let pieces: string[] = [];
  let bytes = 0;
  for (const event of events) {
    const line = lineOf(event);
    if (pieceBytes === undefined) {
      yield { ...line, event, events: 1 };
      continue;
    }
    const size = Buffer.byteLength(line.text);
    if (first && (pieces.length >= maxLines || bytes + size > maxBytes)) {
      yield { text: pieces.join(""), ending: "", event: first, events: pieces.length };
      first = undefined;
      pieces = [];
      bytes = 0;
    }
    first ??= event;
    if (isContinued(line, size, pieceBytes)) {
      // A cut may go through `\r\n`.
      pieces.push(line.text + line.ending);
      bytes += size + line.ending.length;
    } else {
      yield { text: pieces.join("") + line.text, ending: line.ending, event: first, events: pieces.length + 1 };
      first = undefined;
      pieces = [];
      bytes = 0;
    }
  }
  if (first) yield { text: pieces.join(""), ending: "", event: first, events: pieces.length };
}

/** Three bytes each in UTF-8, for each byte of a character that a cut went through. */
const BROKEN_START = /^\ufffd{1,3}/;
const BROKEN_END = /\ufffd{1,3}$/;

/**
 * Whether it is as long as a piece, which has no newline. A cut through a character leaves up to three bytes on either side,
 * and each became U+FFFD on its way to JSON, which is two bytes longer.
 */
function isContinued({ text, ending }: Line, size: number, pieceBytes: number): boolean {
  if (ending.endsWith("\n")) return false;
  const tooLong = size + ending.length - pieceBytes;
  if (tooLong === 0) return true;
  if (tooLong < 0 || tooLong > 12 || tooLong % 2 !== 0) return false;
  const broken = (text.match(BROKEN_START)?.[0].length ?? 0) + (text.slice(-3).match(BROKEN_END)?.[0].length ?? 0);
  return tooLong <= 2 * broken;
}

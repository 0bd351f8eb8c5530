import { isLate, type Lateness } from "./lateness.ts";
import type { Arrival } from "./record.ts";

/** A line of the recorder's output: a request, or a part of one that has many entries. */
export interface ArrivalLine {
  /** With the entries of this part; all else is of the request. */
  readonly arrival: Arrival;
  /** Of the request, from 1, without gaps: one that is missing tells that lines got lost. */
  readonly number: number;
  /** From 1. */
  readonly part: number;
  readonly parts: number;
}

/** How far the recorder did not keep up since it told the last time: what it measured then is of itself. */
export interface Trouble extends Lateness {
  readonly atMs: number;
  /** Requests that got 503 since bodies under way took all the room. */
  readonly refused: number;
}

/** Undefined if there was none. */
export const troubleLine = (trouble: Trouble): string | undefined =>
  trouble.refused > 0 || isLate(trouble) ? JSON.stringify({ trouble }) : undefined;

/**
 * The least at which a log driver cuts lines: 16 KiB. The one for CloudWatch Logs goes on to 262,118 bytes on Fargate.
 * https://github.com/moby/moby/blob/master/daemon/logger/copier.go ·
 * https://github.com/aws/shim-loggers-for-containerd/blob/main/logger/awslogs/logger.go (2026-11)
 */
const MAX_LINE_BYTES = 16 * 1_024;
/** What a line has besides its entries, generously. */
const FRAME_BYTES = 512;

/** A request as lines that no log driver cuts. They have ids, times and markers, as the arrival has; no text. */
export function arrivalLines(arrival: Arrival, number: number): string[] {
  const parts = inParts(arrival.entries, MAX_LINE_BYTES - FRAME_BYTES);
  return parts.map((entries, i) => {
    const line: ArrivalLine = { arrival: { ...arrival, entries }, number, part: i + 1, parts: parts.length };
    return JSON.stringify(line);
  });
}

function inParts<T>(entries: readonly T[], maxBytes: number): T[][] {
  const parts: T[][] = [[]];
  let bytes = 0;
  for (const entry of entries) {
    const size = Buffer.byteLength(JSON.stringify(entry)) + 1;
    if (bytes + size > maxBytes && bytes > 0) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(entry);
    bytes += size;
  }
  return parts;
}

import { setTimeout as sleep } from "node:timers/promises";
import type { Line } from "../path.ts";

export interface Generated {
  /** How many lines were written; fewer than there are if it was aborted. */
  readonly written: number;
  readonly lineBytes: number;
  /** How late lines were written, 99th percentile and worst: the paths are not to blame for that. */
  readonly lateP99Ms: number;
  readonly lateMaxMs: number;
}

const TICK_MS = 5;

/**
 * Writes each line when it is due, by the clock. If it was late, the lines are written at once and keep the time at
 * which they were due: waiting for a slow path, or counting from the writing, would hide latency (coordinated omission).
 */
export async function generate(
  lines: Iterable<string>,
  dueMs: readonly number[],
  startMs: number,
  write: (line: Line) => void,
  signal: AbortSignal,
): Promise<Generated> {
  const late: number[] = [];
  let written = 0;
  let lineBytes = 0;
  const texts = lines[Symbol.iterator]();
  while (written < dueMs.length && !signal.aborted) {
    const now = Date.now();
    for (let due = dueMs[written]; due !== undefined && startMs + due <= now; due = dueMs[written]) {
      const text: string = texts.next().value;
      write({ seq: written, text, dueMs: startMs + due });
      lineBytes += Buffer.byteLength(text);
      late.push(now - startMs - due);
      written += 1;
    }
    await sleep(TICK_MS);
  }
  late.sort((a, b) => a - b);
  return {
    written,
    lineBytes,
    lateP99Ms: late[Math.floor(late.length * 0.99)] ?? 0,
    lateMaxMs: late.at(-1) ?? 0,
  };
}

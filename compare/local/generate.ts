import { setTimeout as sleep } from "node:timers/promises";
import type { Line } from "../path.ts";
import { percentile, sorted } from "../stats/percentile.ts";

export interface Generated {
  /** How many lines were written; fewer than there are if it was aborted. */
  readonly written: number;
  readonly lineBytes: number;
  /** How late lines were written, 99th percentile and worst: the paths are not to blame for that. */
  readonly lateP99Ms: number;
  readonly lateMaxMs: number;
}

export interface Load {
  readonly lines: Iterable<string>;
  /** From the start, one for each line. */
  readonly dueMs: readonly number[];
  /** Unix time, ms. */
  readonly startMs: number;
  readonly write: (line: Line) => void;
}

export interface Clock {
  /** Unix time, ms. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<unknown>;
}

const TICK_MS = 5;
const SYSTEM: Clock = { now: Date.now, sleep };

/**
 * Writes each line when it is due, by the clock. If it was late, the lines are written at once and keep the time at
 * which they were due: waiting for a slow path, or counting from the writing, would hide latency (coordinated omission).
 */
export async function generate(
  { lines, dueMs, startMs, write }: Load,
  signal: AbortSignal,
  clock: Clock = SYSTEM,
): Promise<Generated> {
  const lateMs: number[] = [];
  let written = 0;
  let lineBytes = 0;
  const texts = lines[Symbol.iterator]();
  while (written < dueMs.length && !signal.aborted) {
    const now = clock.now();
    for (let due = dueMs[written]; due !== undefined && startMs + due <= now; due = dueMs[written]) {
      const text: string = texts.next().value;
      write({ seq: written, text, dueMs: startMs + due });
      lineBytes += Buffer.byteLength(text);
      // Asked again: what comes later in a long list is written later.
      lateMs.push(clock.now() - startMs - due);
      written += 1;
    }
    await clock.sleep(TICK_MS);
  }
  const late = sorted(lateMs);
  return { written, lineBytes, lateP99Ms: percentile(late, 0.99) ?? 0, lateMaxMs: late.at(-1) ?? 0 };
}

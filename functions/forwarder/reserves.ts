/** How fast a function is, and how much of an invocation's time is kept for what comes after sending, in milliseconds. */
export interface Reserves {
  /** How many times as long work takes as on a whole CPU. */
  readonly slowness: number;
  /** To store what did not go out: loading the SDK, and writing. */
  readonly storeMs: number;
  /** To report, and to answer, after the store was given up. */
  readonly exitMs: number;
}

/** A function with this much memory has a whole CPU. https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html (2026-11) */
const WHOLE_CPU_MB = 1_769;

/** CPU time of loading the SDK for S3 and writing, and of giving up and reporting; with a wide margin. */
const STORE_CPU_MS = 300;
const EXIT_CPU_MS = 100;
/** What S3 may take to answer, whatever the CPU. */
const STORE_WAIT_MS = 4_000;

/** A function with less memory has less of a CPU, so that the same work takes longer. */
export function reservesFor(memoryMb: number): Reserves {
  const slowness = Math.max(1, WHOLE_CPU_MB / memoryMb);
  const exitMs = Math.max(250, EXIT_CPU_MS * slowness);
  return { slowness, exitMs, storeMs: exitMs + STORE_WAIT_MS + STORE_CPU_MS * slowness };
}

/** A path of the comparison's that runs for a test: lines go in, and what the intake has of them comes out. */
import { afterEach } from "vitest";
import type { IntakeArrival } from "../../compare/local/intake-process.ts";
import { type Intakes, startIntakes } from "../../compare/local/intakes.ts";
import type { RunningPath, Tail } from "../../compare/path.ts";
import type { FaultPlan } from "../../functions/recorder/faults.ts";

export const API_KEY = "0123456789abcdef0123456789abcdef";
/** Waits for all that may still come. */
export const TAIL: Tail = { allArrived: () => false, quietMs: () => 0, brokenMs: 0 };

export const line = (seq: number) => ({ seq, text: `run=t seq=${seq} dueMs=${seq} größe`, dueMs: Date.now() });
export const numbers = (count: number) => Array.from({ length: count }, (_, seq) => seq);
export const sorted = (seqs: readonly number[]) => seqs.toSorted((a, b) => a - b);

type Opened = Intakes & { readonly recorder: { host: string; port: number }; readonly bucket: string };

/** Opens the path of a test; path and intakes end with it. */
export function pathOfTest(id: "lambda" | "kinesis") {
  let intakes: Intakes | undefined;
  let path: RunningPath | undefined;
  afterEach(async () => {
    await path?.kill();
    await intakes?.stop();
  });
  return async (open: (opened: Opened) => RunningPath, faults?: FaultPlan) => {
    const arrivals: IntakeArrival[] = [];
    intakes = await startIntakes({ paths: [id], apiKey: API_KEY }, (one) => arrivals.push(one));
    if (faults) intakes.setFaults(faults);
    const recorder = intakes.recorders[id] as { host: string; port: number };
    path = open({ ...intakes, recorder, bucket: intakes.buckets[id] ?? "" });
    return { intakes, path, arrivals, seqs: () => arrivals.flatMap(({ seqs }) => seqs) };
  };
}

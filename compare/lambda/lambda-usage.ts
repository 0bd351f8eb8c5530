import type { Report } from "../../functions/metrics/report.ts";
import type { Invoked } from "../../tools/lambda/lambda-process.ts";

export interface Tally {
  readonly memoryMb: number;
  /** How much longer CPU time takes there than here, as a part of itself. */
  readonly slowdown: number;
  invocations: number;
  coldStarts: number;
  failed: number;
  billedMs: number;
  cpuMs: number;
  /** Of one sandbox. */
  peakMemoryMb: number;
  ingestedBytes: number;
  stored: number;
  replayed: number;
  readonly notes: string[];
  readonly problems: string[];
}

export const emptyTally = (memoryMb: number, mbPerVcpu: number): Tally => ({
  memoryMb,
  slowdown: cpuSlowdown(memoryMb, mbPerVcpu),
  invocations: 0,
  coldStarts: 0,
  failed: 0,
  billedMs: 0,
  cpuMs: 0,
  peakMemoryMb: 0,
  ingestedBytes: 0,
  stored: 0,
  replayed: 0,
  notes: [],
  problems: [],
});

/** Adds an invocation of the forwarder or the replayer. A cold start is CPU time throughout. */
export function tallyInvocation(tally: Tally, { durationMs, initMs = 0, usage, outcome }: Invoked): void {
  const cpuMs = (usage?.cpuMs ?? 0) + initMs;
  tally.invocations += 1;
  if (initMs > 0) tally.coldStarts += 1;
  tally.cpuMs += cpuMs;
  tally.billedMs += Math.ceil(durationMs + initMs + cpuMs * tally.slowdown);
  tally.peakMemoryMb = Math.max(tally.peakMemoryMb, usage?.maxRssMb ?? 0);
  if (outcome.status === "failed") tally.failed += 1;
  else tally.stored += (outcome.value as Partial<Report>).undelivered ?? 0;
}

/** How much longer CPU time takes with so much memory than on a whole vCPU, as a part of itself. */
export const cpuSlowdown = (memoryMb: number, mbPerVcpu: number) => Math.max(0, mbPerVcpu / memoryMb - 1);

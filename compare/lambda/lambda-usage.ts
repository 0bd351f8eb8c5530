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
  /** Lines that the driver's buffer had no place for. */
  dropped: number;
  lostInModel: number;
  /** Wall time of invocations, and how much of it they waited for a processor. */
  runMs: number;
  waitedMs: number;
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
  dropped: 0,
  lostInModel: 0,
  runMs: 0,
  waitedMs: 0,
  notes: [],
  problems: [],
});

/** What the system counts in, in the MB of all other figures. */
const MB_PER_MIB = 1.048576;

/** Adds an invocation of the forwarder or the replayer. A start that failed tells no CPU time: all of it counts then. */
export function tallyInvocation(tally: Tally, invoked: Invoked): void {
  const { durationMs, initMs = 0, initCpuMs = initMs, usage, outcome, stdout } = invoked;
  const cpuMs = (usage?.cpuMs ?? 0) + initCpuMs;
  tally.invocations += 1;
  if (usage?.waitedMs !== undefined) {
    tally.runMs += usage.wallMs;
    tally.waitedMs += usage.waitedMs;
  }
  if (initMs > 0) tally.coldStarts += 1;
  tally.cpuMs += cpuMs;
  tally.billedMs += Math.ceil(durationMs + initMs + cpuMs * tally.slowdown);
  tally.peakMemoryMb = Math.max(tally.peakMemoryMb, (usage?.maxRssMb ?? 0) * MB_PER_MIB);
  if (outcome.status === "failed") tally.failed += 1;
  else tally.stored += (outcome.value as Partial<Report>).undelivered ?? undeliveredIn(stdout);
}

/** Of a batch of a stream Lambda is told what must come again, and no counts; the report line has them. */
function undeliveredIn(stdout: string): number {
  const line = stdout.split("\n").find((text) => text.startsWith('{"_aws"'));
  return line === undefined ? 0 : ((JSON.parse(line) as { Undelivered?: number }).Undelivered ?? 0);
}

/** How much longer CPU time takes with so much memory than on a whole vCPU, as a part of itself. */
export const cpuSlowdown = (memoryMb: number, mbPerVcpu: number) => Math.max(0, mbPerVcpu / memoryMb - 1);

export const usageOf = (tally: Tally, coldStarts: number) => ({
  cpuSeconds: tally.cpuMs / 1_000,
  ...(tally.runMs > 0 && { starvedShare: tally.waitedMs / tally.runMs }),
  peakMemoryMb: tally.peakMemoryMb,
  lambda: {
    memoryMb: tally.memoryMb,
    invocations: tally.invocations,
    coldStarts: Math.max(coldStarts, tally.coldStarts),
    billedMs: tally.billedMs,
    ingestedBytes: tally.ingestedBytes,
    storedLines: tally.stored,
    replayedLines: tally.replayed,
  },
});

export function notesOf(tally: Tally, sandboxes: number): string[] {
  return [
    ...tally.notes,
    `${sandboxes} sandbox${sandboxes === 1 ? "" : "es"} at once at most`,
    ...(tally.dropped > 0 ? [`the awslogs driver's buffer dropped ${tally.dropped} lines (modelled)`] : []),
    ...(tally.stored > 0 ? [`${tally.stored} lines went to the store, ${tally.replayed} of them were replayed`] : []),
    ...(tally.failed > 0
      ? [`${tally.failed} ${tally.failed === 1 ? "invocation" : "invocations"} failed, and ran again`]
      : []),
  ];
}

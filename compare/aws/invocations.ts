import { type LambdaReport, readLambdaLine } from "./lambda-lines.ts";
import type { StoredEvent } from "./log-events.ts";
import { type Ran, readReportLine } from "./report-lines.ts";

/** One run of the forwarder. */
export interface Invocation {
  /** Lambda reports an invocation only if it is told to log that; else the forwarder's own line must do. */
  readonly toldBy: "lambda" | "forwarder";
  /** Of the handler; Unix time, ms. */
  readonly startMs: number;
  readonly endMs: number;
  /** With init. As the forwarder tells it, a few milliseconds are missing that Lambda bills besides. */
  readonly billedMs: number;
  readonly memoryMb: number;
  readonly maxMemoryMb: number;
  /** Set if it started a sandbox. */
  readonly initMs?: number;
}

/** What the forwarder's own accounts say of all its invocations, in events. */
export interface Accounts {
  readonly reports: number;
  readonly received: number;
  readonly delivered: number;
  readonly stored: number;
  readonly returned: number;
}

/**
 * Invocations in the forwarder's log group, in the order of time: as Lambda reports them, and those that it does not
 * report, as the forwarder does. With Lambda's log format JSON and system level WARN, Lambda reports only what failed.
 */
export function readInvocations(events: readonly StoredEvent[]): Invocation[] {
  // A stream is a sandbox, which has one invocation at a time.
  const streams = Map.groupBy(events, ({ stream }) => stream);
  return [...streams.values()].flatMap(inSandbox).toSorted((a, b) => a.startMs - b.startMs);
}

/** By whichever clock or rounding, a line is not dated further outside of its invocation. */
const SLACK_MS = 5;

function inSandbox(events: readonly StoredEvent[]): Invocation[] {
  const reported = readReported(events);
  const own = events.flatMap(({ message }) => readReportLine(message)?.ran ?? []).map(ownInvocation);
  const isReported = ({ endMs }: Invocation) =>
    reported.some((other) => other.startMs - SLACK_MS <= endMs && endMs <= other.endMs + SLACK_MS);
  return [...reported, ...own.filter((invocation) => !isReported(invocation))];
}

function readReported(events: readonly StoredEvent[]): Invocation[] {
  const lines = events.flatMap(({ message, timestamp }) => {
    const line = readLambdaLine(message);
    return line ? [{ ...line, timestamp }] : [];
  });
  const starts = new Map(lines.flatMap((line) => (line.kind === "start" ? [[line.requestId, line.timestamp]] : [])));
  return lines.flatMap((line) =>
    line.kind === "report" ? [reportedInvocation(line, line.timestamp, starts.get(line.requestId))] : [],
  );
}

function reportedInvocation(report: LambdaReport, endMs: number, startLineMs = endMs): Invocation {
  const { durationMs, billedMs, memoryMb, maxMemoryMb, initMs } = report;
  return {
    toldBy: "lambda",
    // The line of its start may be dated late, never early.
    startMs: Math.min(startLineMs, endMs - durationMs),
    endMs,
    // Init is billed since 2025-08, and most lines count it in. Those that do not: it is added here.
    // https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/
    billedMs: Math.max(billedMs, Math.ceil(durationMs + (initMs ?? 0))),
    memoryMb,
    maxMemoryMb,
    ...(initMs !== undefined && { initMs }),
  };
}

const ownInvocation = ({ endMs, ms, initMs, memoryMb, peakMemoryMb }: Ran): Invocation => ({
  toldBy: "forwarder",
  startMs: endMs - ms,
  endMs,
  billedMs: Math.ceil(ms + (initMs ?? 0)),
  memoryMb,
  maxMemoryMb: peakMemoryMb,
  ...(initMs !== undefined && { initMs }),
});

/** Adds up the forwarder's own lines. */
export function readAccounts(events: readonly StoredEvent[]): Accounts {
  const sums = { reports: 0, received: 0, delivered: 0, stored: 0, returned: 0 };
  for (const { message } of events) {
    const line = readReportLine(message);
    if (!line) continue;
    sums.reports += 1;
    for (const name of ["received", "delivered", "stored", "returned"] as const) sums[name] += line[name];
  }
  return sums;
}

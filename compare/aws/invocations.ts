import type { StoredEvent } from "./log-events.ts";

/** One run of the forwarder, as Lambda tells it. */
export interface Invocation {
  /** Of the handler; Unix time, ms. */
  readonly startMs: number;
  readonly endMs: number;
  /** With init. */
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
  /** Undelivered or rejected: in the bucket. */
  readonly stored: number;
  /** Handed back to Lambda. */
  readonly returned: number;
}

const START = /^START RequestId: (\S+)/;
const REPORT = /^REPORT RequestId: (\S+)/;
/**
 * Tabs part the fields; more may follow, such as `Status: timeout` or the trace's id.
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html (2026-11)
 */
const FIELD = /(?<=\s)((?:[A-Z]\w* )*[A-Z]\w*): (\d+(?:\.\d+)?) (?:ms|MB)(?=\s|$)/g;

/** Invocations in the forwarder's log group, in the order of time. */
export function readInvocations(events: readonly StoredEvent[]): Invocation[] {
  const starts = new Map<string, number>();
  for (const { message, timestamp } of events) {
    const requestId = START.exec(message)?.[1];
    if (requestId !== undefined) starts.set(requestId, timestamp);
  }
  const invocations = events.flatMap(({ message, timestamp }) => readReport(message, timestamp, starts) ?? []);
  return invocations.toSorted((a, b) => a.startMs - b.startMs);
}

/** Undefined if the line is no report, or has not what every report has. */
function readReport(message: string, endMs: number, starts: ReadonlyMap<string, number>): Invocation | undefined {
  const requestId = REPORT.exec(message)?.[1];
  if (requestId === undefined) return undefined;
  const fields = new Map([...message.matchAll(FIELD)].map(([, name, value]) => [name, Number(value)]));
  const [durationMs, billedMs] = [fields.get("Duration"), fields.get("Billed Duration")];
  const [memoryMb, maxMemoryMb] = [fields.get("Memory Size"), fields.get("Max Memory Used")];
  if (durationMs === undefined || billedMs === undefined || memoryMb === undefined || maxMemoryMb === undefined) {
    return undefined;
  }
  const initMs = fields.get("Init Duration");
  return {
    // The line of its start may be dated late, never early.
    startMs: Math.min(starts.get(requestId) ?? endMs, endMs - durationMs),
    endMs,
    // Init is billed since 2025-08, and most lines count it in. Those that do not: it is added here.
    // https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/
    billedMs: Math.max(billedMs, Math.ceil(durationMs + (initMs ?? 0))),
    memoryMb,
    maxMemoryMb,
    ...(initMs !== undefined && { initMs }),
  };
}

/** Adds up the forwarder's lines in EMF. */
export function readAccounts(events: readonly StoredEvent[]): Accounts {
  const sums = { reports: 0, received: 0, delivered: 0, stored: 0, returned: 0 };
  for (const { message } of events) {
    const fields = emfFields(message);
    if (!fields) continue;
    const count = (name: string) => (typeof fields[name] === "number" ? fields[name] : 0);
    sums.reports += 1;
    sums.received += count("Received");
    sums.delivered += count("Delivered");
    sums.stored += count("Undelivered") + count("Rejected");
    sums.returned += count("Returned");
  }
  return sums;
}

function emfFields(message: string): Record<string, unknown> | undefined {
  if (!message.startsWith('{"_aws":')) return undefined;
  try {
    return JSON.parse(message) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

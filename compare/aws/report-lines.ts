import { jsonObject } from "./lambda-lines.ts";

/** The forwarder's own line about an invocation: functions/metrics/report.ts. */
export interface ReportLine {
  readonly received: number;
  readonly delivered: number;
  /** Undelivered or rejected: in the bucket. */
  readonly stored: number;
  /** Handed back to Lambda. */
  readonly returned: number;
  /** How long it took, when it was over, and what the process has; undefined: a line of a version that does not say. */
  readonly ran?: Ran;
}

export interface Ran {
  /** Unix time, ms. */
  readonly endMs: number;
  readonly ms: number;
  /** Set if it started a sandbox: of its process, up to the function being loaded. */
  readonly initMs?: number;
  readonly peakMemoryMb: number;
  readonly memoryMb: number;
}

/** Undefined if the line is none of the forwarder's reports. A count that is not in it is zero. */
export function readReportLine(message: string): ReportLine | undefined {
  if (!message.startsWith('{"_aws":')) return undefined;
  const fields = jsonObject(message);
  if (!fields) return undefined;
  const number = (name: string) => (typeof fields[name] === "number" ? fields[name] : undefined);
  const count = (name: string) => number(name) ?? 0;
  const ran = ranOf(fields, number);
  return {
    received: count("Received"),
    delivered: count("Delivered"),
    stored: count("Undelivered") + count("Rejected"),
    returned: count("Returned"),
    ...(ran && { ran }),
  };
}

function ranOf(fields: Readonly<Record<string, unknown>>, number: (name: string) => number | undefined) {
  const { Timestamp: endMs } = (fields._aws ?? {}) as { Timestamp?: unknown };
  const [peakMemoryMb, memoryMb]: unknown[] = Array.isArray(fields.memoryMb) ? fields.memoryMb : [];
  if (typeof endMs !== "number" || typeof peakMemoryMb !== "number" || typeof memoryMb !== "number") return undefined;
  const initMs = number("initMs");
  // Less than half a millisecond is rounded to zero, and zero is left out.
  return { endMs, ms: number("ms") ?? 0, peakMemoryMb, memoryMb, ...(initMs !== undefined && { initMs }) };
}

import { emfLine } from "../../functions/metrics/emf-line.ts";
import { FORWARDER_METRICS } from "../../functions/metrics/metrics.ts";
import { type Report, reportFields } from "../../functions/metrics/report.ts";

export interface LineOf extends Partial<Report> {
  readonly endMs: number;
  /** How long the invocation took. */
  readonly ms: number;
  /** Set: it started the sandbox. */
  readonly initMs?: number;
  readonly memoryMb?: readonly [peak: number, size: number];
}

/** The line that the forwarder writes about an invocation. What is not given is zero. */
export function forwarderLine({ endMs, ms, initMs, memoryMb = [140, 512], ...told }: LineOf): string {
  const report: Report = {
    received: 0,
    delivered: 0,
    filtered: 0,
    sampledOut: 0,
    joinedAway: 0,
    undelivered: 0,
    rejected: 0,
    returned: 0,
    unreadable: 0,
    controlMessages: 0,
    truncated: 0,
    redated: 0,
    bytesIn: 0,
    rawBytesIn: 0,
    bytesOut: 0,
    requests: 0,
    redacted: 0,
    metadataPartial: 0,
    coldStart: initMs !== undefined,
    durationsMs: { decode: 0, metadata: 0, enrich: 0, send: ms, store: 0 },
    reasons: {},
    notes: {},
    ...told,
  };
  const fields = reportFields(report, { memoryMb, ...(initMs !== undefined && { initMs }) });
  return emfLine(fields, FORWARDER_METRICS, "forwarder-1A2B", endMs);
}

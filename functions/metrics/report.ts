import type { LogEvent } from "../records/delivery.ts";
import type { Settled } from "../records/payload.ts";

/** Where each received log event went. Counts of events. */
export interface Counts {
  readonly received: number;
  /** The intake answered 2xx. */
  readonly delivered: number;
  /** Dropped by a rule. */
  readonly filtered: number;
  /** Dropped by a sampling rule. */
  readonly sampledOut: number;
  /** In the store, will be replayed. */
  readonly undelivered: number;
  /** In the store, the intake will not take it: needs a person. */
  readonly rejected: number;
  /** Lines that a rule joined to another, with which they share its fate. */
  readonly joinedAway: number;
  /** Neither delivered nor stored: the invocation fails, and Lambda keeps the event and tries again. */
  readonly returned: number;
}

/** One invocation's account. `delivered` and all the counts add up to `received`: see `accountingGap`. */
export interface Report extends Counts {
  /** Deliveries that were CloudWatch's own test messages: never sent. */
  readonly controlMessages: number;
  /** Deliveries that could not be read: stored whole under `unreadable/`. */
  readonly unreadable: number;
  /** Entries cut to the intake's limit. They are delivered and counted as such, too. */
  readonly truncated: number;
  /** Entries that were too old for the intake and got the present time. They are counted as delivered, too. */
  readonly redated: number;
  /** Bytes of the delivery, compressed and as JSON. */
  readonly bytesIn: number;
  readonly rawBytesIn: number;
  /** Bytes of request bodies as sent, every attempt counted. */
  readonly bytesOut: number;
  readonly requests: number;
  /** Age of the newest and the oldest event at the end, in milliseconds. */
  readonly lagNewestMs?: number;
  readonly lagOldestMs?: number;
  /** Name of the rule that was applied, if any, and how many of its events had a part of their text replaced. */
  readonly rule?: string;
  readonly redacted: number;
  /** 1 if not all that was to be looked up about the writer could be, in time. */
  readonly metadataPartial: number;
  readonly coldStart: boolean;
  /** Wall time of each stage, in milliseconds. Batches are packed while others are sent: `send` includes it. */
  readonly durationsMs: {
    readonly decode: number;
    readonly metadata: number;
    readonly enrich: number;
    readonly send: number;
    readonly store: number;
  };
  /** Why payloads were not delivered: reason → events. Reasons are codes, never text. */
  readonly reasons: Readonly<Record<string, number>>;
  /** What went wrong without harm, such as a stale connection: what → how often. */
  readonly notes: Readonly<Record<string, number>>;
}

/** Zero if every event is accounted for. */
export const accountingGap = (c: Counts) =>
  c.received - c.delivered - c.filtered - c.sampledOut - c.undelivered - c.rejected - c.joinedAway - c.returned;

/** Counts by what became of the payloads. What was not delivered and is not in `stored` goes back to Lambda. */
export function countSettled(settled: readonly Settled[], stored: ReadonlySet<Settled>) {
  const counts = { delivered: 0, undelivered: 0, rejected: 0, returned: 0 };
  const reasons: Record<string, number> = {};
  for (const one of settled) {
    const { payload, outcome } = one;
    if (outcome.status === "delivered") {
      counts.delivered += payload.entryCount;
      continue;
    }
    const where = !stored.has(one) ? "returned" : outcome.status === "rejected" ? "rejected" : "undelivered";
    counts[where] += payload.entryCount;
    reasons[outcome.reason] = (reasons[outcome.reason] ?? 0) + payload.entryCount;
  }
  return { ...counts, reasons };
}

export function lag(events: readonly LogEvent[], now: number): { lagNewestMs?: number; lagOldestMs?: number } {
  if (events.length === 0) return {};
  let newest = Number.NEGATIVE_INFINITY;
  let oldest = Number.POSITIVE_INFINITY;
  for (const { timestamp } of events) {
    if (timestamp > newest) newest = timestamp;
    if (timestamp < oldest) oldest = timestamp;
  }
  return { lagNewestMs: now - newest, lagOldestMs: now - oldest };
}

/** The report as the fields of its EMF line. */
export function reportFields(report: Report): Record<string, unknown> {
  const { received, delivered, filtered, sampledOut, undelivered, rejected, returned, unreadable, ...properties } =
    report;
  const { lagNewestMs, lagOldestMs, ...rest } = properties;
  return {
    Received: received,
    Delivered: delivered,
    Filtered: filtered,
    SampledOut: sampledOut,
    Undelivered: undelivered,
    Rejected: rejected,
    Returned: returned,
    Unreadable: unreadable,
    AccountingGap: accountingGap(report),
    ...(lagNewestMs !== undefined && { LagNewest: lagNewestMs }),
    ...(lagOldestMs !== undefined && { LagOldest: lagOldestMs }),
    ...rest,
  };
}

import { accountingGap, FATE_NAMES, FATES, type FateCounts } from "../records/fates.ts";

/** One invocation's ledger. The fates that are terms of the sum add up to `received`: see `accountingGap`. */
export interface Report extends FateCounts {
  /** Log events in the deliveries that could be read. */
  readonly received: number;
  /** Deliveries that were CloudWatch's own test messages: never sent. */
  readonly controlMessages: number;
  /** Entries cut to the intake's limit. They are delivered and counted as such, too. */
  readonly truncated: number;
  /** Entries too old for the intake, or too far ahead, that got the present time. They are counted as delivered, too. */
  readonly redated: number;
  /** Bytes of the deliveries, compressed and as JSON. */
  readonly bytesIn: number;
  readonly rawBytesIn: number;
  /** Bytes of request bodies as sent, every attempt counted. */
  readonly bytesOut: number;
  readonly requests: number;
  /** Age of the newest and the oldest event at the end, in milliseconds. */
  readonly lagNewestMs?: number;
  readonly lagOldestMs?: number;
  /** Names of the rules that were applied, if any, and how many events had a part of their text replaced. */
  readonly rule?: string;
  readonly redacted: number;
  /** How many parts each detector, or the user's pattern of that name, found: in texts, names and tags. Missing: none. */
  readonly redactedBy?: Readonly<Record<string, number>>;
  /** Deliveries of whose writer not all that was to be looked up could be, in time. */
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

/** What an invocation's line tells besides its report. */
export interface SandboxFields {
  /** Of the process, from its start to the function being loaded; only in the first line of a sandbox. */
  readonly initMs?: number;
  /** Of the code; told with `initMs`, since another one begins with a cold start. */
  readonly version?: string;
  /** The most memory that the process has had so far, and how much there is. */
  readonly memoryMb: readonly [peak: number, size: number];
}

/** Stages that took less are not told one by one: the intake's answer takes most of such an invocation. */
const NOTABLE_MS = 100;

/**
 * The report as the fields of its EMF line: what is a metric has its metric's name; `ms` is the time of all stages, and
 * long ones are told besides. How many bytes came in is left out: CloudWatch Logs counts that by log group.
 */
export function reportFields(report: Report, sandbox?: SandboxFields): Record<string, unknown> {
  const { received, lagNewestMs, lagOldestMs, durationsMs, bytesIn, rawBytesIn, ...rest } = report;
  const properties = Object.entries(rest).filter(([name]) => !(name in FATES));
  const stages = Object.entries(durationsMs);
  const notable = stages.filter(([, ms]) => ms >= NOTABLE_MS);
  return {
    Received: received,
    ...Object.fromEntries(FATE_NAMES.map((fate) => [FATES[fate].metric, report[fate]])),
    AccountingGap: accountingGap(report),
    ...(lagNewestMs !== undefined && { LagNewest: lagNewestMs }),
    ...(lagOldestMs !== undefined && { LagOldest: lagOldestMs }),
    ...Object.fromEntries(properties),
    ms: Math.round(stages.reduce((sum, [, ms]) => sum + ms, 0)),
    ...Object.fromEntries(notable.map(([stage, ms]) => [`${stage}Ms`, Math.round(ms)])),
    ...sandbox,
  };
}

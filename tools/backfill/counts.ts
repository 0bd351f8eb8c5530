import type { Report } from "../../functions/metrics/report.ts";
import { FATE_NAMES, type FateCounts } from "../../functions/records/fates.ts";

/** What was sent, and what the forwarder says of it. */
export type Counts = FateCounts & {
  readonly sent: number;
  readonly batches: number;
  /** As the forwarder counts. */
  readonly received: number;
  readonly redated: number;
};

const NAMES = ["sent", "batches", "received", "redated", ...FATE_NAMES] as const;

const countsOf = (numberOf: (name: (typeof NAMES)[number]) => number): Counts =>
  Object.fromEntries(NAMES.map((name) => [name, numberOf(name)])) as Counts;

export const NO_COUNTS: Counts = countsOf(() => 0);

export const sum = (a: Counts, b: Counts): Counts => countsOf((name) => a[name] + b[name]);

/** Of one batch. */
export const countsFrom = (sent: number, report: Report): Counts =>
  countsOf((name) => (name === "sent" ? sent : name === "batches" ? 1 : (report[name] ?? 0)));

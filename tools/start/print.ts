import { styleText } from "node:util";
import type { Report } from "../../functions/metrics/report.ts";
import type { ArrivedEntry } from "../../functions/recorder/intake-contract.ts";
import type { Summary } from "../../functions/recorder/record.ts";
import { accountingGap, FATE_NAMES, FATES, type Fate, type FateCounts, TERMS } from "../../functions/records/fates.ts";
import type { Invoked } from "../lambda/lambda-process.ts";
import { wrapText } from "../wrap-text.ts";

/** One delivery and what became of it. `sent`: the log events that were put into it. */
export interface Row {
  readonly number: number;
  readonly logGroup: string;
  readonly sent: number;
  readonly invoked: Invoked;
}

/** What is added up over deliveries, besides the fates. */
const SUMMED = ["received", "bytesIn", "bytesOut", "requests"] as const;
type Summed = { -readonly [F in Fate]: number } & { [S in (typeof SUMMED)[number]]: number };

export interface Totals extends Summed {
  deliveries: number;
  sent: number;
  /** Sent in deliveries that failed: Lambda would keep them and try again. */
  failed: number;
  durationMs: number;
  cpuMs: number;
  coldStartMs: number;
  maxRssMb: number;
  reasons: Record<string, number>;
  /** Why the run is not a success, one sentence each. */
  problems: string[];
}

export const emptyTotals = (): Totals => ({
  deliveries: 0,
  sent: 0,
  failed: 0,
  ...(Object.fromEntries([...SUMMED, ...FATE_NAMES].map((name) => [name, 0])) as Summed),
  durationMs: 0,
  cpuMs: 0,
  coldStartMs: 0,
  maxRssMb: 0,
  reasons: {},
  problems: [],
});

/** The report that the handler returned, if it did. */
export const reportOf = (row: Row): Report | undefined =>
  row.invoked.outcome.status === "returned" ? (row.invoked.outcome.value as Report) : undefined;

export function addUp(totals: Totals, row: Row): void {
  const { outcome, usage, durationMs, initMs = 0 } = row.invoked;
  totals.deliveries += 1;
  totals.sent += row.sent;
  totals.durationMs += durationMs;
  totals.coldStartMs += initMs;
  totals.cpuMs += usage?.cpuMs ?? 0;
  totals.maxRssMb = Math.max(totals.maxRssMb, usage?.maxRssMb ?? 0);
  const report = reportOf(row);
  if (!report) {
    const { name, message } = outcome.status === "failed" ? outcome.error : { name: "", message: "" };
    totals.failed += row.sent;
    totals.problems.push(`Delivery ${row.number} (${row.sent} events) failed. ${name}: ${message}`);
    return;
  }
  for (const name of [...SUMMED, ...FATE_NAMES]) totals[name] += report[name];
  for (const [reason, count] of Object.entries(report.reasons)) {
    totals.reasons[reason] = (totals.reasons[reason] ?? 0) + count;
  }
  if (accountingGap(report) !== 0)
    totals.problems.push(`Delivery ${row.number}: ${accountingGap(report)} events unaccounted for.`);
  if (report.received !== row.sent)
    totals.problems.push(`Delivery ${row.number}: ${row.sent} sent, ${report.received} received.`);
}

/** How many events of it are in the store, which only a run that has one expects. */
export function storedOf(row: Row): number {
  const report = reportOf(row);
  return report ? report.undelivered + report.rejected : 0;
}

/** The recorder must have seen what the forwarder says it delivered, each entry once. */
export function compareWithRecorder(totals: Totals, { entries, duplicates }: Summary): void {
  if (entries !== totals.delivered) {
    totals.problems.push(`The forwarder counts ${totals.delivered} delivered, the recorder ${entries}.`);
  }
  if (duplicates > 0) totals.problems.push(`${duplicates} entries arrived twice.`);
}

/** 80 columns, with room for a log group. Fates that a row rarely has are told in words, in a line of their own. */
const COLUMNS: readonly (readonly [title: string, width: number])[] = [
  ["#", 6],
  ["received", 9],
  [FATES.delivered.title, 10],
  ["KB in", 8],
  ["KB out", 8],
  ["requests", 9],
  ["ms", 6],
];
const LOG_GROUP_WIDTH = 22;
const IN_WORDS = FATE_NAMES.filter((fate) => fate !== "delivered");

const line = (cells: readonly string[], logGroup: string) =>
  `${cells.map((cell, i) => cell.padStart(COLUMNS[i]?.[1] ?? 0)).join("")}  ${logGroup}`.trimEnd().concat("\n");

export const renderHeader = () =>
  styleText(
    "bold",
    line(
      COLUMNS.map(([name]) => name),
      "log group",
    ),
  );

export const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;
const kilobytes = (bytes: number) => (bytes / 1_000).toFixed(1);
const cellsOf = (first: string, counts: Readonly<Summed>, ms: number) => [
  first,
  String(counts.received),
  String(counts.delivered),
  kilobytes(counts.bytesIn),
  kilobytes(counts.bytesOut),
  String(counts.requests),
  ms.toFixed(0),
];
const othersOf = (counts: FateCounts) =>
  IN_WORDS.filter((fate) => counts[fate] > 0).map((fate) => countOf(counts, fate));

/** `5 joined to another`, `1 delivery unreadable`. */
const countOf = (counts: FateCounts, fate: Fate) =>
  FATES[fate].isTerm
    ? `${counts[fate]} ${FATES[fate].title}`
    : `${counts[fate]} ${counts[fate] === 1 ? "delivery" : "deliveries"} ${FATES[fate].title}`;

/** The end of a name tells more than its beginning. */
const shortened = (name: string) => (name.length > LOG_GROUP_WIDTH ? `…${name.slice(1 - LOG_GROUP_WIDTH)}` : name);

export function renderRow(row: Row): string {
  const report = reportOf(row);
  const { durationMs, initMs } = row.invoked;
  if (!report) return styleText("red", `${String(row.number).padStart(6)}  failed, see below  ${row.logGroup}\n`);
  const notes = [
    ...othersOf(report),
    ...(report.controlMessages > 0 ? ["CloudWatch's own test message, not sent"] : []),
    ...(initMs === undefined ? [] : [`cold start ${initMs.toFixed(0)} ms before it`]),
  ];
  const note = notes.length > 0 ? `        (${notes.join(", ")})\n` : "";
  return line(cellsOf(String(row.number), report, durationMs), shortened(row.logGroup)) + note;
}

export function renderTotals(totals: Totals, emptyLines: number, summary: Summary | undefined): string {
  const parts = [styleText("bold", line(cellsOf("total", totals, totals.durationMs), "")), "\n"];
  if (totals.failed > 0) parts.push(`${plural(totals.failed, "event")} in deliveries that failed.\n`);
  if (emptyLines > 0) parts.push(`${plural(emptyLines, "empty line")} left out: CloudWatch takes none.\n`);
  if (summary) {
    const { entries, requests, duplicates } = summary;
    const twice = duplicates === 0 ? "none" : duplicates;
    parts.push(`The recorder took ${entries} entries in ${plural(requests, "request")}, ${twice} of them twice.
`);
  }
  parts.push(
    `CPU ${totals.cpuMs.toFixed(0)} ms, at most ${totals.maxRssMb.toFixed(0)} MB of memory, cold starts ${totals.coldStartMs.toFixed(0)} ms.\n`,
  );
  for (const [reason, count] of Object.entries(totals.reasons))
    parts.push(`Not delivered because of ${reason}: ${count} events.\n`);
  if (totals.problems.length === 0) parts.push(styleText("green", paragraph(`All accounted for: ${sumOf(totals)}.`)));
  for (const problem of totals.problems) parts.push(styleText("red", `${problem}\n`));
  return parts.join("");
}

/** The sum of the promise in numbers, and what is not a term of it. */
export function sumOf(counts: { readonly received: number } & FateCounts): string {
  const terms = TERMS.map((term) => countOf(counts, term));
  const others = FATE_NAMES.filter((fate) => !FATES[fate].isTerm).map((fate) => countOf(counts, fate));
  return `${counts.received} received = ${terms.join(" + ")}; ${others.join(", ")}`;
}

/** A paragraph in lines of at most 80 characters. */
export const paragraph = (text: string) => `${wrapText(text).join("\n")}\n`;

export function renderEntries(entries: readonly ArrivedEntry[]): string {
  if (entries.length === 0) return "";
  const shown = entries.map((entry) => `${JSON.stringify(entry, null, 2)}\n`);
  return `\nThe first entries as the intake saw them:\n${shown.join("")}`;
}

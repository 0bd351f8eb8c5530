import { styleText } from "node:util";
import { MAX_EVENT_AGE_MS } from "../../functions/forwarder/stages/redate-range.ts";
import { accountingGap, FATES, TERMS } from "../../functions/records/fates.ts";
import type { Seen } from "./backfill.ts";
import type { KnownLogGroup } from "./log-group.ts";
import type { Gap, Options } from "./options.ts";

const DAY_MS = 86_400_000;
const iso = (time: number) => new Date(time).toISOString();
const number = (value: number) => value.toLocaleString("en");
const counted = (count: number, what: string) => `${number(count)} ${what}${count === 1 ? "" : "s"}`;

/** What is about to be done, and what to know before. */
export function renderPlan(
  { logGroup, logStreams, filter, from, to, dryRun, ratePerSecond }: Options,
  { account, region, retentionDays }: KnownLogGroup,
  forwarder: string,
  progressFile: string | undefined,
  now: number,
): string {
  const only = [
    logStreams.length > 0 && counted(logStreams.length, "stream"),
    filter !== undefined && `what matches ${JSON.stringify(filter)}`,
  ].filter((part) => part !== false);
  const lines = [
    `${styleText("bold", logGroup)} in ${account}, ${region}${only.length > 0 ? `; only ${only.join(", ")}` : ""}`,
    `from ${iso(from)} to ${iso(to)} (${duration(to - from)})`,
    dryRun
      ? "nothing is sent (--dry-run)"
      : `through ${forwarder}, tagged backfilled:true, at most ${number(ratePerSecond)} events a second`,
    ...(progressFile === undefined ? [] : [`progress is kept in ${progressFile}`]),
    ...warnings(from, to, retentionDays, now),
  ];
  return `${lines.join("\n")}\n\n`;
}

function warnings(from: number, to: number, retentionDays: number | undefined, now: number): string[] {
  const kept = retentionDays === undefined ? from : now - retentionDays * DAY_MS;
  const old = now - MAX_EVENT_AGE_MS;
  return [
    ...(kept > from
      ? [`! The log group keeps ${counted(retentionDays ?? 0, "day")}: what is from before ${iso(kept)} is gone.`]
      : []),
    ...(from < old
      ? [
          `! Datadog takes logs of the last 18 hours: ${to <= old ? "these" : `those from before ${iso(old)}`} get the present time, and their own is in redated.originalTimestamp.`,
        ]
      : []),
  ];
}

/** What was sent and what became of it, in numbers that add up; or what would be. */
export function renderTotals({ counts, streams, bytes, repeated }: Seen, dryRun: boolean): string {
  const { sent, batches } = counts;
  const what = `${counted(sent, "event")} in ${counted(batches, dryRun ? "batch" : "invocation")}`.replace(
    "batchs",
    "batches",
  );
  const rows = [...streams].toSorted(([, a], [, b]) => b - a);
  const shown = rows.slice(0, MAX_STREAMS).map(([name, events]) => `${number(events).padStart(12)}  ${name}`);
  const hidden =
    rows.length > shown.length ? [`${"".padStart(12)}  and ${counted(rows.length - shown.length, "more stream")}`] : [];
  const terms = TERMS.filter((term) => counts[term] > 0).map((term) => `${number(counts[term])} ${FATES[term].title}`);
  const lines = [
    ...shown,
    ...hidden,
    ...(dryRun
      ? [`${what} would be sent: ${number(Math.ceil(bytes / 1_000))} KB of text in ${counted(streams.size, "stream")}.`]
      : [`${what} = ${terms.join(" + ") || "0 delivered"}`]),
    ...(counts.redated > 0 ? [`${counted(counts.redated, "event")} got another date: docs/old-logs.md says why.`] : []),
    ...(counts.undelivered > 0
      ? ["What is undelivered is stored, and the replayer sends it when the intake is well again."]
      : []),
    ...(counts.rejected > 0 ? ["What is rejected is stored: the runbook says what to do, under rejected."] : []),
    ...(repeated > 0
      ? [`${counted(repeated, "event")} came again and ${repeated === 1 ? "was" : "were"} left out.`]
      : []),
  ];
  return `${lines.join("\n")}\n`;
}

const MAX_STREAMS = 20;

/** What does not add up, one sentence each. */
export function problemsOf({ counts }: Seen): string[] {
  const { sent, received } = counts;
  const missing = accountingGap(counts);
  return [
    ...(received === sent ? [] : [`${number(sent)} events were sent, and the forwarder received ${number(received)}.`]),
    ...(missing === 0 ? [] : [`${number(missing)} events are unaccounted for.`]),
    ...(counts.unreadable === 0
      ? []
      : [`${counted(counts.unreadable, "delivery")} could not be read by the forwarder.`]),
  ];
}

/** How far it is in time. */
export const shareDone = ({ from, to }: Gap, doneTo: number): number => (doneTo - from) / (to - from);

function duration(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  const [days, hours] = [Math.floor(minutes / 1_440), Math.floor((minutes % 1_440) / 60)];
  const parts = [days > 0 && `${days} d`, hours > 0 && `${hours} h`, minutes % 60 > 0 && `${minutes % 60} min`];
  return parts.filter(Boolean).join(" ") || `${Math.round(ms / 1_000)} s`;
}

import { formatNumber, formatUsd } from "../report/words/format.ts";
import type { LimitUse } from "./limits.ts";
import type { ScaleInput } from "./load.ts";
import type { ScaleCase } from "./scale.ts";
import type { Verdict } from "./verdict.ts";

/** `kinesis`, `4× kinesis`: short enough for a column. */
export function verdictCell({ word, way, accounts }: Verdict): string {
  if (word === "more log streams") return "none";
  return accounts > 1 ? `${accounts}× ${way}` : way;
}

/** The verdict in a sentence's first words. */
export function verdictText({ word, way, accounts }: Verdict): string {
  if (word === "more log streams") return "none: more log streams";
  return accounts > 1 ? `${word === "several accounts" ? "several accounts: " : ""}${accounts}, ${way} in each` : word;
}

/** The limit that decides, or the dollars. */
export function becauseText({ verdict: { word, limit, way }, usdPerMonth }: ScaleCase): string {
  if (limit === undefined) {
    return `both fit, and the month costs ${usd(usdPerMonth.direct)} direct, ${usd(usdPerMonth.kinesis)} with a stream`;
  }
  const used = `${limit.title}: ${useText(limit)}`;
  if (word === "more log streams") return `${used}; ${limit.beyond}`;
  return word === "several accounts" ? used : `${used} ${way === "kinesis" ? "if direct" : "with a stream"}`;
}

/** `2,000 of 900`. */
export const useText = ({ needs, has, unit }: LimitUse): string =>
  `${formatNumber(needs)} of ${formatNumber(has)}${unit === "" ? "" : unit.startsWith("/") ? unit : ` ${unit}`}`;

/** `$3.68`, `$1,096`, `$134k`, `$1.2M`: few letters, for a column. */
export function usd(amount: number): string {
  if (amount < 10) return formatUsd(amount);
  if (amount < 100_000) return `$${formatNumber(Math.round(amount))}`;
  return amount < 1_000_000 ? `$${Math.round(amount / 1_000)}k` : `$${(amount / 1e6).toFixed(1)}M`;
}

/** `10 GB`, `1 TB`. */
export const volumeText = (gb: number): string =>
  gb < 1_000 ? `${formatNumber(gb)} GB` : `${formatNumber(gb / 1_000)} TB`;

/** `12 s`, `4.2 h`, `5.3 d`. */
export function durationText(seconds: number): string {
  if (seconds === Number.POSITIVE_INFINITY) return "never";
  if (seconds < 100) return `${formatNumber(Math.round(seconds))} s`;
  if (seconds < 100 * 60) return `${formatNumber(Math.round(seconds / 60))} min`;
  if (seconds < 100 * 3_600) return `${(seconds / 3_600).toFixed(1)} h`;
  return `${(seconds / 86_400).toFixed(1)} d`;
}

/** What was asked, but the volume. */
export const askedText = ({
  lineBytes,
  region,
  outageHours,
  accounts,
}: Omit<ScaleInput, "gbPerDay" | "streams">): string =>
  `Lines of ${formatNumber(lineBytes)} bytes, ${region}, ${accounts === 1 ? "one account" : `${accounts} accounts`}; what an outage of ${formatNumber(outageHours)} h leaves`;

export const ASSUMED = [
  "Rates are means, and log streams write evenly all day: for a peak, ask with the peak's rate.",
  "Limits are AWS's defaults, which it raises on request (--model lambda.concurrency=5000).",
  "Forwarders: reserved as docs/deploying.md says. Outage: the intake takes requests and never answers.",
  "Dollars are without CloudWatch's own ingestion and storage, and without Datadog's.",
] as const;

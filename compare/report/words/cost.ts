import { DAYS_PER_MONTH } from "../../cost/costing.ts";
import type { CostComparison, CostInput } from "../../cost/types.ts";
import type { RegionPrices } from "../../prices/prices.ts";
import { formatNumber, formatUsd, listed, plural } from "./format.ts";

/** What is said of costs wherever they are shown. */

/** The question that decides most: CloudWatch's ingestion and storage are nearly all that the Lambda path costs. */
export function firstQuestion({ input, estimates, besideCloudwatch }: CostComparison): string {
  const lambda = formatUsd(besideCloudwatch.lambda);
  const sidecar = `${formatUsd(besideCloudwatch["firelens-in-slack"])} to ${formatUsd(besideCloudwatch["firelens-next-size"])}`;
  if (input.inCloudwatchAnyway) {
    return `The logs are in CloudWatch anyway, as you say: its ingestion and storage are in no sum here. FireLens would have to send them there as well.`;
  }
  const whole = formatUsd(estimates.find(({ path }) => path === "lambda")?.usdPerMonth ?? 0);
  return `First question: do you keep these logs in CloudWatch anyway? If so, you pay for its ingestion and storage whichever path you choose: Lambda adds ${lambda} a month, FireLens ${sidecar}, and it would have to send them there as well. If not, Lambda is ${whole}.`;
}

export function usageText(input: CostInput): string {
  const gb = formatNumber((input.gbPerDay * DAYS_PER_MONTH) / input.tasks);
  return `${formatNumber(input.gbPerDay)} GB a day from ${plural(input.tasks, "task")} (${gb} GB per task and month) in ${input.region}: lines of ${formatNumber(input.lineBytes)} bytes, ${formatNumber(input.batchEvents)} in a delivery, kept for ${plural(input.retentionDays, "day")}; tasks of ${formatNumber(input.taskVcpu)} vCPU and ${formatNumber(input.taskMemoryMb)} MB, ${input.arch}; sidecar ${input.profile.replace("-", " ")}, which reserves ${formatNumber(input.sidecarMemoryMb)} MB; egress by ${input.egress}.`;
}

/** Datadog's own price is the same on all paths only where it goes by events. */
export function datadogText({ byRawBytes: { lambda, firelens } }: CostComparison): string {
  const of = ({ usdPerMonth, bytesPerLine }: typeof lambda) =>
    `${formatUsd(usdPerMonth)} a month (${formatNumber(bytesPerLine)} bytes a line)`;
  return `Datadog's bill is not in these sums. By log event it is the same on all paths. By the bytes of the bodies, unpacked, at its list price for ingestion it would be ${of(lambda)} over Lambda and ${of(firelens)} over FireLens: tags and attributes around a line differ. Your bill shows which bytes it counts.`;
}

export function pricesText(region: string, date: string, rows: RegionPrices): string {
  const all = Object.entries(rows);
  const missing = all.filter(([, { of }]) => of !== undefined).map(([name]) => name);
  const unsure = all.filter(([, { verified, of }]) => !verified && of === undefined).map(([name]) => name);
  const parts = [
    ...(missing.length > 0
      ? [
          `no public figure of this region was found for ${listed(missing)}: those are as in ${all.find(([, { of }]) => of)?.[1].of}`,
        ]
      : []),
    ...(unsure.length > 0 ? [`not, or not wholly, from AWS's price list: ${listed(unsure)}`] : []),
  ];
  const seen = parts.length === 0 ? "all of them from AWS's price list" : parts.join("; ");
  return `Prices of ${region} of ${date}: ${seen}. compare/prices/prices.json says where each is from; on a machine with access to AWS, "npm run prices" reads them anew.`;
}

export const NOT_COUNTED =
  "Not counted: Datadog's bill; taxes, discounts and Savings Plans; transfer between zones; queries; the stream's KMS calls; what an outage adds (S3, replays, retries); the sidecar's own logs. A GB is 10⁹ bytes; if AWS counts 2³⁰, what goes by volume is 7 % less. Free tiers are taken as unused by anything else (--model cost.freeTierShare=0).";

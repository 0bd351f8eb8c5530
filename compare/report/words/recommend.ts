import { MB_PER_GB } from "../../cost/costing.ts";

import type { BreakEven, CostComparison, CostPathId, FargateSize } from "../../cost/types.ts";
import { formatNumber, formatUsd, listed } from "./format.ts";

/** Path and reason, in plain words. */
export interface Recommendation {
  readonly path: CostPathId;
  readonly reason: string;
}

/**
 * Lambda or FireLens, by price alone, as if the tasks had nothing to spare: what they have is not known here, so the
 * other case is told as well. The other two paths are not this project's to recommend.
 */
export function recommend(cost: CostComparison): Recommendation {
  const { estimates, breakEvens } = cost;
  const usdOf = (path: CostPathId) => estimates.find((one) => one.path === path)?.usdPerMonth ?? Number.NaN;
  const [lambda, nextSize] = [usdOf("lambda"), usdOf("firelens-next-size")];
  const path = lambda <= nextSize ? "lambda" : "firelens-next-size";
  const limits = breakEvens.filter(({ between }) => between.join() === "lambda,firelens-next-size");
  const sentences = [
    path === "lambda" ? whyLambda(lambda, nextSize, cost) : whyFirelens(lambda, nextSize, cost),
    limitSentence(limits),
    slackSentence(usdOf("firelens-in-slack"), Math.min(lambda, nextSize), cost),
    firehoseSentence(usdOf("firehose"), Math.min(lambda, nextSize)),
  ];
  return { path, reason: sentences.filter((sentence) => sentence !== "").join(" ") };
}

function whyLambda(lambda: number, nextSize: number, cost: CostComparison): string {
  return `Lambda is the cheaper one for tasks without room to spare: ${month(lambda)}, ${less(lambda, nextSize)} than FireLens, whose sidecar ${makesOf(cost)}.`;
}

function whyFirelens(lambda: number, nextSize: number, cost: CostComparison): string {
  const ingestion = cost.estimates.find(({ path }) => path === "lambda")?.items.find(({ id }) => id === INGESTION);
  return `FireLens is the cheaper one even where its sidecar ${makesOf(cost)}: ${month(nextSize)}, ${less(nextSize, lambda)} than Lambda, on whose path CloudWatch's ingestion alone is ${formatUsd(ingestion?.usdPerMonth ?? 0)}.`;
}

const INGESTION = "cloudwatch-ingestion";

function limitSentence(limits: readonly BreakEven[]): string {
  const [limit] = limits;
  if (!limit || limit.gbPerTaskMonth === null) return "That is so at every volume.";
  if (limits.length > 1) {
    const volumes = limits.map(({ gbPerTaskMonth }) => formatNumber(gbPerTaskMonth ?? 0)).join(", ");
    return `Which one it is changes at ${volumes} GB per task and month.`;
  }
  const [below, above] = limit.cheaperBelow === "lambda" ? ["Lambda", "FireLens"] : ["FireLens", "Lambda"];
  return `Below ${formatNumber(limit.gbPerTaskMonth)} GB per task and month it is ${below}, above it ${above}.`;
}

function slackSentence(inSlack: number, best: number, { input }: CostComparison): string {
  if (inSlack >= best) return "";
  const cpu = input.sidecarVcpu > 0 ? `${formatNumber(input.sidecarVcpu)} vCPU and ` : "";
  return `If the tasks have ${cpu}${formatNumber(input.sidecarMemoryMb)} MB to spare, FireLens comes to ${month(inSlack)}.`;
}

const firehoseSentence = (firehose: number, best: number) =>
  firehose < best ? `Firehose would be ${month(firehose)}; only its price is compared here.` : "";

const month = (usd: number) => `${formatUsd(usd)} a month`;

function less(cheap: number, dear: number): string {
  const share = dear > 0 ? ` (${formatNumber(Math.round((1 - cheap / dear) * 100))} %)` : "";
  return `${formatUsd(dear - cheap)}${share} less`;
}

function makesOf({ taskSizes: { without, withSidecar } }: CostComparison): string {
  const same = without.vcpu === withSidecar.vcpu && without.memoryMb === withSidecar.memoryMb;
  if (same) return `needs no larger task than ${sizeText(without)}`;
  return `makes every task ${sizeText(withSidecar)} instead of ${sizeText(without)}`;
}

const sizeText = ({ vcpu, memoryMb }: FargateSize) =>
  `${formatNumber(vcpu)} vCPU and ${formatNumber(memoryMb / MB_PER_GB)} GB`;

/** What a break-even says, in one sentence. */
export function breakEvenText({ estimates }: Pick<CostComparison, "estimates">, even: BreakEven): string {
  const titleOf = (id: string) => estimates.find(({ path }) => path === id)?.title ?? id;
  const { between, gbPerTaskMonth, cheaperBelow } = even;
  const other = between.find((id) => id !== cheaperBelow) ?? cheaperBelow;
  if (gbPerTaskMonth === null) return `${titleOf(cheaperBelow)} costs less than ${titleOf(other)} at every volume.`;
  return `${listed(between.map(titleOf))} cost the same at ${formatNumber(gbPerTaskMonth)} GB per task and month; below it ${titleOf(cheaperBelow)} costs less.`;
}

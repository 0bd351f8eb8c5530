import { formatNumber, formatUsd } from "../report/format.ts";
import { type Costing, MB_PER_GB } from "./costing.ts";
import type { FargateSize } from "./fargate.ts";
import { taskSizes } from "./firelens-cost.ts";
import type { BreakEven, CostComparison, CostEstimate, CostPathId } from "./types.ts";

/**
 * Lambda or FireLens, by price alone, as if the tasks had nothing to spare: what they have is not known here, so the
 * other case is told as well. The other two paths are not this project's to recommend.
 */
export function recommend(
  costing: Costing,
  estimates: readonly CostEstimate[],
  breakEvens: readonly BreakEven[],
): CostComparison["recommendation"] {
  const usdOf = (path: CostPathId) => estimates.find((one) => one.path === path)?.usdPerMonth ?? Number.NaN;
  const [lambda, nextSize] = [usdOf("lambda"), usdOf("firelens-next-size")];
  const path = lambda <= nextSize ? "lambda" : "firelens-next-size";
  const limits = breakEvens.filter(({ between }) => between.join() === "lambda,firelens-next-size");
  const sentences = [
    path === "lambda" ? whyLambda(lambda, nextSize, costing) : whyFirelens(lambda, nextSize, costing, estimates),
    limitSentence(limits),
    slackSentence(usdOf("firelens-in-slack"), Math.min(lambda, nextSize), costing),
    firehoseSentence(usdOf("firehose"), Math.min(lambda, nextSize)),
  ];
  return { path, reason: sentences.filter((sentence) => sentence !== "").join(" ") };
}

function whyLambda(lambda: number, nextSize: number, costing: Costing): string {
  return `Lambda is the cheaper one for tasks without room to spare: ${month(lambda)}, ${less(lambda, nextSize)} than FireLens, whose sidecar ${makesOf(costing)}.`;
}

function whyFirelens(lambda: number, nextSize: number, costing: Costing, estimates: readonly CostEstimate[]): string {
  const ingestion = estimates.find(({ path }) => path === "lambda")?.items.find(({ id }) => id === INGESTION);
  return `FireLens is the cheaper one even where its sidecar ${makesOf(costing)}: ${month(nextSize)}, ${less(nextSize, lambda)} than Lambda, on whose path CloudWatch's ingestion alone is ${formatUsd(ingestion?.usdPerMonth ?? 0)}.`;
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

function slackSentence(inSlack: number, best: number, { input }: Costing): string {
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

function makesOf(costing: Costing): string {
  const { without, withSidecar } = taskSizes(costing);
  const same = without.vcpu === withSidecar.vcpu && without.memoryMb === withSidecar.memoryMb;
  if (same) return `needs no larger task than ${sizeText(without)}`;
  return `makes every task ${sizeText(withSidecar)} instead of ${sizeText(without)}`;
}

const sizeText = ({ vcpu, memoryMb }: FargateSize) =>
  `${formatNumber(vcpu)} vCPU and ${formatNumber(memoryMb / MB_PER_GB)} GB`;

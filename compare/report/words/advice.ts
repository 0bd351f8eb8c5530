import type { CostComparison } from "../../cost/types.ts";
import type { Summary } from "../../stats/summary.ts";
import { latencyCell } from "./columns.ts";
import { formatNumber, formatShare, formatUsd, listed, plain } from "./format.ts";
import { lossMark, timeMark } from "./marks.ts";
import { lossShare, type ScoreRow, worstOf } from "./scorecard.ts";

/** "Take X if …, Y if …": for someone who decides and reads no further. What is modelled is said there. */
export function advice(
  rows: readonly ScoreRow[],
  cost: CostComparison | undefined,
  { paths }: Pick<Summary, "paths">,
): string[] {
  const lambda = rows.find(({ kind }) => kind === "lambda");
  const sidecars = rows.filter(({ kind }) => kind === "firelens");
  const best = sidecars.find(({ id }) => id.includes("hardened")) ?? sidecars[0];
  const known = rows.some(({ calm, faults }) => calm || faults.length > 0);
  if (!known) return [];
  return [
    ...(lambda ? [takeLambda(lambda, cost, modelledStages(lambda, paths))] : []),
    ...(best ? [takeFirelens(best)] : []),
    ...leave(sidecars.filter((row) => row !== best && worseThan(row, best))),
  ];
}

function takeLambda(row: ScoreRow, cost: CostComparison | undefined, modelled: readonly string[]): string {
  const dollars = cost ? ` (then ${formatUsd(cost.besideCloudwatch.lambda)} a month)` : "";
  const model = modelled.length > 0 ? `, of which ${listed(modelled).toLowerCase()} are modelled` : "";
  return `Take ${plain(row.title)} if a task can't carry a sidecar, or logs come from more than ECS tasks or are in CloudWatch anyway${dollars}, and seconds will do: ${delay(row)}${model}.${lossOf(row)}`;
}

function takeFirelens(row: ScoreRow): string {
  const { cost } = row;
  const [inSlack = 0, nextSize = inSlack] = cost?.usdPerMonth ?? [];
  const room = cost
    ? ` and each task has ${formatNumber(cost.memoryMb)} MB to spare: ${formatUsd(inSlack)} a month, ${formatUsd(nextSize)} if it makes the task one size larger.`
    : ".";
  const model = row.basis === "measured" ? "" : " All of this path is modelled.";
  return `Take ${plain(row.title)} if lines must come sooner (${delay(row)})${room}${model}${lossOf(row)}`;
}

/** Those that lose more than the one that is to be taken. */
function leave(rows: readonly ScoreRow[]): string[] {
  if (rows.length === 0) return [];
  const losses = rows.map((row) => `${plain(row.title)}, which lost ${worstLoss(row)}`);
  return [`Leave ${listed(losses)}.`];
}

function worstLoss({ faults }: ScoreRow): string {
  const worst = worstOf(faults);
  const model = worst && worst.lostInModel > 0 ? ", modelled" : "";
  return worst ? `${lossMark(worst)}${formatShare(lossShare(worst))} in “${worst.phase}”${model}` : "nothing";
}

function delay({ calm, basis }: ScoreRow): string {
  const times = calm?.latencyMs;
  const cell = (name: "p50" | "p99") => latencyCell(times, name, timeMark(basis));
  return times ? `p50 ${cell("p50")}, p99 ${cell("p99")}` : "no delay was measured";
}

/** ` It lost …`, in the fault in which it lost most; nothing if it lost none. */
function lossOf(row: ScoreRow): string {
  return (worstOf(row.faults)?.lost ?? 0) === 0 ? "" : ` It lost ${worstLoss(row)}.`;
}

const lostIn = ({ faults }: ScoreRow) => faults.reduce((sum, { lost }) => sum + lost, 0);
const worseThan = (row: ScoreRow, best: ScoreRow | undefined) => best !== undefined && lostIn(row) > lostIn(best);

const modelledStages = ({ id }: ScoreRow, paths: Summary["paths"]) =>
  (paths.find((path) => path.id === id)?.stages ?? [])
    .filter(({ basis }) => basis === "modelled")
    .map(({ title }) => plain(title));

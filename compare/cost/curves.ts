import type { CostAt } from "./break-even.ts";
import { DAYS_PER_MONTH } from "./costing.ts";
import type { BreakEven, CostComparison, CostInput, CostPathId } from "./types.ts";

const FROM_GB = 0.1;
const TO_GB = 1_000;
const STEPS_PER_DECADE = 15;

/** Dollars per task and month over volume: evenly on a log axis, the volume asked about and the break-evens exactly. */
export function drawCurves(
  paths: readonly CostPathId[],
  costAt: CostAt,
  breakEvens: readonly BreakEven[],
  { gbPerDay, tasks }: Pick<CostInput, "gbPerDay" | "tasks">,
): CostComparison["curves"] {
  const asked = (gbPerDay * DAYS_PER_MONTH) / tasks;
  const marked = [asked, ...breakEvens.flatMap(({ gbPerTaskMonth }) => gbPerTaskMonth ?? [])];
  const from = Math.floor(Math.log10(Math.min(FROM_GB, asked)));
  const to = Math.ceil(Math.log10(Math.max(TO_GB, asked)));
  const steps = Array.from(
    { length: (to - from) * STEPS_PER_DECADE + 1 },
    (_, i) => 10 ** (from + i / STEPS_PER_DECADE),
  );
  const inRange = marked.filter((gb) => gb >= 10 ** from && gb <= 10 ** to);
  const volumes = [...new Set([...steps, ...inRange])].sort((a, b) => a - b);
  return paths.map((path) => ({
    path,
    points: volumes.map((gb) => ({ gbPerTaskMonth: gb, usdPerTaskMonth: costAt(path, gb) / tasks })),
  }));
}

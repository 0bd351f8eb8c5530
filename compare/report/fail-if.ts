import type { Result } from "../result.ts";
import { figureOf } from "../stats/figure-table.ts";
import { brokenLimits, type Limit } from "../stats/limits.ts";
import { summarise } from "../stats/summarise.ts";
import { formatFigure } from "./words/figures.ts";
import { listed } from "./words/format.ts";

/** Tells which limits a run breaks. @returns whether it breaks one */
export function failsBy(limits: readonly Limit[], result: Result): boolean {
  const broken = brokenLimits(limits, summarise(result));
  for (const { limit, cases } of broken) {
    const where = cases.map(({ phase, value }) => `${formatFigure(value, figureOf(limit.figure).unit)} in “${phase}”`);
    const why = cases.length > 0 ? listed(where) : "nothing in this run to judge it by";
    process.stderr.write(`Failed by --fail-if "${limit.text}": ${why}.\n`);
  }
  return broken.length > 0;
}

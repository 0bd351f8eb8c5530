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

/** Tells on stderr which phases are void, with other seeds, too. @returns whether any is */
export function tellsVoid({ phases }: Result): boolean {
  const titles = phases.flatMap(({ title, void: why, repeats = [] }) => [
    ...(why ? [title] : []),
    ...repeats.slice(1).flatMap(({ seed, void: reason }) => (reason ? [`${title} with seed ${seed}`] : [])),
  ]);
  if (titles.length > 0) {
    process.stderr.write(`\nVoid: ${titles.join(", ")}. Nothing of it may be quoted; the report says why.\n`);
  }
  return titles.length > 0;
}

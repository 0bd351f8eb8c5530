import type { PhasePathSummary } from "../stats/summary.ts";

/** One path at one rate; `figures` are left out if the phase is void or did not take place. */
export interface Cell {
  readonly linesPerSecond: number;
  readonly figures?: Pick<PhasePathSummary, "lost" | "latencyMs">;
}

export interface HighestRate {
  /** Lines per second; undefined: not even the lowest that was tried. */
  readonly rate?: number;
  /** Why no higher one; undefined: none was tried. */
  readonly because?: "it loses lines" | "it is late" | "that run is void";
}

/** Late: beyond so many times what the path takes at the lowest rate. */
export const LATE_TIMES = 2;

/** The highest rate at which, and at all lower ones, a path loses nothing and is not late. @param cells rates ascending */
export function highestRate(cells: readonly Cell[]): HighestRate {
  const least = cells[0]?.figures?.latencyMs?.p99 ?? Number.NaN;
  let rate: number | undefined;
  for (const { linesPerSecond, figures } of cells) {
    const because = whyNot(figures, least);
    if (because) return { ...(rate !== undefined && { rate }), because };
    rate = linesPerSecond;
  }
  return { ...(rate !== undefined && { rate }) };
}

function whyNot(figures: Cell["figures"], leastP99Ms: number): HighestRate["because"] {
  if (!figures) return "that run is void";
  if (figures.lost > 0) return "it loses lines";
  return (figures.latencyMs?.p99 ?? Number.POSITIVE_INFINITY) <= LATE_TIMES * leastP99Ms ? undefined : "it is late";
}

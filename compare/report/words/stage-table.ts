import type { Quantile } from "../../stats/distribution.ts";
import type { PhasePathSummary, PhaseSummary } from "../../stats/summary.ts";
import { latencyCell } from "./columns.ts";
import { NOTHING } from "./format.ts";
import { MODELLED_MARK } from "./marks.ts";

/** How long lines spent in each stage of one path, by phase. */
export interface StageGroup {
  readonly path: Pick<PhasePathSummary, "id" | "title">;
  /** Stages that something is known of; as many cells as there are phases. */
  readonly rows: readonly { readonly title: string; readonly cells: readonly string[] }[];
}

export const STAGE_QUANTILES = { p50: "Median time in each stage", p99: "p99 of the time in each stage" } as const;

export function stageGroups(phases: readonly PhaseSummary[], name: Quantile): StageGroup[] {
  return pathsOf(phases).map((path) => ({
    path,
    rows: path.stages.flatMap((stage, index) => {
      const cells = phases.map(({ paths }) => {
        const times = paths.find(({ id }) => id === path.id)?.stages[index]?.timeMs;
        return latencyCell(times, name, stage.basis === "modelled" ? MODELLED_MARK : "");
      });
      return cells.some((cell) => cell !== NOTHING) ? [{ title: stage.title, cells }] : [];
    }),
  }));
}

function pathsOf(phases: readonly PhaseSummary[]): PhasePathSummary[] {
  const all = phases.flatMap(({ paths }) => paths);
  return all.filter((path, index) => all.findIndex(({ id }) => id === path.id) === index);
}

import type { PathInfo, PathSamples, Phase, Result } from "../result.ts";
import { derivedWarnings } from "./derived-warnings.ts";
import { distribution } from "./distribution.ts";
import { figures } from "./figures.ts";
import { latencies } from "./latencies.ts";
import type { PathSummary, PhasePathSummary, PhaseSummary, StageSummary, Summary } from "./summary.ts";

/** All figures of a result. Lost lines are counted as lost; they are in no percentile. */
export function summarise(result: Result): Summary {
  const phases = result.phases.map((phase) => summarisePhase(phase, result.paths));
  return {
    paths: result.paths.map((path) => summarisePath(path, result.phases)),
    phases,
    warnings: [...result.warnings, ...derivedWarnings(phases, result.warnings)],
  };
}

function summarisePhase(phase: Phase, paths: readonly PathInfo[]): PhaseSummary {
  const { id, title, loadMs, linesPerSecond, fault, dueMs } = phase;
  return {
    id,
    title,
    loadMs,
    linesPerSecond,
    ...(fault && { fault }),
    sent: dueMs.length,
    paths: paths.flatMap((path) => {
      const samples = phase.paths[path.id];
      return samples ? [summarisePhasePath(phase, path, samples)] : [];
    }),
  };
}

function summarisePhasePath(phase: Phase, path: PathInfo, samples: PathSamples): PhasePathSummary {
  const latencyMs = distribution(latencies(phase, samples));
  return {
    id: path.id,
    title: path.title,
    basis: path.basis,
    ...figures([samples]),
    ...(latencyMs && { latencyMs }),
    stages: path.stages.map((stage): StageSummary => {
      const timeMs = distribution(stageTimes(samples, stage.id));
      return { id: stage.id, title: stage.title, basis: stage.basis, ...(timeMs && { timeMs }) };
    }),
    notes: samples.notes,
  };
}

/** Of lines that arrived: the stages then are parts of the latency. */
function stageTimes({ stagesMs, arrivedMs }: PathSamples, stage: string): number[] {
  return (stagesMs[stage] ?? []).flatMap((time, line) =>
    time === null || (arrivedMs[line] ?? null) === null ? [] : [time],
  );
}

function summarisePath(path: PathInfo, phases: readonly Phase[]): PathSummary {
  const { id, title, kind, basis, stages } = path;
  return { id, title, kind, basis, stages, ...figures(phases.flatMap((phase) => phase.paths[id] ?? [])) };
}

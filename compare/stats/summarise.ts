import type { PathInfo, PathSamples, Phase, Result } from "../result.ts";
import { type Distribution, distribution } from "./distribution.ts";
import { figures } from "./figures.ts";
import { latencies, neverArrived } from "./latencies.ts";
import type { PathSummary, PhasePathSummary, PhaseSummary, StageSummary, Summary } from "./summary.ts";

/** All figures of a result. Percentiles are over the lines sent: one that was lost never came. */
export function summarise(result: Result): Summary {
  return {
    paths: result.paths.map((path) => summarisePath(path, result.phases)),
    phases: result.phases.map((phase) => summarisePhase(phase, result.paths)),
  };
}

function summarisePhase(phase: Phase, paths: readonly PathInfo[]): PhaseSummary {
  const { id, title, loadMs, linesPerSecond, warmUpMs, fault, void: isVoid, dueMs } = phase;
  return {
    id,
    title,
    loadMs,
    linesPerSecond,
    ...(warmUpMs !== undefined && { warmUpMs }),
    ...(fault && { fault }),
    ...(isVoid && { void: isVoid }),
    sent: dueMs.length,
    paths: paths.flatMap((path) => {
      const samples = phase.paths[path.id];
      return samples ? [summarisePhasePath(phase, path, samples)] : [];
    }),
  };
}

function summarisePhasePath(phase: Phase, path: PathInfo, samples: PathSamples): PhasePathSummary {
  const latencyMs = latencyOf(phase, samples);
  const lostOfRuns = phase.repeats?.flatMap(({ void: isVoid, paths }) => (isVoid ? [] : (paths[path.id]?.lost ?? [])));
  return {
    id: path.id,
    title: path.title,
    basis: path.basis,
    ...figures([samples]),
    ...(samples.void && { void: samples.void }),
    ...(samples.draws && { draws: samples.draws.count }),
    ...(latencyMs && { latencyMs }),
    ...(lostOfRuns && lostOfRuns.length > 1 && { lostOfRuns }),
    stages: path.stages.map((stage): StageSummary => {
      const timeMs = distribution(stageTimes(samples, stage.id));
      return { id: stage.id, title: stage.title, basis: stage.basis, ...(timeMs && { timeMs }) };
    }),
    notes: samples.notes,
  };
}

/** Where the waits were drawn, chance is in the draws: intervals over the lines would only tell of the lines. */
export function latencyOf(phase: Phase, samples: PathSamples): Distribution | undefined {
  const latencyMs = distribution(latencies(phase, samples), neverArrived(phase, samples));
  if (!latencyMs || !samples.draws) return latencyMs;
  const { p50, p95, p99 } = samples.draws;
  return { ...latencyMs, intervals: { p50, p95, p99 } };
}

/** Of lines that arrived: the stages then are parts of the latency. */
function stageTimes({ stagesMs, arrivedMs }: PathSamples, stage: string): number[] {
  return (stagesMs[stage] ?? []).flatMap((time, line) =>
    time === null || (arrivedMs[line] ?? null) === null ? [] : [time],
  );
}

function summarisePath(path: PathInfo, phases: readonly Phase[]): PathSummary {
  const { id, title, kind, basis, stages } = path;
  const valid = phases.filter((phase) => !phase.void);
  return { id, title, kind, basis, stages, ...figures(valid.flatMap((phase) => phase.paths[id] ?? [])) };
}

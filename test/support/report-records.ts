import type { PathSamples, Result } from "../../compare/result.ts";
import { comparisonResult, samplesOf } from "./comparison-result.ts";

/** Records that a report must tell sensibly, though there is little in them. */

const small = comparisonResult({ linesPerSecond: 5, phases: ["steady"] });

/** Interrupted before the first phase ended. */
export const WITHOUT_PHASES: Result = {
  ...small,
  status: "partial",
  problem: "Fluent Bit ended by itself with exit code 1.",
  endedAt: undefined,
  paths: [],
  phases: [],
  warnings: [],
  modelled: [],
};

/** As a run leaves it that was killed. */
export const KILLED: Result = { ...small, status: "running", endedAt: undefined };

/** One path brought nothing. */
export const WITH_SILENT_PATH: Result = withSamples("firelens-as-documented", ({ arrivedMs, stagesMs, usage }) => ({
  ...samplesOf(arrivedMs.map(() => null)),
  stagesMs: Object.fromEntries(Object.entries(stagesMs).map(([id, column]) => [id, column.map(() => null)])),
  usage: { lineBytes: usage.lineBytes, wireBytes: 0, rawBytes: 0, requests: 0, answers: { reset: 3 }, overLimit: 0 },
}));

/** No path brought anything. */
export const ALL_SILENT: Result = {
  ...small,
  phases: small.phases.map((phase) => ({
    ...phase,
    paths: Object.fromEntries(
      Object.entries(phase.paths).map(([id, { arrivedMs }]) => [id, samplesOf(arrivedMs.map(() => null))]),
    ),
  })),
};

/** Nothing was even sent. */
export const WITHOUT_LINES: Result = {
  ...small,
  phases: small.phases.map((phase) => ({
    ...phase,
    dueMs: [],
    paths: Object.fromEntries(Object.keys(phase.paths).map((id) => [id, samplesOf([])])),
  })),
};

/** FireLens without a Fluent Bit. */
export const MODELLED: Result = {
  ...comparisonResult({ linesPerSecond: 20 }),
  paths: small.paths.map((path) => ({
    ...path,
    ...(path.kind === "firelens" && {
      basis: "modelled" as const,
      stages: path.stages.map((stage) => ({ ...stage, basis: "modelled" as const })),
    }),
  })),
};

/** Counted at Datadog, which tells no time of arrival. */
export const COUNTED_AT_DATADOG: Result = {
  ...small,
  where: "aws",
  environment: { ...small.environment, region: "eu-west-1" },
  phases: [],
  readBack: [
    { path: "lambda", written: 12_000, found: 12_000, duplicates: 2 },
    { path: "firelens-hardened", written: 12_000, found: 11_340, duplicates: 0 },
  ],
};

/** What would be markup if it were not escaped. */
export const NASTY = `<img src=x onerror=alert(1)>"'&|\`*_[a](b)`;
export const WITH_NASTY_TEXT: Result = {
  ...small,
  command: `npm run compare -- ${NASTY}`,
  problem: NASTY,
  status: "partial",
  environment: { ...small.environment, cpuModel: NASTY },
  modelled: [{ name: NASTY, value: 1, unit: NASTY, source: NASTY, overridden: true }],
  paths: small.paths.map((path, index) => ({
    ...path,
    title: `${NASTY}${index}`,
    stages: path.stages.map((stage) => ({ ...stage, title: `${stage.title}${NASTY}` })),
  })),
  phases: small.phases.map((phase) => ({
    ...phase,
    title: NASTY,
    fault: { title: NASTY, fromMs: 1_000, toMs: 2_000 },
    paths: Object.fromEntries(Object.entries(phase.paths).map(([id, samples]) => [id, { ...samples, notes: [NASTY] }])),
  })),
  warnings: [{ kind: "clock-skew", phase: NASTY, message: NASTY }],
};

export const RECORDS: Readonly<Record<string, Result>> = {
  "a whole run": comparisonResult({ linesPerSecond: 20 }),
  "no phase": WITHOUT_PHASES,
  "a run that was killed": KILLED,
  "a path that lost everything": WITH_SILENT_PATH,
  "all lost": ALL_SILENT,
  "no lines": WITHOUT_LINES,
  "modelled FireLens": MODELLED,
  "counts at Datadog": COUNTED_AT_DATADOG,
};

function withSamples(id: string, change: (samples: PathSamples) => PathSamples): Result {
  return {
    ...small,
    phases: small.phases.map((phase) => {
      const samples = phase.paths[id];
      return samples ? { ...phase, paths: { ...phase.paths, [id]: change(samples) } } : phase;
    }),
  };
}

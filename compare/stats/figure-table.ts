import type { PhasePathSummary, PhaseSummary } from "./summary.ts";

interface Figure {
  readonly title: string;
  readonly unit: "ms" | "share" | "count" | "number";
  readonly of: (path: PhasePathSummary) => number | undefined;
}

/** Every figure of a path in a phase, by the name that it has in CSV, in limits and beside another run's. */
export const FIGURE_TABLE = {
  sent: { title: "sent", unit: "count", of: ({ sent }) => sent },
  lost: { title: "lost", unit: "count", of: ({ lost }) => lost },
  loss: { title: "lost, share", unit: "share", of: ({ sent, lost }) => (sent === 0 ? undefined : lost / sent) },
  duplicates: { title: "duplicates", unit: "count", of: ({ duplicated }) => duplicated },
  outOfOrder: { title: "out of order", unit: "count", of: ({ outOfOrder }) => outOfOrder },
  pieces: { title: "pieces", unit: "count", of: ({ pieces }) => pieces },
  p50: { title: "p50", unit: "ms", of: ({ latencyMs }) => latencyMs?.p50 },
  p95: { title: "p95", unit: "ms", of: ({ latencyMs }) => latencyMs?.p95 },
  p99: { title: "p99", unit: "ms", of: ({ latencyMs }) => latencyMs?.p99 },
  max: { title: "max", unit: "ms", of: ({ latencyMs }) => latencyMs?.max },
  mean: { title: "mean", unit: "ms", of: ({ latencyMs }) => latencyMs?.mean },
  cpu: {
    title: "CPU s per million lines",
    unit: "number",
    of: ({ cpuSecondsPerMillionLines }) => cpuSecondsPerMillionLines,
  },
  memoryMb: { title: "peak MB", unit: "number", of: ({ peakMemoryMb }) => peakMemoryMb },
  wireBytes: { title: "wire bytes per line", unit: "number", of: ({ wireBytesPerLine }) => wireBytesPerLine },
  requests: { title: "requests", unit: "count", of: ({ requests }) => requests },
  overLimit: { title: "requests over limits", unit: "count", of: ({ overLimit }) => overLimit },
} as const satisfies Record<string, Figure>;

export type FigureName = keyof typeof FIGURE_TABLE;
export const FIGURE_NAMES = Object.keys(FIGURE_TABLE) as FigureName[];
export const figureOf = (name: FigureName): Figure => FIGURE_TABLE[name];

/** Undefined: not known, or of a void phase, of which nothing counts. */
export const valueIn = (name: FigureName, path: PhasePathSummary, { void: why }: PhaseSummary): number | undefined =>
  why ? undefined : figureOf(name).of(path);

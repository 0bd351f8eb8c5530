import type { Basis, LambdaUsage, Phase } from "../result.ts";
import type { Distribution } from "./distribution.ts";

/** What a result comes to: every figure of a report, without a raw sample. */
export interface Summary {
  readonly paths: readonly PathSummary[];
  readonly phases: readonly PhaseSummary[];
}

export interface PhaseSummary {
  readonly id: string;
  readonly title: string;
  readonly loadMs: number;
  readonly linesPerSecond: number;
  /** Lines due before this are in no percentile. */
  readonly warmUpMs?: number;
  readonly fault?: Phase["fault"];
  /** Why nothing of it may be quoted. */
  readonly void?: readonly string[];
  readonly sent: number;
  /** Of the paths that took part, in the order of the result's paths. */
  readonly paths: readonly PhasePathSummary[];
}

export interface PhasePathSummary extends Figures {
  readonly id: string;
  readonly title: string;
  readonly basis: Basis;
  /** Why nothing of it may be quoted. */
  readonly void?: readonly string[];
  /** How often the modelled waits were drawn; left out if they were not. */
  readonly draws?: number;
  /** Milliseconds from when a line was due to its first arrival, over the lines sent; left out if none arrived. */
  readonly latencyMs?: Distribution;
  /** Lines lost in each of several runs with other seeds, if there were: what of the loss is chance. */
  readonly lostOfRuns?: readonly number[];
  /** In the order in which a line passes them; `timeMs` is left out if it is known of no line. */
  readonly stages: readonly StageSummary[];
  readonly notes: readonly string[];
}

export interface StageSummary {
  readonly id: string;
  readonly title: string;
  readonly basis: "measured" | "modelled";
  readonly timeMs?: Distribution;
}

/** Over all phases that are not void. No percentiles: a mix of phases has none that mean anything. */
export interface PathSummary extends Figures {
  readonly id: string;
  readonly title: string;
  readonly kind: "lambda" | "kinesis" | "firelens";
  readonly basis: Basis;
  readonly stages: readonly { readonly id: string; readonly title: string; readonly basis: "measured" | "modelled" }[];
}

export interface Figures {
  readonly sent: number;
  readonly arrived: number;
  readonly lost: number;
  /** How many of them a model lost, and no program. */
  readonly lostInModel: number;
  /** Arrivals beyond the first of a line. */
  readonly duplicated: number;
  readonly outOfOrder: number;
  readonly pieces: number;
  /** Requests taken over the intake's documented limits. */
  readonly overLimit: number;
  readonly requests: number;
  readonly cpuSeconds?: number;
  /** Per million lines that arrived; left out if CPU is unknown or none arrived. */
  readonly cpuSecondsPerMillionLines?: number;
  readonly peakMemoryMb?: number;
  /** Per line that arrived; left out if none did. */
  readonly wireBytesPerLine?: number;
  readonly lambda?: LambdaUsage;
}

/**
 * What a comparison measured: the only thing that passes from running to reporting. Every sample is kept, so that
 * every figure of a report can be computed again. One file of JSON (`record/`), written anew after each phase.
 */

export const RESULT_SCHEMA = "sidecarless.comparison";
/** Goes up when a reader of the version before would misread a record. */
export const RESULT_VERSION = 2;

export interface Result {
  readonly schema: typeof RESULT_SCHEMA;
  readonly version: typeof RESULT_VERSION;
  readonly where: "local" | "aws";
  /** `running` also is what a run leaves that was killed. */
  readonly status: "running" | "complete" | "partial";
  /** Why it is partial: what happened, and what to do. */
  readonly problem?: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly endedAt?: string;
  /** As typed, to run it again. */
  readonly command: string;
  readonly environment: Environment;
  readonly settings: Settings;
  /** Every modelled figure that the run used. */
  readonly modelled: readonly ModelledFigure[];
  readonly paths: readonly PathInfo[];
  /** Those that have ended, in order. */
  readonly phases: readonly Phase[];
  readonly warnings: readonly Warning[];
  /** What Datadog itself shows in the end, by path, if it was asked: counts, since it tells no time of arrival. */
  readonly readBack?: readonly ReadBack[];
}

export interface ReadBack {
  readonly path: string;
  /** Lines that were to be written. */
  readonly written: number;
  /** Different lines found, and how many were found again. */
  readonly found: number;
  readonly duplicates: number;
}

export interface Environment {
  readonly os: string;
  readonly arch: string;
  readonly cpuModel: string;
  readonly cores: number;
  readonly memoryMb: number;
  readonly versions: { readonly sidecarless: string; readonly node: string; readonly fluentBit?: string };
  /** Where it ran in AWS. */
  readonly region?: string;
}

export interface Settings {
  readonly seed: number;
  readonly linesPerSecond: number;
  /** Of a line on average, UTF-8, without its line end. */
  readonly lineBytes: number;
  /** Only the first three phases. */
  readonly quick: boolean;
  /** Of the forwarder, and of the sidecar if it is known. */
  readonly forwarderMemoryMb: number;
}

export interface ModelledFigure {
  /** Such as `subscription.delayMs.p50`: the name by which it is overridden. */
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** Where the default is from; a URL and a date, or why it was assumed. */
  readonly source: string;
  readonly overridden: boolean;
}

/** `mixed`: some stages are modelled, and so is every sum of them. */
export type Basis = "measured" | "modelled" | "mixed";

export interface PathInfo {
  /** Such as `lambda`, `kinesis`, `firelens-as-documented`, `firelens-hardened`. */
  readonly id: string;
  readonly kind: "lambda" | "kinesis" | "firelens";
  /** For people, such as `FireLens, hardened`. */
  readonly title: string;
  readonly basis: Basis;
  /** Of FireLens: which document its options are from, dated. */
  readonly optionsOf?: string;
  /** In the order in which a line passes them. */
  readonly stages: readonly { readonly id: string; readonly title: string; readonly basis: "measured" | "modelled" }[];
}

export interface Phase {
  /** Such as `steady`, `burst`, `outage-10s`, `outage-60s`, `silent-intake`, `throttled`, `killed`. */
  readonly id: string;
  readonly title: string;
  /** Unix time, ms. All other times in a phase count from here. */
  readonly startMs: number;
  /** How long lines were written; then the run waited for the tail. */
  readonly loadMs: number;
  readonly linesPerSecond: number;
  /** Of a line on average, if other than the run's. */
  readonly lineBytes?: number;
  /** Lines due before this are in no percentile: the paths have just started. @default 0 */
  readonly warmUpMs?: number;
  /** What was done to the intake or to the path, and when. */
  readonly fault?: { readonly title: string; readonly fromMs: number; readonly toMs: number };
  /** Why nothing of it may be quoted, in sentences: something other than the paths was too slow or broke. */
  readonly void?: readonly string[];
  /** When each line was due, by its number; the same lines for all paths. Latency counts from here. */
  readonly dueMs: readonly number[];
  /** By path id. */
  readonly paths: Readonly<Record<string, PathSamples>>;
  /** Of this run and of others like it with other seeds, if there were any: what is chance, and what is not. */
  readonly repeats?: readonly Repeat[];
}

export interface Repeat {
  readonly seed: number;
  /** Why nothing of it may be quoted. */
  readonly void?: readonly string[];
  /** By path id; percentiles over the lines sent, null: never. */
  readonly paths: Readonly<
    Record<
      string,
      { readonly sent: number; readonly lost: number; readonly p50: number | null; readonly p99: number | null }
    >
  >;
}

export interface Range {
  readonly low: number;
  readonly high: number;
}

/** Percentiles of latency where chance decides the modelled waits: 5 to 95 % of so many draws. */
export interface DrawnRanges {
  readonly count: number;
  readonly p50: Range;
  readonly p95: Range;
  readonly p99: Range;
}

export interface PathSamples {
  /** Why nothing of this path may be quoted; the phase has the reasons of all its paths. */
  readonly void?: readonly string[];
  /**
   * First arrival of each line, by its number; null: lost. With `draws`, what was measured behind the modelled waits of
   * one draw or another.
   */
  readonly arrivedMs: readonly (number | null)[];
  /** By stage id: how long each line spent there, by its number; null where it is not known. */
  readonly stagesMs: Readonly<Record<string, readonly (number | null)[]>>;
  /** Numbers of lines that arrived again, once for each time. */
  readonly duplicates: readonly number[];
  /** Lines that arrived behind one with a higher number. */
  readonly outOfOrder: number;
  /** Set if the waits before the function were drawn around what was measured. */
  readonly draws?: DrawnRanges;
  /** Of the lost lines, those that a model lost and no program. @default 0 */
  readonly lostInModel?: number;
  /** Entries without a line's beginning: the rest of lines that the path cut in pieces. */
  readonly pieces: number;
  readonly usage: Usage;
  /** What went on, for the report, such as `sandbox killed 5.0 s after the start`. No log text. */
  readonly notes: readonly string[];
}

/** What a path used in one phase. What could not be known is left out. */
export interface Usage {
  /** Of the forwarder's sandboxes, or the sidecar; idle time included. */
  readonly cpuSeconds?: number;
  readonly peakMemoryMb?: number;
  /** Text of the lines, UTF-8. */
  readonly lineBytes: number;
  /** Bodies of requests that were taken, as on the wire and decoded. */
  readonly wireBytes: number;
  readonly rawBytes: number;
  readonly requests: number;
  /** By status, or `reset`, `hang`. */
  readonly answers: Readonly<Record<string, number>>;
  /** Requests taken over the intake's documented 1,000 entries or 5 MB. */
  readonly overLimit: number;
  readonly lambda?: LambdaUsage;
}

export interface LambdaUsage {
  readonly memoryMb: number;
  readonly invocations: number;
  readonly coldStarts: number;
  /** Duration as billed, init included. */
  readonly billedMs: number;
  /** What CloudWatch Logs takes in: text and 26 bytes an event. */
  readonly ingestedBytes: number;
  /** Lines whose payload went to the store, and how many of them a replay delivered. */
  readonly storedLines: number;
  readonly replayedLines: number;
}

export interface Warning {
  readonly kind:
    | "few-samples"
    | "clock-skew"
    | "recorder-saturated"
    | "generator-late"
    | "machine-noisy"
    | "modelled-path"
    | "lines-altered"
    | "run-incomplete";
  /** Phase and path it is about; all if left out. */
  readonly phase?: string;
  readonly path?: string;
  /** What, how much, and what to do about it: a sentence or two. */
  readonly message: string;
}

/** What a run may not go on without: wrong options, a path that broke. The message says what, where and what to do. */
export class ResultError extends Error {
  override readonly name = "ResultError";
}

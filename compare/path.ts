import type { DrawnRanges, LambdaUsage, PathInfo } from "./result.ts";

export interface Line {
  readonly seq: number;
  readonly text: string;
  /** Unix time, ms. */
  readonly dueMs: number;
}

/** Where a line spent its time until a request that had it was there. */
export interface Journey {
  /** By stage id, ms. */
  readonly stagesMs: Readonly<Record<string, number>>;
  /** Waiting that is modelled but was not waited for: it counts as part of the latency. */
  readonly addedMs: number;
}

/** What a phase does to the paths themselves. */
export type Disruption =
  /** The task is stopped and replaced; where there is a sandbox, it is killed in the middle of its work. */
  | "stopped"
  /** The host dies with all that is on it (SIGKILL), and another takes its place. */
  | "host-lost";

/** The time after the load. */
export interface Tail {
  readonly allArrived: () => boolean;
  /** Since the last arrival on this path, or since the load or the fault ended. */
  readonly quietMs: () => number;
  /** How long something was broken: so long may attempts have failed. */
  readonly brokenMs: number;
  /** Given up after so long without an arrival, whatever the path may still do. @default what its retries can take */
  readonly patienceMs?: number;
}

/** A line of a phase, and what was measured of it behind the waits that are modelled; null: it never came. */
export interface MeasuredLine {
  readonly dueMs: number;
  readonly restMs: number | null;
}

export interface Drawn {
  readonly ranges: DrawnRanges;
  /** By number of the line: other waits, by stage id. */
  readonly stagesMs: readonly (Readonly<Record<string, number>> | undefined)[];
}

/** One way to the intake, as the runner of a phase sees it. */
export interface RunningPath {
  readonly info: PathInfo;
  /** Takes a line when it is due. Never waits, or a slow path would hide its own latency. */
  readonly write: (line: Line) => void;
  readonly disrupt: (how: Disruption) => Promise<void>;
  /** After the load, with the intake well again: waits while anything may still come by itself. */
  readonly settle: (tail: Tail) => Promise<void>;
  /** Ends it as a task ends; what it still has may arrive meanwhile. */
  readonly stop: () => Promise<void>;
  /** Ends it at once. */
  readonly kill: () => Promise<void>;
  readonly journey: (line: Omit<Line, "text">, headersAtMs: number, arrivedAtMs: number) => Journey;
  /** The modelled stages, and what they would have been in other runs. Only of a path that models some, and only of a phase in which nothing broke. */
  readonly draw?: {
    readonly stages: readonly string[];
    readonly again: (lines: readonly MeasuredLine[], warmUpMs: number) => Drawn;
  };
  readonly usage: () => {
    readonly cpuSeconds?: number;
    readonly peakMemoryMb?: number;
    /** How much of the time in which it was to work it waited for a processor instead, 0 to 1. */
    readonly starvedShare?: number;
    readonly lambda?: LambdaUsage;
  };
  /** Lines that a model lost, and no program. */
  readonly lostInModel?: () => number;
  readonly notes: () => readonly string[];
  /** Why it can't go on, if it ended by itself. */
  readonly problem: () => string | undefined;
}

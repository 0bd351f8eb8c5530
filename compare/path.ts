import type { LambdaUsage, PathInfo } from "./result.ts";

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

/** One way to the intake, as the runner of a phase sees it. */
export interface RunningPath {
  readonly info: PathInfo;
  /** Takes a line when it is due. Never waits, or a slow path would hide its own latency. */
  readonly write: (line: Line) => void;
  /** The task is stopped and replaced, or the sandbox killed, in the middle of the stream. */
  readonly disrupt: () => Promise<void>;
  /** After the load, with the intake well again: waits for what comes by itself, at most until the deadline. */
  readonly settle: (deadlineMs: number, allArrived: () => boolean) => Promise<void>;
  /** Ends it as a task ends; what it still has may arrive meanwhile. */
  readonly stop: () => Promise<void>;
  /** Ends it at once. */
  readonly kill: () => Promise<void>;
  readonly journey: (line: Omit<Line, "text">, headersAtMs: number, arrivedAtMs: number) => Journey;
  readonly usage: () => {
    readonly cpuSeconds?: number;
    readonly peakMemoryMb?: number;
    readonly lambda?: LambdaUsage;
  };
  readonly notes: () => readonly string[];
  /** Why it can't go on, if it ended by itself. */
  readonly problem: () => string | undefined;
}

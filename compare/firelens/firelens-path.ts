import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Model } from "../modelled.ts";
import type { PathInfo } from "../result.ts";
import type { FirelensProfile, SidecarChanges } from "./agent-config.ts";
import type { FluentBit } from "./find-fluent-bit.ts";
import { firelensInfo } from "./firelens-info.ts";
import { type FirelensTask, startMeasuredTask } from "./firelens-task.ts";
import { startModelledTask } from "./modelled-fluent-bit.ts";
import type { ProcessUsage } from "./process-usage.ts";

export interface FirelensSettings {
  readonly profile: FirelensProfile;
  readonly changes?: SidecarChanges;
  readonly recorder: { readonly host: string; readonly port: number };
  /** What its TLS is known by; without one it speaks none. */
  readonly caFile?: string;
  readonly apiKey: string;
  /** Without one the path is modelled. */
  readonly fluentBit?: FluentBit;
  readonly model: Model;
  /** For this path alone, short enough that a socket fits; the caller removes it. */
  readonly workDirectory: string;
}

export interface FirelensPath {
  readonly info: PathInfo;
  /**
   * Never waits. Lines that come while no task runs are kept for the next one: an application that is not there
   * writes nothing, so no path may be charged with losing it.
   */
  readonly write: (line: { readonly text: string; readonly dueMs: number }) => void;
  /** The task stops: the application, then SIGTERM, then SIGKILL as ECS does. Resolves when it has ended. */
  readonly stop: () => Promise<void>;
  /** Ends it at once (SIGKILL), as when a host dies; also what still stops or is being started. */
  readonly kill: () => Promise<void>;
  /**
   * Starts another task in its place, with an id of its own. May be called while the old one still stops, as ECS
   * starts the new one first; one that was not stopped is killed.
   * @throws ResultError if it does not run.
   */
  readonly restart: () => Promise<void>;
  /** So far: CPU of all tasks together, memory of the largest. Empty where it can't be known. */
  readonly usage: () => Partial<ProcessUsage>;
  /** Messages that the log driver dropped as its buffer was full. */
  readonly dropped: () => number;
  /** Why it is not running, if it ended by itself. */
  readonly problem: () => string | undefined;
}

/**
 * The FireLens path, ready for lines: a real Fluent Bit, or its model.
 * @throws ResultError if Fluent Bit does not run.
 */
export async function openFirelensPath(settings: FirelensSettings): Promise<FirelensPath> {
  const tasks: FirelensTask[] = [];
  const endings = new Set<Promise<void>>();
  let current: FirelensTask | undefined;
  let kept: string[] = [];
  let problem: string | undefined;
  let starting: Promise<void> | undefined;

  const start = async () => {
    const old = current;
    const next = await startTask(settings).catch((error: Error) => {
      problem = error.message;
      throw error;
    });
    tasks.push(next);
    problem = undefined;
    // It may have been stopped meanwhile, which was meant for the old one.
    current = next;
    for (const text of kept) next.write(text);
    kept = [];
    await old?.kill();
  };
  const restart = () => {
    starting = start();
    return starting;
  };
  const stop = async () => {
    const ending = current?.stop();
    current = undefined;
    if (ending) {
      const done = ending.finally(() => endings.delete(done));
      endings.add(done);
    }
    await Promise.all(endings);
  };
  const kill = async () => {
    // One that is just being started must not outlive this; why it does not start is told elsewhere.
    await starting?.catch(() => undefined);
    current = undefined;
    await Promise.all(tasks.map((task) => task.kill()));
    await Promise.all(endings);
  };

  await restart();
  return {
    info: firelensInfo(settings.profile, settings.fluentBit ? "measured" : "modelled", settings.changes),
    write: ({ text }) => {
      if (current) current.write(text);
      else kept.push(text);
    },
    stop,
    kill,
    restart,
    usage: () => sumUsage(tasks),
    dropped: () => tasks.reduce((sum, task) => sum + task.dropped(), 0),
    problem: () => problem ?? current?.problem(),
  };
}

async function startTask({ fluentBit, workDirectory, ...settings }: FirelensSettings): Promise<FirelensTask> {
  const taskId = randomBytes(16).toString("hex");
  if (!fluentBit) return startModelledTask({ ...settings, taskId });
  // A new task has a new disk.
  const folder = join(workDirectory, taskId.slice(0, 8));
  return startMeasuredTask({ ...settings, file: fluentBit.file, folder, taskId });
}

function sumUsage(tasks: readonly FirelensTask[]) {
  const usages = tasks.map(({ usage }) => usage()).filter((usage) => usage !== undefined);
  if (usages.length === 0) return {};
  const waited = usages.flatMap(({ waitedSeconds }) => waitedSeconds ?? []);
  return {
    ...(waited.length > 0 && { waitedSeconds: waited.reduce((sum, seconds) => sum + seconds, 0) }),
    cpuSeconds: usages.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
    peakMemoryMb: Math.max(...usages.map(({ peakMemoryMb }) => peakMemoryMb)),
  };
}

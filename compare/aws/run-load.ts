import type { ECSClient } from "@aws-sdk/client-ecs";
import { say } from "../../tools/progress.ts";
import type { AwsOptions, Load } from "./options.ts";
import {
  describeTasks,
  type LoadService,
  type LoadTask,
  startTask,
  stopTasks,
  untilRunning,
  whyStopped,
} from "./tasks.ts";
import { waitWithBar } from "./wait-with-bar.ts";

export interface LoadRun {
  readonly lambda: LoadTask;
  readonly firelens: LoadTask;
  /** Nothing of the run is before it, by AWS's clock; Unix time, ms. */
  readonly fromMs: number;
  /** How tasks ended that should not have. */
  readonly endedEarly: readonly string[];
}

export interface LoadSettings extends Pick<AwsOptions, "tailSeconds"> {
  readonly lambda: LoadService;
  readonly firelens: LoadService;
  readonly load: Load;
  /** Of this run; each path adds its own name. */
  readonly id: string;
  /** @default 2 s: Node starts, and the first line is due, after ECS says that the task runs */
  readonly startupMs?: number;
}

/** By then whoever waits has stopped it. */
const IDLE_RESERVE_S = 120;
const STARTUP_MS = 2_000;

/** Runs the load on both paths at once, to the end of the tail. However it ends, the tasks are stopped. @throws AwsCallError */
export async function runLoad(ecs: ECSClient, settings: LoadSettings, signal: AbortSignal): Promise<LoadRun> {
  const { load, tailSeconds, id, startupMs = STARTUP_MS } = settings;
  const idleSeconds = tailSeconds + IDLE_RESERVE_S;
  const tasks: LoadTask[] = [];
  const start = async (service: LoadService, path: string) => {
    const task = await startTask(ecs, { service, load }, `${id}-${path}`, idleSeconds);
    tasks.push(task);
    return task;
  };
  // A call that is aborted on its way may have started a task all the same: once begun they run to their end.
  signal.throwIfAborted();
  try {
    say("Starting a task on each path …");
    const started = await Promise.allSettled([start(settings.lambda, "lambda"), start(settings.firelens, "firelens")]);
    const [lambda, firelens] = started.map((outcome) => {
      if (outcome.status === "rejected") throw outcome.reason;
      return outcome.value;
    }) as [LoadTask, LoadTask];
    await untilRunning(ecs, tasks, signal);
    const ended = () => endedTasks(ecs, tasks, signal);
    const anyEnded = async () => (await ended()).length > 0;
    await waitWithBar("Load on both paths", load.seconds * 1_000 + startupMs, signal, anyEnded);
    const endedEarly = await ended();
    if (tailSeconds > 0) await waitWithBar("Waiting for the last lines", tailSeconds * 1_000, signal);
    return { lambda, firelens, endedEarly, fromMs: Math.min(lambda.createdAtMs, firelens.createdAtMs) };
  } finally {
    const left = await stopTasks(ecs, tasks);
    for (const task of left) say(`Not stopped, stop it by hand: ${task}`);
    if (tasks.length > left.length) say(`Stopped ${tasks.length - left.length} of ${tasks.length} tasks.`);
  }
}

/** How tasks ended, of those that did. */
async function endedTasks(ecs: ECSClient, tasks: readonly LoadTask[], signal: AbortSignal): Promise<string[]> {
  const described = await describeTasks(ecs, tasks, signal);
  return described.flatMap((task, i) =>
    task.lastStatus === "STOPPED" ? [`${tasks[i]?.service.service.serviceName}: ${whyStopped(task)}`] : [],
  );
}

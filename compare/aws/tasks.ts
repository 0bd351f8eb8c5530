import { setTimeout } from "node:timers/promises";
import {
  type ContainerDefinition,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  type ECSClient,
  RunTaskCommand,
  type Service,
  StopTaskCommand,
  type Task,
  type TaskDefinition,
} from "@aws-sdk/client-ecs";
import { AwsCallError, asked } from "../../tools/aws-call.ts";
import type { Load } from "./options.ts";

/** One of the two services, as far as a run needs it. */
export interface LoadService {
  readonly service: Service;
  readonly definition: TaskDefinition;
  /** The load that its task definition asks for. */
  readonly load: Load;
  /** Of the awslogs driver; none with a sidecar. */
  readonly logGroup?: string;
  /** Name of the log router's container, and its image. */
  readonly sidecar?: { readonly name: string; readonly image: string };
}

export interface LoadTask {
  readonly run: string;
  readonly service: LoadService;
  readonly taskArn: string;
  readonly taskId: string;
  /** By ECS's clock; Unix time, ms. */
  readonly createdAtMs: number;
}

/** The container that writes the load, and what it takes from its environment. */
const APP = "app";
const ENV = {
  linesPerSecond: "LINES_PER_SECOND",
  lineBytes: "LINE_BYTES",
  seconds: "SECONDS",
  seed: "SEED",
  run: "RUN",
  idleSeconds: "IDLE_SECONDS",
} as const;

/** @throws AwsCallError */
export async function describeService(
  ecs: ECSClient,
  cluster: string,
  name: string,
  abortSignal?: AbortSignal,
): Promise<LoadService> {
  const service = await serviceOf(ecs, cluster, name, abortSignal);
  const { taskDefinition } = service;
  const { taskDefinition: definition = {} } = await asked(
    "ecs:DescribeTaskDefinition",
    ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }), { abortSignal }),
  );
  const containers = definition.containerDefinitions ?? [];
  const app = containers.find((container) => container.name === APP) ?? {};
  const router = containers.find(({ firelensConfiguration }) => firelensConfiguration);
  const options = app.logConfiguration?.options ?? {};
  return {
    service,
    definition,
    load: loadOf(app, taskDefinition),
    ...(options["awslogs-group"] && { logGroup: options["awslogs-group"] }),
    ...(router && { sidecar: { name: router.name ?? "", image: router.image ?? "" } }),
  };
}

async function serviceOf(ecs: ECSClient, cluster: string, name: string, abortSignal?: AbortSignal): Promise<Service> {
  const described = await asked(
    "ecs:DescribeServices",
    ecs.send(new DescribeServicesCommand({ cluster, services: [name] }), { abortSignal }),
  );
  const service = described.services?.[0];
  if (service && service.status !== "INACTIVE") return service;
  throw new AwsCallError(`There is no service ${name} in the cluster ${cluster}: deploy the comparison stack again.`);
}

/** @throws AwsCallError if the recorder does not run: not one line would arrive. */
export async function checkRecorder(
  ecs: ECSClient,
  cluster: string,
  name: string,
  abortSignal?: AbortSignal,
): Promise<void> {
  const { runningCount = 0 } = await serviceOf(ecs, cluster, name, abortSignal);
  if (runningCount > 0) return;
  throw new AwsCallError(
    `The recorder does not run: the service ${name} has no running task. Its events in ECS say why; try again when it has one.`,
  );
}

function loadOf({ environment = [] }: ContainerDefinition, taskDefinition = ""): Load {
  const number = (name: string) => {
    const value = Number(environment.find((variable) => variable.name === name)?.value);
    if (value > 0) return value;
    throw new AwsCallError(`${taskDefinition} has no ${name}: the stack is of another version; deploy it again.`);
  };
  return {
    linesPerSecond: number(ENV.linesPerSecond),
    lineBytes: number(ENV.lineBytes),
    seconds: number(ENV.seconds),
    seed: number(ENV.seed),
  };
}

/**
 * A task of a service's definition in its network, not of the service itself, which would start it again and again.
 * It ends by itself if nobody stops it.
 * @throws AwsCallError
 */
export async function startTask(
  ecs: ECSClient,
  { service, load }: { readonly service: LoadService; readonly load: Load },
  run: string,
  idleSeconds: number,
): Promise<LoadTask> {
  const { clusterArn, taskDefinition, networkConfiguration, launchType, capacityProviderStrategy } = service.service;
  const values = { ...load, run, idleSeconds };
  const environment = Object.entries(ENV).map(([field, name]) => ({
    name,
    value: String(values[field as keyof typeof values]),
  }));
  const command = new RunTaskCommand({
    cluster: clusterArn,
    taskDefinition,
    networkConfiguration,
    ...(capacityProviderStrategy?.length ? { capacityProviderStrategy } : { launchType: launchType ?? "FARGATE" }),
    count: 1,
    startedBy: run,
    // A call that is tried again starts no second task.
    clientToken: run,
    overrides: { containerOverrides: [{ name: APP, environment }] },
  });
  const { tasks = [], failures = [] } = await asked("ecs:RunTask", ecs.send(command));
  const { taskArn, createdAt } = tasks[0] ?? {};
  if (!taskArn) {
    const why = failures.map(({ reason, detail }) => [reason, detail].filter(Boolean).join(": ")).join("; ");
    throw new AwsCallError(`ECS did not start a task of ${service.service.serviceName}: ${why || "no reason given"}.`);
  }
  const taskId = taskArn.slice(taskArn.lastIndexOf("/") + 1);
  return { run, service, taskArn, taskId, createdAtMs: createdAt?.getTime() ?? Date.now() };
}

/** @throws AwsCallError */
export async function describeTasks(
  ecs: ECSClient,
  tasks: readonly LoadTask[],
  abortSignal?: AbortSignal,
): Promise<Task[]> {
  const cluster = tasks[0]?.service.service.clusterArn;
  const command = new DescribeTasksCommand({ cluster, tasks: tasks.map(({ taskArn }) => taskArn) });
  const { tasks: described = [] } = await asked("ecs:DescribeTasks", ecs.send(command, { abortSignal }));
  return tasks.map(({ taskArn }) => described.find((task) => task.taskArn === taskArn) ?? { taskArn });
}

const START_LIMIT_MS = 10 * 60_000;
const LONGEST_PAUSE_MS = 5_000;

/** Until all of them run. @throws AwsCallError if one ends, or does not start within ten minutes. */
export async function untilRunning(
  ecs: ECSClient,
  tasks: readonly LoadTask[],
  abortSignal: AbortSignal,
): Promise<Task[]> {
  const deadline = Date.now() + START_LIMIT_MS;
  for (let pauseMs = 250; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
    const described = await describeTasks(ecs, tasks, abortSignal);
    const ended = described.find(({ lastStatus }) => lastStatus === "STOPPED");
    if (ended) throw new AwsCallError(`A task ended before it had started: ${whyStopped(ended)}.`);
    if (described.every(({ lastStatus }) => lastStatus === "RUNNING")) return described;
    if (Date.now() > deadline) {
      const states = described.map(({ lastStatus }) => lastStatus).join(" and ");
      throw new AwsCallError(`The tasks did not start within ten minutes: they are ${states}. See the events of ECS.`);
    }
    await setTimeout(pauseMs, undefined, { signal: abortSignal });
  }
}

/** In words, without text of logs. */
export function whyStopped({ stoppedReason, containers = [] }: Task): string {
  const codes = containers
    .filter(({ exitCode }) => exitCode !== undefined)
    .map(({ name, exitCode }) => `${name} exited with ${exitCode}`);
  const reasons = containers.map(({ reason }) => reason).filter((reason) => reason !== undefined);
  return [stoppedReason ?? "no reason given", ...codes, ...reasons].join("; ");
}

/** Stops what still runs. @returns what could not be stopped, and why. */
export async function stopTasks(ecs: ECSClient, tasks: readonly LoadTask[]): Promise<string[]> {
  const stopped = await Promise.allSettled(
    tasks.map(({ service, taskArn }) => {
      const cluster = service.service.clusterArn;
      const command = new StopTaskCommand({ cluster, task: taskArn, reason: "the comparison has ended" });
      return asked("ecs:StopTask", ecs.send(command));
    }),
  );
  return stopped.flatMap((outcome, i) =>
    outcome.status === "rejected" ? [`${tasks[i]?.taskArn}: ${(outcome.reason as Error).message}`] : [],
  );
}

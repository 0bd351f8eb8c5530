import type { LogEntry } from "../../records/entry.ts";
import { logEvent } from "../../records/event.ts";
import type { TaskMetadata } from "../../records/metadata.ts";
import { type EcsTask, readTask, taskMetadata } from "../metadata/read-task.ts";
import { joinTags } from "../stages/tags.ts";
import { metadataTags } from "../stages/task-tags.ts";
import { answerWhole } from "./subscription.ts";
import type { AboutForwarder, Trigger } from "./trigger.ts";

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html (2026-11). Times are ISO 8601. */
export interface TaskStateChange {
  readonly id: string;
  readonly time: string;
  readonly detail: Omit<EcsTask, "containers"> & TaskTimes & TaskState;
}

interface TaskTimes {
  readonly createdAt?: string;
  readonly pullStartedAt?: string;
  readonly pullStoppedAt?: string;
  readonly startedAt?: string;
  readonly stoppingAt?: string;
  readonly executionStoppedAt?: string;
  readonly stoppedAt?: string;
}

interface TaskState {
  readonly lastStatus?: string;
  readonly desiredStatus?: string;
  readonly healthStatus?: string;
  readonly stopCode?: string;
  readonly stoppedReason?: string;
  readonly containers?: readonly ContainerState[];
}

type ContainerState = NonNullable<EcsTask["containers"]>[number] & {
  readonly lastStatus?: string;
  readonly exitCode?: number;
  readonly healthStatus?: string;
  readonly reason?: string;
};

export interface TaskStateAttributes {
  readonly ddsource: "ecs";
  readonly ddsourcecategory: "aws";
  readonly service: string;
  readonly hostname: string;
  readonly status: "info" | "warn" | "error";
  readonly ddtags: string;
  readonly aws: { readonly invoked_function_arn: string };
  readonly ecs: ReturnType<typeof taskState>;
}

/** Whether it is an event of EventBridge about a task, with all that is needed to tell which. */
export function isTaskStateChange(event: unknown): event is TaskStateChange {
  const { source, "detail-type": type, id, time, detail } = fieldsOf(event);
  const { taskArn, clusterArn, taskDefinitionArn, containers = [], tags = [] } = fieldsOf(detail);
  const texts = [id, time, taskArn, clusterArn, taskDefinitionArn];
  const named = source === "aws.ecs" && type === "ECS Task State Change";
  const lists = [containers, tags].every((list) => Array.isArray(list) && list.every(isRecord));
  return named && lists && texts.every((text) => typeof text === "string") && !Number.isNaN(Date.parse(String(time)));
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
const fieldsOf = (value: unknown) => (isRecord(value) ? value : {});

/** Takes what an event tells of its task, so that look-ups know it however soon it stops. */
export type LearnTask = (task: EcsTask) => void;

/** Each event becomes a log of its own. */
export const taskStateChange = (learn: LearnTask): Trigger => ({
  itemsOf: (event, about) => {
    if (!isTaskStateChange(event)) return undefined;
    learn(event.detail);
    return [{ whole: event, content: { kind: "entries", entries: toEntries(event, about) } }];
  },
  answer: answerWhole,
});

/** The event as log entries (today: one), with the times that neither the console nor FireLens shows. */
export function toEntries(event: TaskStateChange, about: AboutForwarder): LogEntry[] {
  const known = readTask(event.detail);
  if (!known) return [];
  const task = taskMetadata(known);
  const state = taskState(event.detail);
  const tags = metadataTags({ task, logGroupTags: {} });
  const attributes: TaskStateAttributes = {
    ddsource: "ecs",
    ddsourcecategory: "aws",
    service: task.ecsService ?? task.family,
    hostname: task.taskId,
    status: statusOf(state),
    ddtags: joinTags([...tags, ...about.tags]),
    aws: { invoked_function_arn: about.functionArn },
    ecs: state,
  };
  const told = { id: event.id, timestamp: Date.parse(event.time), message: messageOf(task, state) };
  return [{ event: logEvent(told), attributes, item: 0 }];
}

/** What of the event is told. Overrides are not: people put secrets there. */
function taskState({ containers = [], ...task }: TaskStateChange["detail"]) {
  return {
    lastStatus: task.lastStatus,
    desiredStatus: task.desiredStatus,
    healthStatus: task.healthStatus,
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    /** Waiting for a place and a network interface. */
    provisionMs: between(task.createdAt, task.pullStartedAt),
    /** All images of the task: ECS does not tell them apart. */
    pullMs: between(task.pullStartedAt, task.pullStoppedAt),
    startMs: between(task.pullStoppedAt, task.startedAt),
    /** All three. */
    launchMs: between(task.createdAt, task.startedAt),
    runMs: between(task.startedAt, task.executionStoppedAt ?? task.stoppedAt),
    stopMs: between(task.stoppingAt, task.stoppedAt),
    containers: containers.map(
      ({ name, runtimeId, image, imageDigest, lastStatus, exitCode, healthStatus, reason }) => {
        return { name, runtimeId, image, imageDigest, lastStatus, exitCode, healthStatus, reason };
      },
    ),
  };
}

function between(from: string | undefined, to: string | undefined): number | undefined {
  const ms = Date.parse(to ?? "") - Date.parse(from ?? "");
  return ms >= 0 ? ms : undefined;
}

/** A task that was told to stop ends with exit code 137 or 143: no error. */
function statusOf({ stopCode, healthStatus, containers }: ReturnType<typeof taskState>) {
  const failed = containers.some(({ exitCode = 0 }) => exitCode !== 0);
  if (stopCode === "TaskFailedToStart" || (stopCode === "EssentialContainerExited" && failed)) return "error";
  return stopCode === "SpotInterruption" || healthStatus === "UNHEALTHY" ? "warn" : "info";
}

function messageOf({ family, revision, cluster }: TaskMetadata, state: ReturnType<typeof taskState>): string {
  const times = (["provisionMs", "pullMs", "startMs", "launchMs", "runMs", "stopMs"] as const).flatMap((name) =>
    state[name] === undefined ? [] : [`${name.slice(0, -2)} ${state[name]} ms`],
  );
  const ends = state.containers.flatMap(({ name, exitCode, reason }) =>
    exitCode === undefined && !reason ? [] : [[name, exitCode ?? "did not run", reason].filter(Boolean).join(" ")],
  );
  const parts = [times.join(", "), state.stopCode, state.stoppedReason, ...ends].filter(Boolean);
  return [`ECS task ${family}:${revision} in ${cluster} is ${state.lastStatus ?? "changed"}`, ...parts].join("; ");
}

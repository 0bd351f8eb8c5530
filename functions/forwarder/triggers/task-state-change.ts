import type { LogEntry } from "../../records/entry.ts";
import { logEvent } from "../../records/event.ts";
import type { TaskMetadata } from "../../records/metadata.ts";
import { readTask, taskMetadata } from "../metadata/read-task.ts";
import { openReading } from "../metadata/reading.ts";
import type { KnownTask } from "../metadata/types.ts";
import { settle } from "../stages/precedence.ts";
import { metadataSays } from "../stages/task-tags.ts";
import { answerWhole } from "./subscription.ts";
import type { AboutForwarder, Trigger } from "./trigger.ts";

/** What is read of an event, and checked. */
export interface TaskStateChange {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly task: KnownTask;
  readonly state: TaskState;
}

export interface TaskStateAttributes {
  readonly ddsource: "ecs";
  readonly ddsourcecategory: "aws";
  readonly service: string;
  readonly hostname: string;
  readonly status: "info" | "warn" | "error";
  readonly ddtags: string;
  readonly aws: { readonly invoked_function_arn: string };
  readonly ecs: TaskState;
}

/**
 * An event of EventBridge about a task; undefined if it is anything else, or does not tell which task and when. Other
 * fields that are of another kind than ECS documents are left out. Never throws: anybody may invoke the function.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html (2026-11)
 */
export function readStateChange(event: unknown): TaskStateChange | undefined {
  const { text, fields } = openReading();
  const { source, "detail-type": type, id, time, detail } = fields(event);
  if (source !== "aws.ecs" || type !== "ECS Task State Change") return undefined;
  const told = { id: text(id), timestamp: Date.parse(text(time) ?? "") };
  const task = readTask(detail);
  if (told.id === undefined || Number.isNaN(told.timestamp) || !task) return undefined;
  return { id: told.id, timestamp: told.timestamp, task, state: readState(detail, task.malformed) };
}

/** Takes what an event tells of its task, so that look-ups know it however soon it stops. */
export type LearnTask = (task: KnownTask) => void;

/** Each event becomes a log of its own. */
export const taskStateChange = (learn: LearnTask): Trigger => ({
  itemsOf: (event, about) => {
    const change = readStateChange(event);
    if (!change) return undefined;
    learn(change.task);
    return [{ whole: event, content: { kind: "entries", entries: toEntries(change, about) } }];
  },
  answer: answerWhole,
});

/** The event as log entries (today: one), with the times that neither the console nor FireLens shows. */
export function toEntries(
  { id, timestamp, task: known, state: told }: TaskStateChange,
  about: AboutForwarder,
): LogEntry[] {
  const all = { task: taskMetadata(known), state: told, said: about.said };
  const { task, state, said } = about.clean?.(all) ?? all;
  const { service, ddtags } = settle({ ...said, ...metadataSays({ task, logGroupTags: {} }) });
  const attributes: TaskStateAttributes = {
    ddsource: "ecs",
    ddsourcecategory: "aws",
    service: service ?? task.ecsService ?? task.family,
    hostname: task.taskId,
    status: statusOf(told),
    ddtags,
    aws: { invoked_function_arn: about.functionArn },
    ecs: state,
  };
  return [{ event: logEvent({ id, timestamp, message: messageOf(task, state) }), attributes, item: 0 }];
}

type TaskState = ReturnType<typeof readState>;

/** What of the event is told. Overrides are not: people put secrets there. Times are ISO 8601. */
function readState(detail: unknown, otherMalformed: boolean) {
  const { text, integer, fields, objects, isMalformed } = openReading();
  const task = fields(detail);
  const time = (name: string) => text(task[name]);
  const containers = (objects(task.containers) ?? []).map((container) => ({
    name: text(container.name),
    runtimeId: text(container.runtimeId),
    image: text(container.image),
    imageDigest: text(container.imageDigest),
    lastStatus: text(container.lastStatus),
    exitCode: integer(container.exitCode),
    healthStatus: text(container.healthStatus),
    reason: text(container.reason),
  }));
  return {
    lastStatus: text(task.lastStatus),
    desiredStatus: text(task.desiredStatus),
    healthStatus: text(task.healthStatus),
    stopCode: text(task.stopCode),
    stoppedReason: text(task.stoppedReason),
    /** Waiting for a place and a network interface. */
    provisionMs: between(time("createdAt"), time("pullStartedAt")),
    /** All images of the task: ECS does not tell them apart. */
    pullMs: between(time("pullStartedAt"), time("pullStoppedAt")),
    startMs: between(time("pullStoppedAt"), time("startedAt")),
    /** All three. */
    launchMs: between(time("createdAt"), time("startedAt")),
    runMs: between(time("startedAt"), time("executionStoppedAt") ?? time("stoppedAt")),
    stopMs: between(time("stoppingAt"), time("stoppedAt")),
    containers,
    /** Something in the event was of another kind than ECS documents, and is left out. */
    malformed: otherMalformed || isMalformed() || undefined,
  };
}

function between(from: string | undefined, to: string | undefined): number | undefined {
  const ms = Date.parse(to ?? "") - Date.parse(from ?? "");
  return ms >= 0 ? ms : undefined;
}

/** A task that was told to stop ends with exit code 137 or 143: no error. */
function statusOf({ stopCode, healthStatus, containers }: TaskState) {
  const failed = containers.some(({ exitCode = 0 }) => exitCode !== 0);
  if (stopCode === "TaskFailedToStart" || (stopCode === "EssentialContainerExited" && failed)) return "error";
  return stopCode === "SpotInterruption" || healthStatus === "UNHEALTHY" ? "warn" : "info";
}

function messageOf({ family, revision, cluster }: TaskMetadata, state: TaskState): string {
  const times = (["provisionMs", "pullMs", "startMs", "launchMs", "runMs", "stopMs"] as const).flatMap((name) =>
    state[name] === undefined ? [] : [`${name.slice(0, -2)} ${state[name]} ms`],
  );
  const ends = state.containers.flatMap(({ name, exitCode, reason }) =>
    exitCode === undefined && !reason ? [] : [[name, exitCode ?? "did not run", reason].filter(Boolean).join(" ")],
  );
  const parts = [times.join(", "), state.stopCode, state.stoppedReason, ...ends].filter(Boolean);
  return [`ECS task ${family}:${revision} in ${cluster} is ${state.lastStatus ?? "changed"}`, ...parts].join("; ");
}

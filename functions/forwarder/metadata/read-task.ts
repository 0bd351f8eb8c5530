import type { TaskMetadata } from "../../records/metadata.ts";
import type { KnownContainer, KnownDefinition, KnownTask } from "./types.ts";

/** What DescribeTasks and EventBridge's events have in common. Neither promises any field. */
export interface EcsTask {
  readonly taskArn?: string;
  readonly clusterArn?: string;
  readonly taskDefinitionArn?: string;
  readonly group?: string;
  readonly launchType?: string;
  readonly availabilityZone?: string;
  readonly containerInstanceArn?: string;
  readonly version?: number;
  readonly containers?: readonly {
    readonly name?: string;
    readonly containerArn?: string;
    readonly runtimeId?: string;
    readonly image?: string;
    readonly imageDigest?: string;
  }[];
  readonly tags?: readonly { readonly key?: string; readonly value?: string }[];
}

/** The parts that are kept; overrides, which may hold secrets, are not. Undefined without ARNs. */
export function readTask(task: EcsTask): KnownTask | undefined {
  const { taskArn, clusterArn, taskDefinitionArn, version = 0, containers = [], tags, ...rest } = task;
  if (!taskArn || !clusterArn || !taskDefinitionArn) return undefined;
  const { group, launchType, availabilityZone, containerInstanceArn } = rest;
  const place = { group, launchType, availabilityZone, containerInstanceArn };
  return {
    taskArn,
    clusterArn,
    taskDefinitionArn,
    version,
    ...place,
    containers: containers.flatMap(({ name, containerArn, runtimeId, image, imageDigest }): KnownContainer[] =>
      name ? [{ name, containerArn, runtimeId, image, imageDigest }] : [],
    ),
    ...(tags && { tags: ownTags(tags.map(({ key, value }) => [key, value])) }),
  };
}

/** Whether every container has its runtime id. Some get theirs only after others of the task write already. */
export const isSettled = ({ containers }: KnownTask): boolean => containers.every(({ runtimeId }) => runtimeId);

/** Tags that people set: AWS's own are left out. */
export function ownTags(tags: Iterable<readonly [key: string | undefined, value: string | undefined]>) {
  const own: Record<string, string> = {};
  for (const [key, value] of tags) if (key && value !== undefined && !key.startsWith("aws:")) own[key] = value;
  return own;
}

/** What stands behind the last slash: of an ARN the name or id, of a name itself. */
export const nameOf = (arn: string): string => arn.slice(arn.lastIndexOf("/") + 1);

/** Everything known of a task and, if it is one of its own, of the container. */
export function taskMetadata(task: KnownTask, container?: string, definition?: KnownDefinition): TaskMetadata {
  const [, , , region = "", account = ""] = task.taskArn.split(":");
  const [family = "", revision = ""] = nameOf(task.taskDefinitionArn).split(":");
  const known = task.containers.find(({ name }) => name === container);
  const { unreadable, ...tags } = (container !== undefined && definition?.get(container)) || NO_TAGS;
  return {
    cluster: nameOf(task.clusterArn),
    taskArn: task.taskArn,
    taskId: nameOf(task.taskArn),
    region,
    account,
    family,
    revision,
    ecsService: /^service:(.+)$/.exec(task.group ?? "")?.[1],
    launchType: task.launchType,
    availabilityZone: task.availabilityZone,
    containerInstance: task.containerInstanceArn && nameOf(task.containerInstanceArn),
    container,
    containerArn: known?.containerArn,
    runtimeId: known?.runtimeId,
    image: known?.image,
    imageDigest: known?.imageDigest,
    taskTags: task.tags ?? {},
    ...tags,
  };
}

const NO_TAGS = { tags: [], unreadable: false };

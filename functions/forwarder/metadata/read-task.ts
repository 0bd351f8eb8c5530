import type { TaskMetadata } from "../../records/metadata.ts";
import { openReading, UnexpectedAnswer } from "./reading.ts";
import type { KnownContainer, KnownDefinition, KnownTags, KnownTask } from "./types.ts";

/**
 * The parts that are kept of what DescribeTasks and EventBridge's events tell alike; overrides, which may hold secrets, are
 * not. Undefined without ARNs. Never throws: neither promises any field.
 */
export function readTask(told: unknown): KnownTask | undefined {
  const { text, possiblyEmptyText, integer, fields, objects, isMalformed } = openReading();
  const task = fields(told);
  const taskArn = text(task.taskArn);
  const clusterArn = text(task.clusterArn);
  const taskDefinitionArn = text(task.taskDefinitionArn);
  if (!taskArn || !clusterArn || !taskDefinitionArn) return undefined;

  const containers = objects(task.containers)?.flatMap((container): KnownContainer[] => {
    const name = text(container.name);
    const containerArn = text(container.containerArn);
    const runtimeId = text(container.runtimeId);
    const image = text(container.image);
    const imageDigest = text(container.imageDigest);
    return name ? [{ name, containerArn, runtimeId, image, imageDigest }] : [];
  });
  const tags = objects(task.tags)?.map(({ key, value }) => [text(key), possiblyEmptyText(value)] as const);
  return {
    taskArn,
    clusterArn,
    taskDefinitionArn,
    group: text(task.group),
    launchType: text(task.launchType),
    availabilityZone: text(task.availabilityZone),
    containerInstanceArn: text(task.containerInstanceArn),
    version: integer(task.version) ?? 0,
    containers: containers ?? [],
    ...(tags && { tags: ownTags(tags) }),
    // After all that is read.
    malformed: isMalformed(),
  };
}

/** The tasks in an answer of DescribeTasks that was asked for tags. @throws UnexpectedAnswer */
export function readTasks(answer: unknown): readonly KnownTask[] {
  const { fields, objects, isMalformed } = openReading();
  const tasks = objects(fields(answer).tasks) ?? [];
  if (tasks.length === 0 && isMalformed()) throw new UnexpectedAnswer();
  // Tags were asked for: none in the answer means that there are none.
  return tasks.flatMap((told) => readTask(told) ?? []).map((task) => ({ ...task, tags: task.tags ?? {} }));
}

/** Tags of a log group, in an answer of ListTagsForResource. @throws UnexpectedAnswer */
export function readLogGroupTags(answer: unknown): KnownTags {
  const { fields, possiblyEmptyText, isMalformed } = openReading();
  const told = fields(fields(answer).tags);
  if (isMalformed()) throw new UnexpectedAnswer();
  const tags = ownTags(Object.entries(told).map(([key, value]) => [key, possiblyEmptyText(value)]));
  return { tags, malformed: isMalformed() };
}

/** A page of ListClusters. @throws UnexpectedAnswer */
export function readClusterPage(answer: unknown): ClusterPage {
  const { text, fields, texts, isMalformed } = openReading();
  const { clusterArns, nextToken } = fields(answer);
  const arns = texts(clusterArns) ?? [];
  if (arns.length === 0 && isMalformed()) throw new UnexpectedAnswer();
  return { clusterArns: arns, nextToken: text(nextToken) };
}

export interface ClusterPage {
  /** Those that are texts. */
  readonly clusterArns: readonly string[];
  readonly nextToken?: string;
}

/**
 * Whether every container is known with its runtime id. Some get theirs only after others of the task write already. A
 * task without any was told of by halves.
 */
export const isSettled = ({ containers }: KnownTask): boolean =>
  containers.length > 0 && containers.every(({ runtimeId }) => runtimeId);

/** Tags that people set: AWS's own are left out. */
export function ownTags(tags: Iterable<readonly [key: string | undefined, value: string | undefined]>) {
  const own: [string, string][] = [];
  for (const [key, value] of tags) if (key && value !== undefined && !key.startsWith("aws:")) own.push([key, value]);
  // Not one by one: a tag may be called `__proto__`.
  return Object.fromEntries(own);
}

/** What stands behind the last slash: of an ARN the name or id, of a name itself. */
export const nameOf = (arn: string): string => arn.slice(arn.lastIndexOf("/") + 1);

/** Everything known of a task and, if it is one of its own, of the container. */
export function taskMetadata(task: KnownTask, container?: string, definition?: KnownDefinition): TaskMetadata {
  const [, , , region = "", account = ""] = task.taskArn.split(":");
  const [family = "", revision = ""] = nameOf(task.taskDefinitionArn).split(":");
  const known = task.containers.find(({ name }) => name === container);
  const { unreadable, ...tags } = (container !== undefined && definition?.containers.get(container)) || NO_TAGS;
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

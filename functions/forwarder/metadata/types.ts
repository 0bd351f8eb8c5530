import type { EcsOrigin } from "../types.ts";

/** What ECS tells about the container that wrote a line. Absent fields are not known. */
export interface TaskMetadata {
  /** Of the cluster; the name alone, not the ARN. */
  readonly cluster: string;
  readonly taskArn: string;
  readonly taskId: string;
  readonly region: string;
  readonly account: string;
  readonly family: string;
  readonly revision: string;
  /** The ECS service that keeps the task running; none for tasks run by hand. */
  readonly ecsService?: string;
  /** `FARGATE`, `EC2` or `EXTERNAL`. */
  readonly launchType?: string;
  readonly availabilityZone?: string;
  /** Id of the container instance on EC2. */
  readonly containerInstance?: string;
  readonly container?: string;
  readonly containerArn?: string;
  /** Docker's id on EC2, `<taskId>-<digits>` on Fargate: what FireLens calls `container_id`. */
  readonly runtimeId?: string;
  readonly image?: string;
  readonly imageDigest?: string;
  /** From the container's definition: Datadog's unified service tags. */
  readonly env?: string;
  readonly service?: string;
  readonly version?: string;
  readonly source?: string;
  /** `key:value`, from the label `com.datadoghq.ad.logs` or `DD_TAGS`. Not cleaned. */
  readonly tags: readonly string[];
  /** Tags of the task in AWS, without AWS's own (`aws:…`). */
  readonly taskTags: Readonly<Record<string, string>>;
}

export interface Metadata {
  readonly task?: TaskMetadata;
  /** After allow-list and renaming. */
  readonly logGroupTags: Readonly<Record<string, string>>;
  /** Something that there is could not be looked up, or not in time. */
  readonly partial: boolean;
  /** IAM actions the function may not do, such as `ecs:DescribeTasks`; each is named once per sandbox. */
  readonly missingRights: readonly string[];
  /** What failed since the last answer: IAM action and the error's code. Never text of a service. */
  readonly notes: readonly string[];
}

/** Whose metadata is asked for. */
export interface MetadataNames {
  readonly logGroup: string;
  /** AWS account of the log group. Those of another account than the function's can't be looked up. */
  readonly account: string;
  readonly ecs?: EcsOrigin;
  /** Name or ARN of the cluster, if a rule or setting tells it. */
  readonly clusterHint?: string;
  /** The forwarder's own: tells partition, region and account of what can be looked up. */
  readonly functionArn: string;
}

/**
 * A look-up's answer. `missing`: the service says there is no such thing. `freshMs`: how long this one is good, if not
 * as long as its like.
 */
export type Answer<V> =
  | { readonly status: "found"; readonly value: V; readonly freshMs?: number }
  | { readonly status: "missing" }
  | { readonly status: "failed" };

/** A task as DescribeTasks and the events of EventBridge both tell it; nothing else of them is kept. */
export interface KnownTask {
  readonly taskArn: string;
  readonly clusterArn: string;
  readonly taskDefinitionArn: string;
  readonly group?: string;
  readonly launchType?: string;
  readonly availabilityZone?: string;
  readonly containerInstanceArn?: string;
  /** Counts the task's changes: a larger one is newer. */
  readonly version: number;
  readonly containers: readonly KnownContainer[];
  /** Undefined: not told. Events don't hold them. */
  readonly tags?: Readonly<Record<string, string>>;
}

export interface KnownContainer {
  readonly name: string;
  readonly containerArn?: string;
  readonly runtimeId?: string;
  readonly image?: string;
  readonly imageDigest?: string;
}

/** What a container's definition says to Datadog. */
export interface ContainerTags {
  readonly env?: string;
  readonly service?: string;
  readonly version?: string;
  readonly source?: string;
  readonly tags: readonly string[];
  /** The label `com.datadoghq.ad.logs` is not what Datadog's agent would read. */
  readonly unreadable: boolean;
}

/** Container name → its tags. */
export type KnownDefinition = ReadonlyMap<string, ContainerTags>;

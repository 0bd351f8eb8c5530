import type { EcsOrigin } from "../../records/origin.ts";

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
  | { readonly status: "missing"; readonly freshMs?: number }
  /** `againMs`: the service is asked too often, and may be asked again after so long. */
  | { readonly status: "failed"; readonly againMs?: number };

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
  /** Something of it was of another kind than it should be, and is left out. */
  readonly malformed: boolean;
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

export interface KnownDefinition {
  /** By container name. */
  readonly containers: ReadonlyMap<string, ContainerTags>;
  /** As of a task. */
  readonly malformed: boolean;
}

/** Tags of a log group. */
export interface KnownTags {
  readonly tags: Readonly<Record<string, string>>;
  /** As of a task. */
  readonly malformed: boolean;
}

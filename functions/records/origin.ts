/** What the names of log group and stream alone tell about the writer. */
export interface LogOrigin {
  readonly source: string;
  readonly service?: string;
  readonly hostname?: string;
  /** `key:value`, not cleaned yet. */
  readonly tags?: readonly string[];
  /** The name tells less than the events do: where in each of them the host stands. */
  readonly hostInEvents?: HostInEvents;
  readonly ecs?: EcsOrigin;
  readonly lambda?: LambdaOrigin;
}

export type HostInEvents = "cloudtrail" | "rdsEnhancedMonitoring" | "route53Resolver" | "verifiedAccess";

export interface LambdaOrigin {
  readonly functionName: string;
  /** Lambda@Edge: a copy that ran near a reader, in any region, of a function that is in us-east-1. */
  readonly atEdge?: boolean;
}

/** ECS parts of a stream name. On EC2 without a stream prefix only `containerId` is known. */
export interface EcsOrigin {
  readonly streamPrefix?: string;
  readonly container?: string;
  readonly taskId?: string;
  readonly containerId?: string;
}

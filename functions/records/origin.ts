/** What the names of log group and stream alone tell about the writer. */
export interface LogOrigin {
  readonly source: string;
  readonly service?: string;
  readonly hostname?: string;
  readonly ecs?: EcsOrigin;
  readonly lambda?: { readonly functionName: string };
}

/** ECS parts of a stream name. On EC2 without a stream prefix only `containerId` is known. */
export interface EcsOrigin {
  readonly streamPrefix?: string;
  readonly container?: string;
  readonly taskId?: string;
  readonly containerId?: string;
}

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

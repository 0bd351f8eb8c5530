import type { Metadata, TaskMetadata } from "../../records/metadata.ts";
import type { SaidBy } from "./precedence.ts";
import { cleanTag, tag } from "./tags.ts";

interface TaskTag {
  readonly name: string;
  /** FireLens sends it, too, under this name and with this value. */
  readonly firelens: boolean;
  readonly from: string;
  /** Said by the container's definition, for Datadog. The others are found out. */
  readonly byContainer?: true;
  readonly value: (task: TaskMetadata) => string | undefined;
}

/**
 * Tags of a task's logs, in the order in which they are sent. Those of FireLens come first and in its order: that of
 * Fluent Bit's datadog output with `provider ecs`.
 * https://github.com/fluent/fluent-bit/blob/v5.0.9/plugins/out_datadog/datadog_remap.c (2026-11)
 */
const TASK_TAGS: readonly TaskTag[] = [
  { name: "container_id", firelens: true, from: "runtime id (DescribeTasks)", value: (task) => task.runtimeId },
  { name: "container_name", firelens: true, from: "stream name", value: (task) => task.container },
  { name: "cluster_name", firelens: true, from: "DescribeTasks", value: (task) => task.cluster },
  { name: "task_arn", firelens: true, from: "DescribeTasks", value: (task) => task.taskArn },
  { name: "region", firelens: true, from: "task ARN", value: (task) => task.region },
  {
    name: "task_id",
    firelens: true,
    from: "`cluster/id`, from the task ARN",
    value: (task) => `${task.cluster}/${task.taskId}`,
  },
  { name: "task_family", firelens: true, from: "task definition's ARN", value: (task) => task.family },
  { name: "task_version", firelens: true, from: "task definition's ARN", value: (task) => task.revision },
  { name: "service_name", firelens: false, from: "group (DescribeTasks)", value: (task) => task.ecsService },
  { name: "launch_type", firelens: false, from: "DescribeTasks", value: (task) => task.launchType },
  { name: "availability_zone", firelens: false, from: "DescribeTasks", value: (task) => task.availabilityZone },
  {
    name: "container_instance",
    firelens: false,
    from: "DescribeTasks, on EC2",
    value: (task) => task.containerInstance,
  },
  { name: "image", firelens: false, from: "DescribeTasks", value: (task) => task.image },
  { name: "image_digest", firelens: false, from: "DescribeTasks", value: (task) => task.imageDigest },
  { name: "aws_account", firelens: false, from: "task ARN", value: (task) => task.account },
  {
    name: "env",
    firelens: false,
    from: "label `com.datadoghq.tags.env` or `DD_ENV`",
    byContainer: true,
    value: (task) => task.env,
  },
  {
    name: "service",
    firelens: false,
    from: "label `com.datadoghq.tags.service` or `com.datadoghq.ad.logs`, or `DD_SERVICE`",
    byContainer: true,
    value: (task) => task.service,
  },
  {
    name: "version",
    firelens: false,
    from: "label `com.datadoghq.tags.version` or `DD_VERSION`",
    byContainer: true,
    value: (task) => task.version,
  },
];

const FOUND_OUT = TASK_TAGS.filter(({ byContainer }) => !byContainer);
const SAID = TASK_TAGS.filter(({ byContainer }) => byContainer);

/** What was looked up, by who says it. */
export function metadataSays({ task, logGroupTags }: Pick<Metadata, "task" | "logGroupTags">): SaidBy {
  const group = { logGroupTags: { tags: awsTags(logGroupTags) } };
  if (!task) return group;
  const tagsOf = (rows: readonly TaskTag[]) => rows.flatMap(({ name, value }) => tag(name, value(task)));
  return {
    ...group,
    task: { tags: tagsOf(FOUND_OUT) },
    container: { tags: [...tagsOf(SAID), ...task.tags] },
    taskTags: { tags: awsTags(task.taskTags) },
  };
}

/**
 * Cleaned, so that a service in them is one that Datadog's forwarder would name, too. In AWS a name may hold colons, which
 * would end it in Datadog, and two names may differ in case alone: the one in lower case counts.
 */
function awsTags(tags: Readonly<Record<string, string>>): string[] {
  const isLowerCase = (name: string) => name === name.toLowerCase();
  return Object.entries(tags)
    .toSorted(([a], [b]) => Number(isLowerCase(b)) - Number(isLowerCase(a)))
    .flatMap(([given, value]) => {
      const name = cleanTag(given.replaceAll(":", "_"));
      // A tag without a value is its name alone.
      return name === "" ? [] : cleanTag(`${name}:${value}`);
    });
}

/** For the documentation: which path sends what, and where it is from. */
export function tagTable(): string {
  const more: readonly (readonly [name: string, firelens: string, lambda: string, from: string])[] = [
    ["further tags", "`dd_tags`", "yes", "tags in the label `com.datadoghq.ad.logs`, and `DD_TAGS`"],
    ["tags of the task", "no", "yes", "DescribeTasks; not those of AWS (`aws:…`)"],
    ["tags of the log group", "no", "if asked for", "ListTagsForResource, by allow-list and renaming"],
    ["`source` (attribute: stdout or stderr)", "yes", "no", "the awslogs driver does not keep it"],
    ["`ddsource`", "`dd_source`", "yes", "label `com.datadoghq.ad.logs`, else `ecs`"],
  ];
  const rows = TASK_TAGS.map(({ name, firelens, from }) => [`\`${name}\``, firelens ? "yes" : "no", "yes", from]);
  const table = [
    ["Tag", "FireLens", "Lambda", "From, on the Lambda path"],
    ["---", "---", "---", "---"],
    ...rows,
    ...more,
  ];
  return table.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

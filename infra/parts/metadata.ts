import { ArnFormat, Stack } from "aws-cdk-lib";
import { Rule } from "aws-cdk-lib/aws-events";
import { LambdaFunction as LambdaTarget } from "aws-cdk-lib/aws-events-targets";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { ENV } from "../../functions/settings/environment.ts";
import type { Right } from "./rights.ts";

/** What is looked up about the writers of lines, besides their log group's and stream's names. */
export interface MetadataProps {
  /** ECS tasks and their definitions, for the tags that FireLens sends and more. @default true */
  readonly ecs?: boolean;
  /** Name or ARN of the cluster to ask first for a task: spares asking every one. @default the one of the group's last task */
  readonly cluster?: string;
  /** Tags of log groups to send: name in AWS → name in Datadog. @default none */
  readonly logGroupTags?: Readonly<Record<string, string>>;
  /** Events about ECS tasks become entries: pull and start times, exit codes, reasons. @default false */
  readonly taskEvents?: boolean;
}

/** Which AWS services are asked. */
export const asksEcs = ({ ecs = true }: MetadataProps = {}) => ecs;
export const asksLogs = ({ logGroupTags = {} }: MetadataProps = {}) => Object.keys(logGroupTags).length > 0;

/** The settings that make the forwarder look things up. */
export function metadataEnvironment(metadata: MetadataProps = {}): Record<string, string> {
  const { cluster, logGroupTags = {} } = metadata;
  const tags = Object.entries(logGroupTags).map(([from, to]) => (from === to ? from : `${from}=${to}`));
  return {
    [ENV.ecsMetadata]: String(asksEcs(metadata)),
    ...(cluster !== undefined && { [ENV.ecsCluster]: cluster }),
    ...(tags.length > 0 && { [ENV.logGroupTags]: tags.join(",") }),
  };
}

/** The rights for it. Without one of them the forwarder says so once, and sends what the names tell. */
export function metadataRights(scope: Construct, metadata: MetadataProps = {}): Right[] {
  const stack = Stack.of(scope);
  const ecs: Right[] = [
    {
      sid: "FindTasks",
      actions: ["ecs:ListClusters", "ecs:DescribeTaskDefinition"],
      resources: ["*"],
      why: "ListClusters and DescribeTaskDefinition take no resource.",
    },
    {
      sid: "DescribeTasks",
      actions: ["ecs:DescribeTasks"],
      resources: [stack.formatArn({ service: "ecs", resource: "task", resourceName: "*" })],
      why: "Tasks come and go; any of them may write.",
    },
  ];
  const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
  const logs: Right[] = [
    {
      sid: "ReadLogGroupTags",
      actions: ["logs:ListTagsForResource"],
      resources: [stack.formatArn({ service: "logs", resource: "log-group", resourceName: "*", arnFormat })],
      why: "Any log group may be subscribed.",
    },
  ];
  return [...(asksEcs(metadata) ? ecs : []), ...(asksLogs(metadata) ? logs : [])];
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html (2026-11) */
export function taskEvents(scope: Construct, fn: IFunction): void {
  new Rule(scope, "TaskEvents", {
    description: "What happens to ECS tasks, for Datadog",
    eventPattern: { source: ["aws.ecs"], detailType: ["ECS Task State Change"] },
    targets: [new LambdaTarget(fn)],
  });
}

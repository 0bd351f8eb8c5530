import { ArnFormat, Stack, Token, Validations } from "aws-cdk-lib";
import { Rule } from "aws-cdk-lib/aws-events";
import { LambdaFunction as LambdaTarget } from "aws-cdk-lib/aws-events-targets";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { ENV } from "../../functions/settings/environment.ts";

/** What is looked up about the writers of lines, besides their log group's and stream's names. */
export interface MetadataProps {
  /** ECS tasks and their definitions, for the tags that FireLens sends and more. @default true */
  readonly ecs?: boolean;
  /** Tags of log groups to send: name in AWS → name in Datadog. @default none */
  readonly logGroupTags?: Readonly<Record<string, string>>;
  /** Events about ECS tasks become entries: pull and start times, exit codes, reasons. @default false */
  readonly taskEvents?: boolean;
}

/** The settings that make the forwarder look things up. */
export function metadataEnvironment({ ecs = true, logGroupTags }: MetadataProps = {}): Record<string, string> {
  const tags = Object.entries(logGroupTags ?? {}).map(([from, to]) => (from === to ? from : `${from}=${to}`));
  return {
    [ENV.ecsMetadata]: String(ecs),
    ...(tags.length > 0 && { [ENV.logGroupTags]: tags.join(",") }),
  };
}

/** The rights for it. Without one of them the forwarder says so once, and sends what the names tell. */
export function allowMetadata(fn: LambdaFunction, { ecs = true, logGroupTags }: MetadataProps = {}): void {
  const stack = Stack.of(fn);
  if (ecs) {
    // These two take no resource.
    fn.addToRolePolicy(
      new PolicyStatement({ actions: ["ecs:ListClusters", "ecs:DescribeTaskDefinition"], resources: ["*"] }),
    );
    const tasks = stack.formatArn({ service: "ecs", resource: "task", resourceName: "*" });
    fn.addToRolePolicy(new PolicyStatement({ actions: ["ecs:DescribeTasks"], resources: [tasks] }));
    acknowledge(fn, "*", "ListClusters and DescribeTaskDefinition take no resource.");
    acknowledge(fn, tasks, "Tasks come and go; any of them may write.");
  }
  if (logGroupTags) {
    const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
    const groups = stack.formatArn({ service: "logs", resource: "log-group", resourceName: "*", arnFormat });
    fn.addToRolePolicy(new PolicyStatement({ actions: ["logs:ListTagsForResource"], resources: [groups] }));
    acknowledge(fn, groups, "Any log group may be subscribed.");
  }
}

function acknowledge(fn: LambdaFunction, resource: string, reason: string): void {
  const { partition, region, account } = Stack.of(fn);
  // What CloudFormation fills in has a name like this in cdk-nag's findings.
  const named = Object.entries({ Partition: partition, Region: region, AccountId: account })
    .filter(([, value]) => Token.isUnresolved(value))
    .reduce((text, [name, value]) => text.replace(value, `<AWS::${name}>`), resource);
  Validations.of(fn.role ?? fn).acknowledge({ id: `AwsSolutions::AwsSolutions-IAM5[Resource::${named}]`, reason });
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html (2026-11) */
export function taskEvents(scope: Construct, fn: LambdaFunction): void {
  new Rule(scope, "TaskEvents", {
    description: "What happens to ECS tasks, for Datadog",
    eventPattern: { source: ["aws.ecs"], detailType: ["ECS Task State Change"] },
    targets: [new LambdaTarget(fn)],
  });
}

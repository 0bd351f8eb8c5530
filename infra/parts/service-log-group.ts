import { RemovalPolicy, Stack } from "aws-cdk-lib";
import { type ILogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { chosenLogGroup, type LogGroupChoice } from "./chosen-log-group.ts";

export interface ServiceLogGroup extends LogGroupChoice {
  readonly service: string;
  readonly env: string;
}

/** Names given so far, and to whom. */
const taken = new WeakMap<Stack, Map<string, Construct>>();

/**
 * The log group of a service: the one that is given, or `/ecs/<env>/<service>`.
 * @throws if another service of the stack has the name already, or it can't be one.
 */
export function serviceLogGroup(scope: Construct, id: string, props: ServiceLogGroup): ILogGroup {
  const { service, env, logGroup, logGroupName, retention, removalPolicy, encryptionKey, logGroupClass } = props;
  const name = logGroupName ?? `/ecs/${env}/${service}`;
  if (!logGroup) takeName(scope, name);
  const chosen = { logGroup, logGroupName, retention, removalPolicy, encryptionKey, logGroupClass };
  return chosenLogGroup(scope, id, chosen, {
    logGroupName: name,
    retention: RetentionDays.TWO_WEEKS,
    // It stays, but for a first deployment that fails: the next one would find the name taken.
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
}

/** CloudFormation would find out half-way through a deployment. */
function takeName(scope: Construct, name: string): void {
  const stack = Stack.of(scope);
  const names = taken.get(stack) ?? new Map<string, Construct>();
  taken.set(stack, names);
  const other = names.get(name);
  if (other) {
    throw new Error(
      `${scope.node.path} and ${other.node.path} would both make the log group ${name}. Give one of them a logGroupName, or the other's group: \`logGroup: other.logGroup\`.`,
    );
  }
  names.set(name, scope);
}

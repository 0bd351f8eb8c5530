import { Annotations, Lazy, Stack } from "aws-cdk-lib";
import { CfnAccountPolicy, FilterPattern, type IFilterPattern, type ILogGroup } from "aws-cdk-lib/aws-logs";
import type { IConstruct } from "constructs";
import { checkNames, criteriaProblems, expensiveIncluded, nameFor, selectionCriteria } from "./account-exclusions.ts";
import { isResource } from "./is-resource.ts";
import { knownName } from "./log-group-name.ts";
import { shortHash } from "./own-name.ts";
import { sameRegion } from "./same-region.ts";
import type { Destination } from "./subscription-filters.ts";

export interface SubscribeAccountOptions {
  /** @default all events */
  readonly filterPattern?: IFilterPattern;
  /** Log groups to leave out, besides those of sidecarless's own functions and those that are subscribed one by one. */
  readonly except?: readonly ILogGroup[];
  /** Names of log groups to leave out. CloudWatch Logs takes exact names here, no patterns. */
  readonly exceptLogGroups?: readonly string[];
}

const POLICY_TYPE = "SUBSCRIPTION_FILTER_POLICY";

export interface AccountPolicy {
  readonly resource: CfnAccountPolicy;
  /** As it is now; it changes with what is left out. */
  readonly name: () => string;
}

/**
 * The subscription of an account's log groups in one region.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters-AccountLevel.html
 *
 * @param subscribed those that have a filter of their own: filters add up, so each of their lines would come twice
 * @throws if there is such a policy in the region, or if what is to be left out can't be
 */
export function accountPolicy(
  scope: IConstruct,
  id: string,
  { forwarder, target, filterName, ready }: Destination,
  subscribed: () => readonly ILogGroup[],
  { filterPattern = FilterPattern.allEvents(), except = [], exceptLogGroups = [] }: SubscribeAccountOptions,
): AccountPolicy {
  const stack = Stack.of(scope);
  refuseSecondPolicy(forwarder, stack);
  checkNames(exceptLogGroups);
  for (const logGroup of [...subscribed(), ...except]) nameFor(stack, logGroup);

  const criteria = () => selectionCriteria(stack, [...subscribed(), ...except], exceptLogGroups);
  // CloudFormation does not carry a change of the criteria alone to AWS, as users report. A new name is a replacement,
  // and a policy is deleted before it is created again, so that there are never two.
  // https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-logs/issues/111 ·
  // "replacementStrategy" in the type's schema (2026-11)
  const name = () => `${filterName}#${shortHash(JSON.stringify(stack.resolve(criteria())))}`;
  const resource = new CfnAccountPolicy(scope, id, {
    policyName: Lazy.uncachedString({ produce: name }),
    policyType: POLICY_TYPE,
    scope: "ALL",
    selectionCriteria: Lazy.uncachedString({ produce: criteria }),
    policyDocument: stack.toJsonString({
      DestinationArn: target.destinationArn,
      RoleArn: target.roleArn,
      FilterPattern: filterPattern.logPatternString,
      // A function has no shards; the property is required all the same.
      Distribution: target.distribution ?? (target.roleArn === undefined ? "Random" : "ByLogStream"),
    }),
  });
  if (ready) resource.node.addDependency(ready);
  resource.node.addValidation({ validate: () => criteriaProblems(criteria()) });
  warnOfExpensive(forwarder, [...except.map((group) => knownName(group) ?? ""), ...exceptLogGroups]);
  return { resource, name };
}

function refuseSecondPolicy(forwarder: IConstruct, stack: Stack): void {
  for (const other of forwarder.node.root.node.findAll()) {
    if (!isResource(other, CfnAccountPolicy) || other.policyType !== POLICY_TYPE) continue;
    const same = Stack.of(other) === stack ? "yes" : sameRegion(Stack.of(other), stack);
    const problem = `AWS takes one account-level subscription policy in an account and region, and ${other.node.path} is one already.`;
    if (same === "yes") throw new Error(`${forwarder.node.path} can't subscribe the whole account: ${problem}`);
    if (same === "unknown") {
      Annotations.of(forwarder).addWarningV2(
        "sidecarless:second-account-policy",
        `${problem} If this stack goes to the same account and region, its deployment will fail.`,
      );
    }
  }
}

function warnOfExpensive(forwarder: IConstruct, excluded: readonly string[]): void {
  const included = expensiveIncluded(excluded);
  if (included.length === 0) return;
  Annotations.of(forwarder).addWarningV2(
    "sidecarless:expensive-log-groups",
    `The whole account is subscribed. Some log groups are often its largest, and no name in exceptLogGroups looks like theirs: ${included.join("; ")}. If there are any, leave them out by name, one by one, and those that come later, too: AWS takes no patterns here.`,
  );
}

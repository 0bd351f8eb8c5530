import { Stack } from "aws-cdk-lib";
import type { ILogGroup } from "aws-cdk-lib/aws-logs";
import { knownName } from "./log-group-name.ts";
import { ownLogGroupNames } from "./own-log-groups.ts";
import { nameIn } from "./refuse-log-group.ts";

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutAccountPolicy.html (2026-11): 25 KB */
const MAX_CRITERIA_BYTES = 25_000;

/**
 * `LogGroupName NOT IN […]`, the only criterion that there is. The same for the same names in any order.
 * @param stack where the policy stands
 */
export function selectionCriteria(stack: Stack, logGroups: readonly ILogGroup[], names: readonly string[]): string {
  const excluded = new Set([...ownLogGroupNames(stack), ...names, ...logGroups.map((group) => nameFor(stack, group))]);
  const inTemplate = (name: string) => JSON.stringify(stack.resolve(name));
  const sorted = [...excluded].toSorted((one, other) => (inTemplate(one) < inTemplate(other) ? -1 : 1));
  return `LogGroupName NOT IN [${sorted.map((name) => `"${name}"`).join(", ")}]`;
}

/** @throws if the name is known only in AWS, in another stack: a reference would make the two stacks need each other. */
export function nameFor(stack: Stack, logGroup: ILogGroup): string {
  const name = knownName(logGroup) ?? (Stack.of(logGroup) === stack ? logGroup.logGroupName : undefined);
  if (name !== undefined) return name;
  throw new Error(
    `${nameIn(logGroup)} can't be left out of the subscription of the whole account: it is in another stack than the forwarder, and CloudFormation makes up its name. So its lines would be delivered twice. Give it a name (logGroupName), or don't subscribe it.`,
  );
}

/** @throws if one can't be the name of a log group. */
export function checkNames(names: readonly string[]): void {
  for (const name of names) {
    if (/^[\w\-/.#]{1,512}$/.test(name)) continue;
    throw new Error(
      `exceptLogGroups: "${name}" can't be the name of a log group. CloudWatch Logs takes exact names only, and no patterns: give each log group by name.`,
    );
  }
}

/** What is wrong with the criteria as a whole. */
export function criteriaProblems(criteria: string): string[] {
  const bytes = Buffer.byteLength(criteria);
  return bytes <= MAX_CRITERIA_BYTES
    ? []
    : [
        `CloudWatch Logs takes 25 KB of excluded names of log groups; these have ${bytes} bytes. Subscribe log groups one by one instead of the whole account.`,
      ];
}

/** Log groups that are often the largest of an account, and what their names usually have in them. */
const EXPENSIVE = [
  {
    what: "VPC flow logs (those of the forwarder's own VPC would even cause each other)",
    pattern: /flow-?_?logs?|vpc/i,
  },
  { what: "CloudTrail", pattern: /cloudtrail/i },
  {
    what: "Container Insights' performance logs (/aws/containerinsights/<cluster>/performance, one for each cluster)",
    pattern: /containerinsights/i,
  },
];

/** Which of the expensive ones seem not to be left out. */
export const expensiveIncluded = (excluded: readonly string[]): string[] =>
  EXPENSIVE.filter(({ pattern }) => !excluded.some((name) => pattern.test(name))).map(({ what }) => what);

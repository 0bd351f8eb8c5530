import { Stack } from "aws-cdk-lib";
import type { IConstruct } from "constructs";
import { OWN_LOG_GROUPS } from "../../../functions/records/own-log-groups.ts";
import { ownName } from "./own-name.ts";
import { sameRegion } from "./same-region.ts";

interface OwnLogGroup {
  readonly name: string;
  readonly stack: Stack;
}

/** By the root of the construct tree. */
const claimed = new WeakMap<IConstruct, OwnLogGroup[]>();

/** The name for the log group of a function: `/sidecarless/<stack>/forwarder`. No forwarder of the app takes its lines. */
export function claimLogGroupName(scope: IConstruct, bundle: string): string {
  const name = ownLogGroupName(scope, bundle);
  const { root } = scope.node;
  claimed.set(root, [...(claimed.get(root) ?? []), { name, stack: Stack.of(scope) }]);
  return name;
}

/** Fixed, so that no forwarder needs a reference, which would tie stacks together. */
export const ownLogGroupName = (scope: IConstruct, bundle: string): string =>
  `${OWN_LOG_GROUPS}${ownName(scope)}/${bundle}`;

/** Those of the app that are, or may be, in the account and region of a stack. */
export function ownLogGroupNames(stack: Stack): string[] {
  const all = claimed.get(stack.node.root) ?? [];
  return all.filter((group) => sameRegion(group.stack, stack) !== "no").map(({ name }) => name);
}

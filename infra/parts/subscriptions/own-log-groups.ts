import { Stack } from "aws-cdk-lib";
import type { IConstruct } from "constructs";
import { ownName } from "./own-name.ts";
import { sameRegion } from "./same-region.ts";

/**
 * Log groups of functions made here have fixed names, so that every forwarder knows them, of other stacks, too, and
 * needs no reference, which would tie the stacks together.
 */
export const OWN_LOG_GROUPS = "/sidecarless/";

interface OwnLogGroup {
  readonly name: string;
  readonly stack: Stack;
}

/** By the root of the construct tree. */
const claimed = new WeakMap<IConstruct, OwnLogGroup[]>();

/** The name for the log group of a function: `/sidecarless/<stack>/forwarder`. No forwarder of the app takes its lines. */
export function claimLogGroupName(scope: IConstruct, bundle: string): string {
  const name = `${OWN_LOG_GROUPS}${ownName(scope)}/${bundle}`;
  const { root } = scope.node;
  claimed.set(root, [...(claimed.get(root) ?? []), { name, stack: Stack.of(scope) }]);
  return name;
}

/** Those of the app that are, or may be, in the account and region of a stack. */
export function ownLogGroupNames(stack: Stack): string[] {
  const all = claimed.get(stack.node.root) ?? [];
  return all.filter((group) => sameRegion(group.stack, stack) !== "no").map(({ name }) => name);
}

/** Also of another app. */
export const isOwnLogGroup = (name: string) => name.startsWith(OWN_LOG_GROUPS);

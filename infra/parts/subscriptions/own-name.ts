import { createHash } from "node:crypto";
import { Stack } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

/** A construct with this id needs no more than its stack's name: the stacks here, and most apps, have one forwarder. */
const USUAL_ID = "Forwarder";
/** An account policy's name has 256 characters, and more is added to this. */
const MAX_LENGTH = 200;

/**
 * What a forwarder is called in names of filters and log groups: its stack's name, which is one in its account and
 * region, and the construct's path in it unless that is `Forwarder`. So it depends on no other construct.
 */
export function ownName(construct: IConstruct): string {
  const stack = outermostStack(construct);
  const ids = construct.node.scopes.slice(stack.node.scopes.length).map(({ node }) => node.id);
  const path = ids.join("/").replace(/[^\w./-]+/g, "_");
  // A stack's name has no slash: no path of one stack can be the name of another.
  const name = path === "" || path === USUAL_ID ? stack.stackName : `${stack.stackName}/${path}`;
  return name.length > MAX_LENGTH ? `${name.slice(0, MAX_LENGTH - 9)}-${shortHash(name)}` : name;
}

/** The name of a nested stack is only known in AWS. */
export function outermostStack(construct: IConstruct): Stack {
  let stack = Stack.of(construct);
  while (stack.nestedStackParent) stack = stack.nestedStackParent;
  return stack;
}

export const shortHash = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 8);

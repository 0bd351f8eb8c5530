import { Reference, Stack, Token, Tokenization } from "aws-cdk-lib";
import { CfnLogGroup, type ILogGroup, LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { isResource } from "./is-resource.ts";

/** The name of a log group where it is known before the deployment. */
export function knownName(logGroup: ILogGroup): string | undefined {
  const resource = resourceOf(logGroup);
  const name = resource ? resource.logGroupName : logGroup.logGroupName;
  return name === undefined || Token.isUnresolved(name) ? undefined : name;
}

/** The resource that makes a log group; none for an existing one. */
export function resourceOf(logGroup: ILogGroup): CfnLogGroup | undefined {
  const { defaultChild } = logGroup.node;
  if (isResource(defaultChild, CfnLogGroup)) return defaultChild;
  // Named after another construct's log group: LogGroup.fromLogGroupName(this, "Same", other.logGroupName).
  const name = Tokenization.reverse(logGroup.logGroupName, { failConcat: false });
  const target = Reference.isReference(name) ? name.target : undefined;
  return isResource(target, CfnLogGroup) ? target : undefined;
}

/** Identity of a log group within its stack, as a construct's id: its name, or else the path of its construct. */
export function identityOf(logGroup: ILogGroup): string {
  const name = knownName(logGroup);
  if (name !== undefined) return asId(name);
  const ids = logGroup.node.scopes.slice(Stack.of(logGroup).node.scopes.length).map(({ node }) => node.id);
  // No name has a tilde.
  return asId(`~${ids.join("/")}`);
}

/** A log group that is there, under its name. */
export const existingLogGroup = (scope: Construct, name: string): ILogGroup =>
  LogGroup.fromLogGroupName(scope, `LogGroup${asId(name)}`, name);

/**
 * A construct's id for a name. CDK makes "--" of a slash, which may be in another name; a colon can't be. And it takes no
 * id that every JavaScript object has a property of, such as "constructor".
 */
export const asId = (name: string) => `=${name.replaceAll("/", ":")}`;

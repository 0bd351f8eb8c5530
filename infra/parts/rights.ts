import { Stack } from "aws-cdk-lib";
import { Effect, PolicyStatement, type Role } from "aws-cdk-lib/aws-iam";
import { acknowledge } from "./acknowledge.ts";

/**
 * What a function may do, and why. A role's policy, the documents for roles that somebody else makes, and the reasons
 * for cdk-nag are all made from a list of these.
 */
export interface Right {
  /** Id of the statement. Letters and digits, once in a policy. */
  readonly sid: string;
  /** @default "Allow" */
  readonly effect?: "Allow" | "Deny";
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** As in a policy: operator → key → value. */
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
  readonly why: string;
}

export function statementOf({ sid, effect, actions, resources, conditions }: Right): PolicyStatement {
  return new PolicyStatement({
    sid,
    effect: effect === "Deny" ? Effect.DENY : Effect.ALLOW,
    actions: [...actions],
    resources: [...resources],
    conditions: conditions && { ...conditions },
  });
}

/** Adds them to the role's own policy, each wildcard with its reason. */
export function grantRights(role: Role, rights: readonly Right[]): void {
  for (const right of rights) {
    role.addToPolicy(statementOf(right));
    if (right.effect === "Deny") continue;
    const wildcards = right.resources
      .map((resource) => nameInFindings(role, resource))
      .filter((name) => /\*/.test(name));
    for (const name of wildcards) {
      acknowledge(role, { id: `AwsSolutions::AwsSolutions-IAM5[Resource::${name}]`, reason: right.why });
    }
  }
}

/** How cdk-nag writes an ARN: what CloudFormation fills in as `<LogicalId.Attribute>`. */
function nameInFindings(role: Role, resource: string): string {
  const text = (value: unknown): string => {
    if (typeof value === "string") return value;
    const { Ref, "Fn::GetAtt": attribute, "Fn::Join": join } = value as Record<string, unknown>;
    if (typeof Ref === "string") return `<${Ref}>`;
    if (Array.isArray(attribute)) return `<${attribute.join(".")}>`;
    if (Array.isArray(join)) return (join[1] as unknown[]).map(text).join(String(join[0]));
    return JSON.stringify(value);
  };
  return text(Stack.of(role).resolve(resource));
}

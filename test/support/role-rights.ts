import type { Template } from "aws-cdk-lib/assertions";
import { readable } from "./templates.ts";

interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const several = <T>(value: T | readonly T[]): T[] => [value].flat() as T[];

/** Everything that a role's own policies say, a line each: `action on resource, if condition`. */
export function rightsOf(template: Template, roleId: RegExp): string[] {
  const policies = Object.values(template.findResources("AWS::IAM::Policy")).filter(({ Properties }) =>
    Properties.Roles.some((role: unknown) => roleId.test(readable(role))),
  );
  return policies
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as Statement[])
    .flatMap(linesOf)
    .toSorted();
}

export function linesOf({ Effect, Action, Resource, Condition = {} }: Statement): string[] {
  const conditions = Object.values(Condition).flatMap(Object.entries);
  const suffix = conditions
    .map(([key, values]) => `, if ${key} is ${several(values).map(readable).join(" or ")}`)
    .join("");
  const never = Effect === "Deny" ? "never " : "";
  return several(Action).flatMap((action) =>
    several(Resource).map((resource) => `${never}${action} on ${readable(resource)}${suffix}`),
  );
}

import { Token } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { compilePattern } from "../../functions/forwarder/stages/rules/pattern.ts";

/**
 * How the awslogs driver knows the first line of a text of several: the others join it before they leave the host, so
 * none is torn off by a delivery's end. One of the two.
 * https://docs.docker.com/engine/logging/drivers/awslogs/#awslogs-multiline-pattern (2026-11)
 */
export interface MultilineProps {
  /** A regular expression, such as `^\\S`. Lines wait up to 10 s for more. Only for the awslogs driver. @default each line is an event */
  readonly multilinePattern?: string;
  /** In the words of strftime, such as `%Y-%m-%d %H:%M:%S`. Only for the awslogs driver. @default each line is an event */
  readonly datetimeFormat?: string;
}

/** @throws if both are given, or the pattern is none: ECS would start no task. */
export function multilineOptions(
  scope: Construct,
  { multilinePattern, datetimeFormat }: MultilineProps,
): MultilineProps {
  if (multilinePattern !== undefined && datetimeFormat !== undefined) {
    throw new Error(
      `${scope.node.path}: multilinePattern and datetimeFormat exclude each other: the awslogs driver takes one of them. A format is a pattern in other words; leave one out.`,
    );
  }
  if (multilinePattern !== undefined && !Token.isUnresolved(multilinePattern)) {
    // The driver's patterns are Go's, which are RE2's, as those of rules are.
    const problem = compilePattern(multilinePattern);
    if (typeof problem === "string")
      throw new Error(`${scope.node.path}: multilinePattern "${multilinePattern}" ${problem}.`);
  }
  return {
    ...(multilinePattern !== undefined && { multilinePattern }),
    ...(datetimeFormat !== undefined && { datetimeFormat }),
  };
}

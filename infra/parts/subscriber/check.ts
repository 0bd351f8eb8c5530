import { Token } from "aws-cdk-lib";
import { parseLogGroupRule } from "../../../functions/subscriber/rule.ts";
import type { LogGroupSubscriberProps } from "./props.ts";

/** From as often as is any use to as seldom as does no harm. */
export const EVERY_MINUTES = { min: 5, max: 1_440, default: 60 } as const;

/** Everything in the props that is not right. */
export function subscriberProblems({
  include,
  exclude,
  includeTags,
  excludeTags,
  every,
}: LogGroupSubscriberProps): string[] {
  const lists = { include, exclude, includeTags, excludeTags };
  const rule = parseLogGroupRule(Object.fromEntries(Object.entries(lists).filter(([, list]) => list !== undefined)));
  const problems = Array.isArray(rule) ? [...(rule as readonly string[])] : [];
  // A value that is known at the deployment only can't be in the file beside the function.
  if (Object.values(lists).some((list) => list?.some((item) => Token.isUnresolved(item)))) {
    problems.push("include, exclude and their tags must be known at synth: give texts, no attributes of resources.");
  }
  const minutes = every?.toMinutes({ integral: false });
  if (
    minutes !== undefined &&
    !(Number.isInteger(minutes) && minutes >= EVERY_MINUTES.min && minutes <= EVERY_MINUTES.max)
  ) {
    problems.push(`every must be whole minutes, from 5 minutes to a day; it is ${every?.toHumanString()}.`);
  }
  return problems;
}

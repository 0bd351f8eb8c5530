import { Token } from "aws-cdk-lib";

/** Kinds of what log groups are subscribed to, by their ARNs. */
const KINDS = {
  function: {
    // A version or an alias behind the name has permissions of its own, and the forwarder's are on the function.
    pattern: /^arn:[^:]+:lambda:[^:]+:\d{12}:function:[^:]+$/,
    what: "a function, without version or alias: arn:aws:lambda:eu-west-1:111122223333:function:name",
    output: "FunctionArn",
  },
  stream: {
    pattern: /^arn:[^:]+:kinesis:[^:]+:\d{12}:stream\/[^:/]+$/,
    what: "a Kinesis stream: arn:aws:kinesis:eu-west-1:111122223333:stream/name",
    output: "StreamArn",
  },
  destination: {
    pattern: /^arn:[^:]+:logs:[^:]+:\d{12}:destination:[^:*]+$/,
    what: "a destination of CloudWatch Logs: arn:aws:logs:eu-west-1:111122223333:destination:name",
    output: "DestinationArn",
  },
} as const;

/** @throws if it is known, and is not the ARN of such a thing. */
export function checkedArn(kind: keyof typeof KINDS, arn: string): string {
  const { pattern, what, output } = KINDS[kind];
  if (Token.isUnresolved(arn) || pattern.test(arn)) return arn;
  throw new Error(`"${arn}" is not the ARN of ${what}. The stack of the forwarder has it as the output ${output}.`);
}

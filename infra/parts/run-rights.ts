import { ArnFormat, Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { Right } from "./rights.ts";

export interface FunctionNeeds {
  readonly inVpc: boolean;
  readonly environmentKeyArn?: string;
}

/** What every function needs to run at all. */
export function runRights(scope: Construct, logGroupArn: string, { inVpc, environmentKeyArn }: FunctionNeeds): Right[] {
  return [
    {
      sid: "WriteOwnLog",
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [logGroupArn],
      why: "Its own log group, with streams that Lambda names.",
    },
    ...(inVpc ? networkInterfaces(scope) : []),
    ...(environmentKeyArn === undefined ? [] : [decryptEnvironment(scope, environmentKeyArn)]),
  ];
}

const anyFunction = (scope: Construct) =>
  Stack.of(scope).formatArn({
    service: "lambda",
    resource: "function",
    resourceName: "*",
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });

/**
 * Lambda puts functions into a VPC in the name of their role. The code itself must not: its own calls, and only they, carry
 * the function's ARN. Any function's, since the role must be there before the function has a name.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html ·
 * https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html (2026-11)
 */
function networkInterfaces(scope: Construct): Right[] {
  const actions = [
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
  ];
  return [
    {
      sid: "PutIntoVpc",
      actions,
      resources: ["*"],
      why: "What Lambda needs to put a function into a VPC; these actions take no resource.",
    },
    {
      sid: "OnlyByLambdaItself",
      effect: "Deny",
      actions,
      resources: ["*"],
      conditions: { ArnLike: { "lambda:SourceFunctionArn": anyFunction(scope) } },
      why: "Lambda makes network interfaces; the function's code has no business with them.",
    },
  ];
}

/**
 * Lambda makes a grant when the function is deployed, which ends if the role is made anew: then this still holds.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html (2026-11)
 */
function decryptEnvironment(scope: Construct, keyArn: string): Right {
  const { region, urlSuffix } = Stack.of(scope);
  return {
    sid: "DecryptEnvironment",
    actions: ["kms:Decrypt"],
    resources: [keyArn],
    conditions: {
      StringEquals: { "kms:ViaService": `lambda.${region}.${urlSuffix}` },
      ArnLike: { "kms:EncryptionContext:aws:lambda:FunctionArn": anyFunction(scope) },
    },
    why: "The environment variables are encrypted with this key: only through Lambda.",
  };
}

import { type Duration, RemovalPolicy, Validations } from "aws-cdk-lib";
import type { ISecurityGroup, IVpc, SubnetSelection } from "aws-cdk-lib/aws-ec2";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { builtCode } from "./built-code.ts";

/** Where a function's network interfaces are. Without it, outside any VPC. */
export interface VpcPlacement {
  readonly vpc: IVpc;
  readonly vpcSubnets?: SubnetSelection;
  readonly securityGroups?: ISecurityGroup[];
}

export interface OwnFunctionProps extends Partial<VpcPlacement> {
  readonly bundle: "forwarder" | "replayer" | "recorder";
  /** Put beside the bundle: name → content. */
  readonly files?: Readonly<Record<string, string>>;
  readonly description: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly timeout: Duration;
  readonly logRetention: RetentionDays;
  readonly reservedConcurrency?: number;
}

/**
 * One of the built functions with a log group of its own, and a role that may write to that group and nothing else:
 * the managed policy for basic execution would allow every log group.
 */
export function ownFunction(scope: Construct, id: string, props: OwnFunctionProps): LambdaFunction {
  const logGroup = new LogGroup(scope, `${id}Logs`, {
    retention: props.logRetention,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
  role.addToPolicy(
    new PolicyStatement({ actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: [logGroup.logGroupArn] }),
  );
  if (props.vpc) {
    role.addToPolicy(networkInterfaces());
    Validations.of(role).acknowledge({
      id: "AwsSolutions::AwsSolutions-IAM5[Resource::*]",
      reason: "What Lambda needs to put a function into a VPC; these actions take no resource.",
    });
  }
  return new LambdaFunction(scope, id, {
    description: props.description,
    runtime: Runtime.NODEJS_24_X,
    // A fifth cheaper than x86_64, and the bundle runs on both.
    architecture: Architecture.ARM_64,
    code: builtCode(props.bundle, props.files),
    handler: "index.handler",
    environment: { ...props.environment },
    memorySize: props.memoryMb,
    timeout: props.timeout,
    logGroup,
    role,
    reservedConcurrentExecutions: props.reservedConcurrency,
    vpc: props.vpc,
    vpcSubnets: props.vpcSubnets,
    securityGroups: props.securityGroups,
  });
}

/** What Lambda needs for functions in a VPC. These actions take no resource. */
const networkInterfaces = () =>
  new PolicyStatement({
    actions: [
      "ec2:CreateNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
      "ec2:DeleteNetworkInterface",
      "ec2:AssignPrivateIpAddresses",
      "ec2:UnassignPrivateIpAddresses",
    ],
    resources: ["*"],
  });

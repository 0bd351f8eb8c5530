import { type Duration, RemovalPolicy, Stack, Tags } from "aws-cdk-lib";
import type { ISecurityGroup, IVpc, SubnetSelection } from "aws-cdk-lib/aws-ec2";
import { type IManagedPolicy, type IRole, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import {
  ApplicationLogLevel,
  Architecture,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { VERSION } from "../../functions/version.ts";
import { builtCode } from "./built-code.ts";
import { grantRights, type Right } from "./rights.ts";
import { claimLogGroupName } from "./subscriptions/own-log-groups.ts";

/** What an organisation may prescribe for functions and their roles. */
export interface FunctionsProps {
  /** @default arm64: a fifth cheaper than x86_64. The bundles run on both. */
  readonly architecture?: Architecture;
  /**
   * Existing roles that Lambda may assume. Nothing is added to them: `Forwarder.rolePolicies` returns what they must allow.
   * @default a new role each, with these rights
   */
  readonly roles?: { readonly forwarder: IRole; readonly replayer: IRole };
  /** Of the new roles. @default named by CloudFormation */
  readonly roleNames?: { readonly forwarder: string; readonly replayer: string };
  /** Of the new roles, such as `/logging/`. @default "/" */
  readonly rolePath?: string;
  /** Of the new roles. @default none */
  readonly permissionsBoundary?: IManagedPolicy;
  /** The customer's KMS key for the functions' own logs. CloudWatch Logs must be allowed to use it. @default AWS's own */
  readonly logEncryptionKey?: IKey;
  /** The customer's KMS key for the environment variables. None of them holds the API key. @default AWS's own */
  readonly environmentEncryptionKey?: IKey;
  /**
   * Lambda's own lines START, END and REPORT at every invocation, and all as text. They cost more than they tell: the
   * functions report themselves.
   * @default false
   */
  readonly reportLines?: boolean;
}

/** Where a function's network interfaces are. Without it, outside any VPC. */
export interface Placement {
  readonly vpc: IVpc;
  readonly vpcSubnets?: SubnetSelection;
  readonly securityGroups: readonly ISecurityGroup[];
}

export interface OwnFunctionProps extends Omit<FunctionsProps, "roles" | "roleNames"> {
  readonly bundle: "forwarder" | "replayer" | "subscriber";
  /** Put beside the bundle: name → content. */
  readonly files?: Readonly<Record<string, string>>;
  readonly description: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly timeout: Duration;
  readonly logRetention: RetentionDays;
  readonly reservedConcurrency?: number;
  readonly placement?: Placement;
  /** What it may do, given the name of its log group. Not given to an existing role. */
  readonly rights: (logGroupArn: string) => readonly Right[];
  readonly role?: IRole;
  readonly roleName?: string;
}

/**
 * One of the built functions with a log group of its own, and a role that may write to that group, do what `rights`
 * says, and nothing else: the managed policy for basic execution would allow every log group.
 */
export function ownFunction(scope: Construct, id: string, props: OwnFunctionProps): LambdaFunction {
  const logGroup = new LogGroup(scope, `${id}Logs`, {
    logGroupName: claimLogGroupName(scope, props.bundle),
    retention: props.logRetention,
    removalPolicy: RemovalPolicy.DESTROY,
    encryptionKey: props.logEncryptionKey,
  });
  const made = new LambdaFunction(scope, id, {
    description: props.description,
    runtime: Runtime.NODEJS_24_X,
    architecture: props.architecture ?? Architecture.ARM_64,
    code: builtCode(props.bundle, props.files),
    handler: "index.handler",
    environment: { ...ALLOCATOR, ...props.environment },
    environmentEncryption: props.environmentEncryptionKey,
    memorySize: props.memoryMb,
    timeout: props.timeout,
    logGroup,
    ...loggingOf(props),
    role: props.role ?? ownRole(scope, `${id}Role`, props, logGroup.logGroupArn),
    reservedConcurrentExecutions: props.reservedConcurrency,
    ...(props.placement && { ...props.placement, securityGroups: [...props.placement.securityGroups] }),
  });
  Tags.of(made).add(VERSION_TAG, VERSION, { includeResourceTypes: ["AWS::Lambda::Function"] });
  return made;
}

/**
 * glibc gives each thread an arena of its own, and what is free in one is not used by another: with one arena a delivery of
 * 10,000 events takes 4 to 10 MB less, at the same CPU time. https://man7.org/linux/man-pages/man3/mallopt.3.html
 */
const ALLOCATOR = { MALLOC_ARENA_MAX: "1" };

/** Of each function of ours: which version of sidecarless it is. */
const VERSION_TAG = "sidecarless:version";

function ownRole(scope: Construct, id: string, props: OwnFunctionProps, logGroupArn: string): Role {
  const role = new Role(scope, id, {
    assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
    roleName: props.roleName,
    path: props.rolePath,
    permissionsBoundary: props.permissionsBoundary,
  });
  grantRights(role, props.rights(logGroupArn));
  return role;
}

/**
 * As JSON, Lambda leaves out what is below the levels, and a line of ours, which is JSON already, stays as it is.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html (2026-11)
 */
const loggingOf = ({ reportLines = false }: FunctionsProps) =>
  reportLines
    ? { loggingFormat: LoggingFormat.TEXT }
    : {
        loggingFormat: LoggingFormat.JSON,
        // Failures and time-outs of invocations are above WARN, START, END and REPORT below it.
        systemLogLevelV2: SystemLogLevel.WARN,
        applicationLogLevelV2: ApplicationLogLevel.INFO,
      };

/** A key of the same app may say so itself; that of an existing one is its owner's to change. */
export function allowCloudWatchLogs(scope: Construct, key: IKey): void {
  const { region, urlSuffix, account, partition } = Stack.of(scope);
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal(`logs.${region}.${urlSuffix}`)],
      actions: ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
      resources: ["*"],
      conditions: {
        ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:${partition}:logs:${region}:${account}:log-group:*` },
      },
    }),
  );
}

import { type RemovalPolicy, Token } from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { type ILogGroup, LogGroup, type LogGroupClass, type RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { allowCloudWatchLogs } from "./own-function.ts";

/** A log group, given or described. */
export interface LogGroupChoice {
  /** An existing one, or one of your own making. None of the other settings of a group goes with it. */
  readonly logGroup?: ILogGroup;
  /** A changed name is another group: the old one's logs stay where they are, or go with it. */
  readonly logGroupName?: string;
  readonly retention?: RetentionDays;
  readonly removalPolicy?: RemovalPolicy;
  /**
   * The customer's KMS key. The policy of one made in the same app is extended so that CloudWatch Logs may use it; that of an existing
   * one must do so already. @default CloudWatch Logs' own
   */
  readonly encryptionKey?: IKey;
  /** It can't be changed later, and only STANDARD has subscriptions. @default STANDARD */
  readonly logGroupClass?: LogGroupClass;
}

/**
 * @param defaults of what is not chosen; `logGroupName` none: CloudFormation's
 * @throws if a group is given and described, too, or the name can't be one.
 */
export function chosenLogGroup(
  scope: Construct,
  id: string,
  { logGroup, ...chosen }: LogGroupChoice,
  defaults: Omit<LogGroupChoice, "logGroup">,
): ILogGroup {
  const given = Object.entries(chosen).filter(([, value]) => value !== undefined);
  if (logGroup) {
    if (given.length === 0) return logGroup;
    const names = given.map(([name]) => name).join(", ");
    throw new Error(
      `${scope.node.path}: logGroup is a group as it is; leave out ${names}, or set that where it is made.`,
    );
  }
  const settings = { ...defaults, ...Object.fromEntries(given) } as LogGroupChoice;
  refuseName(scope, settings.logGroupName);
  if (settings.encryptionKey) allowCloudWatchLogs(scope, settings.encryptionKey);
  return new LogGroup(scope, id, settings);
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html (2026-11) */
function refuseName(scope: Construct, name: string | undefined): void {
  if (name === undefined || Token.isUnresolved(name) || /^[\w\-/.#]{1,512}$/.test(name)) return;
  throw new Error(
    `${scope.node.path}: "${name}" can't be a log group's name, which has letters, digits and _ - / . # only, 512 at most. Set logGroupName.`,
  );
}

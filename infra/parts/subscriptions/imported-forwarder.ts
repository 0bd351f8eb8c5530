import { Arn, ArnFormat, Stack, Token } from "aws-cdk-lib";
import type { ILogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { ownName } from "./own-name.ts";
import { type SubscribeOptions, type SubscriptionFilters, subscriptionFilters } from "./subscription-filters.ts";

export interface ImportedForwarderProps {
  readonly functionArn: string;
  readonly filterName?: string;
}

/** A forwarder that another stack, or another app, has deployed. */
export class ImportedForwarder extends Construct {
  readonly functionArn: string;
  private readonly filters: SubscriptionFilters;

  constructor(scope: Construct, id: string, { functionArn, filterName }: ImportedForwarderProps) {
    super(scope, id);
    this.functionArn = functionArn;
    const known = Token.isUnresolved(functionArn) ? undefined : partsOf(functionArn);
    this.filters = subscriptionFilters({
      forwarder: this,
      functionArn,
      place: known ?? Stack.of(this).env,
      filterName: checkedName(filterName ?? `sidecarless-${known?.name ?? ownName(this)}`),
    });
  }

  subscribe(logGroup: ILogGroup, options?: SubscribeOptions): void {
    this.filters.add(logGroup, options);
  }
}

function partsOf(functionArn: string): { account: string; region: string; name: string } {
  // A version or an alias behind the name has permissions of its own, and the forwarder's are on the function.
  if (!/^arn:[^:]+:lambda:[^:]+:\d{12}:function:[^:]+$/.test(functionArn)) {
    throw new Error(
      `"${functionArn}" is not the ARN of a function, without version or alias: arn:aws:lambda:eu-west-1:111122223333:function:name. The stack of the forwarder has it as the output FunctionArn.`,
    );
  }
  const { account = "", region = "", resourceName = "" } = Arn.split(functionArn, ArnFormat.COLON_RESOURCE_NAME);
  return { account, region, name: resourceName };
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html (2026-11) */
function checkedName(filterName: string): string {
  // A value that is known at the deployment only can't be part of a filter's logical id.
  if (!Token.isUnresolved(filterName) && /^[\w./#-]{1,440}$/.test(filterName)) return filterName;
  throw new Error(
    `filterName must be 1 to 440 letters, digits and - _ . / #; it is "${filterName}". The stack of the forwarder has it as the output FilterName.`,
  );
}

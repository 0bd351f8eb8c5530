import { Arn, ArnFormat, Stack, Token } from "aws-cdk-lib";
import type { ILogGroup } from "aws-cdk-lib/aws-logs";
import { Construct, type IDependable } from "constructs";
import type { SubscribeAccountOptions } from "./account-policy.ts";
import { ownName } from "./own-name.ts";
import type { Place } from "./same-region.ts";
import { type SubscribedTo, subscribeTo } from "./subscribe-to.ts";
import type { SubscribeOptions } from "./subscription-filters.ts";
import type { SubscriptionTarget } from "./subscription-target.ts";

export interface ImportedForwarderProps {
  readonly target: SubscriptionTarget;
  /** @default made from the target's name */
  readonly filterName?: string;
  readonly ready?: IDependable;
}

/** A forwarder that another stack, another app or another account has deployed. */
export class ImportedForwarder extends Construct {
  readonly filterName: string;
  private readonly target: SubscriptionTarget;
  private readonly to: SubscribedTo;

  constructor(scope: Construct, id: string, { target, filterName, ready }: ImportedForwarderProps) {
    super(scope, id);
    const known = Token.isUnresolved(target.destinationArn) ? undefined : partsOf(target.destinationArn);
    this.filterName = checkedName(filterName ?? known?.filterName ?? `sidecarless-${ownName(this)}`);
    const here = Stack.of(this).env;
    const place: Place = known ? { account: known.account ?? here.account, region: known.region } : here;
    this.target = target;
    this.to = subscribeTo(this, { forwarder: this, target, place, filterName: this.filterName, ready });
  }

  /** All names of filters so far. */
  get filterNames(): readonly string[] {
    return this.to.filterNames();
  }

  get accountFilterName(): string | undefined {
    return this.to.accountFilterName();
  }

  subscriptionTarget(): SubscriptionTarget {
    return this.target;
  }

  subscribe(logGroup: ILogGroup, options?: SubscribeOptions): void {
    this.to.subscribe(logGroup, options);
  }

  watchFilterName(name: string): void {
    this.to.watchFilterName(name);
  }

  subscribeAccount(options?: SubscribeAccountOptions): void {
    this.to.subscribeAccount(options);
  }
}

/** What an ARN tells: where the filters must be, and what they may be called. */
interface TargetParts {
  /** Of the filters. A logical destination takes them from others than its own: undefined. */
  readonly account?: string;
  readonly region: string;
  readonly filterName: string;
}

function partsOf(arn: string): TargetParts {
  if (/^arn:[^:]+:logs:/.test(arn)) {
    const { region = "", resourceName = "" } = Arn.split(arn, ArnFormat.COLON_RESOURCE_NAME);
    return { region, filterName: resourceName };
  }
  const format = /^arn:[^:]+:kinesis:/.test(arn) ? ArnFormat.SLASH_RESOURCE_NAME : ArnFormat.COLON_RESOURCE_NAME;
  const { account, region = "", resourceName = "" } = Arn.split(arn, format);
  return { account, region, filterName: `sidecarless-${resourceName}` };
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html (2026-11) */
function checkedName(filterName: string): string {
  // A value that is known at the deployment only can't be part of a filter's logical id.
  if (!Token.isUnresolved(filterName) && /^[\w./#-]{1,440}$/.test(filterName)) return filterName;
  throw new Error(
    `filterName must be 1 to 440 letters, digits and - _ . / #; it is "${filterName}". The stack of the forwarder has it as the output FilterName.`,
  );
}

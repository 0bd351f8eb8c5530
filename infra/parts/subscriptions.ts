import { ArnFormat, Stack } from "aws-cdk-lib";
import { CfnPermission, type IFunction } from "aws-cdk-lib/aws-lambda";
import {
  CfnAccountPolicy,
  FilterPattern,
  type IFilterPattern,
  type ILogGroup,
  SubscriptionFilter,
} from "aws-cdk-lib/aws-logs";
import { LambdaDestination } from "aws-cdk-lib/aws-logs-destinations";
import { Construct } from "constructs";

/** Name of every subscription filter made here: the alarms look for it. */
export const FILTER_NAME = "sidecarless";

export interface SubscribeOptions {
  /** @default all events */
  readonly filterPattern?: IFilterPattern;
}

export interface SubscribeAccountOptions extends SubscribeOptions {
  /** Log groups to leave out, besides the forwarder's own. */
  readonly except?: readonly ILogGroup[];
}

export interface SubscriptionsProps {
  readonly function: IFunction;
  /** Never subscribed: what the function writes there would come back to it. */
  readonly ownLogGroups: readonly ILogGroup[];
}

/** The subscriptions of log groups to one function. */
export class Subscriptions extends Construct {
  private readonly props: SubscriptionsProps;
  private permission: CfnPermission | undefined;

  constructor(scope: Construct, id: string, props: SubscriptionsProps) {
    super(scope, id);
    this.props = props;
  }

  subscribe(logGroup: ILogGroup, { filterPattern = FilterPattern.allEvents() }: SubscribeOptions): void {
    this.refuseOwn(logGroup);
    const filter = new SubscriptionFilter(this, `Filter${this.node.children.length}`, {
      logGroup,
      filterPattern,
      filterName: FILTER_NAME,
      destination: new LambdaDestination(this.props.function, { addPermissions: false }),
    });
    filter.node.addDependency(this.permitOnce());
  }

  /** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters-AccountLevel.html */
  subscribeAccount({ filterPattern = FilterPattern.allEvents(), except = [] }: SubscribeAccountOptions): void {
    const excluded = [...this.props.ownLogGroups, ...except].map(({ logGroupName }) => `"${logGroupName}"`);
    const policy = new CfnAccountPolicy(this, "AccountPolicy", {
      policyName: FILTER_NAME,
      policyType: "SUBSCRIPTION_FILTER_POLICY",
      scope: "ALL",
      selectionCriteria: `LogGroupName NOT IN [${excluded.join(", ")}]`,
      policyDocument: Stack.of(this).toJsonString({
        DestinationArn: this.props.function.functionArn,
        FilterPattern: filterPattern.logPatternString,
        Distribution: "Random",
      }),
    });
    policy.node.addDependency(this.permitOnce());
  }

  private refuseOwn(logGroup: ILogGroup): void {
    const stack = Stack.of(this);
    const nameOf = (group: ILogGroup) => JSON.stringify(stack.resolve(group.logGroupName));
    const own = this.props.ownLogGroups.find((group) => group === logGroup || nameOf(group) === nameOf(logGroup));
    if (own) {
      throw new Error(
        `${logGroup.node.path} is a log group of the forwarder itself: every delivery would write a line, which would be the next delivery. Leave it out.`,
      );
    }
  }

  /**
   * One permission for all log groups of the account in this region. One for each group would fill the function's
   * policy, which is limited to 20 KB, at about sixty groups.
   */
  private permitOnce(): CfnPermission {
    const stack = Stack.of(this);
    this.permission ??= new CfnPermission(this, "Permission", {
      action: "lambda:InvokeFunction",
      functionName: this.props.function.functionArn,
      principal: "logs.amazonaws.com",
      sourceAccount: stack.account,
      sourceArn: stack.formatArn({
        service: "logs",
        resource: "log-group",
        resourceName: "*",
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    });
    return this.permission;
  }
}

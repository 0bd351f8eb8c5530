import { ArnFormat, Stack } from "aws-cdk-lib";
import { CfnPermission, type IFunction } from "aws-cdk-lib/aws-lambda";
import { Construct, DependencyGroup, type IDependable } from "constructs";
import { outermostStack, ownName } from "./own-name.ts";
import { type SubscribedTo, subscribeTo } from "./subscribe-to.ts";
import type { SubscriptionTarget } from "./subscription-target.ts";

export interface SubscriptionsProps {
  readonly forwarder: Construct;
  readonly function: IFunction;
  /** Instead of the function. `ready`: what must be there before a filter. */
  readonly stream?: { readonly target: SubscriptionTarget; readonly ready: readonly IDependable[] };
}

/** The subscriptions of log groups to one function, or to the stream that it reads. */
export class Subscriptions extends Construct {
  /** Of every subscription without an id. The alarms look for it. */
  readonly filterName: string;
  /** What a filter has to name. */
  readonly target: SubscriptionTarget;
  readonly to: SubscribedTo;

  constructor(scope: Construct, id: string, { forwarder, function: fn, stream }: SubscriptionsProps) {
    super(scope, id);
    this.filterName = filterNameOf(forwarder);
    this.target = stream?.target ?? { destinationArn: fn.functionArn };
    // Also with a stream: what was on its way to the function when the filters changed still arrives.
    const permission = permitLogs(this, fn);
    this.to = subscribeTo(this, {
      forwarder,
      target: this.target,
      place: Stack.of(this).env,
      filterName: this.filterName,
      ready: stream ? new DependencyGroup(...stream.ready) : permission,
    });
    // A stack that subscribed a log group may stop doing so. CDK would take the export away with its last use, but the
    // forwarder's stack is deployed first, while the other one still needs it.
    outermostStack(this).exportValue(fn.functionArn);
  }
}

/** The name of a forwarder's filters, which is also that of its destination for other accounts. */
export const filterNameOf = (forwarder: Construct) => `sidecarless-${ownName(forwarder)}`;

/**
 * One permission for all log groups of the account in this region. One for each group would fill the function's
 * policy, which is limited to 20 KB, at about sixty groups.
 */
function permitLogs(scope: Construct, fn: IFunction): CfnPermission {
  const stack = Stack.of(scope);
  return new CfnPermission(scope, "Permission", {
    action: "lambda:InvokeFunction",
    functionName: fn.functionArn,
    principal: "logs.amazonaws.com",
    sourceAccount: stack.account,
    sourceArn: stack.formatArn({
      service: "logs",
      resource: "log-group",
      resourceName: "*",
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    }),
  });
}

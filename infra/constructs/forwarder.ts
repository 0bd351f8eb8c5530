import { Duration } from "aws-cdk-lib";
import type { VpcEndpoint } from "aws-cdk-lib/aws-ec2";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction as LambdaTarget } from "aws-cdk-lib/aws-events-targets";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { ILogGroup } from "aws-cdk-lib/aws-logs";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import { Construct, type IConstruct } from "constructs";
import { checkForwarder } from "../parts/forwarder/check.ts";
import { forwarderEndpoints, forwarderFunctions } from "../parts/forwarder/functions.ts";
import type { ForwarderProps } from "../parts/forwarder/props.ts";
import { type RolePolicies, type RolePoliciesProps, rolePolicies } from "../parts/forwarder/role-policies.ts";
import { warnForwarder } from "../parts/forwarder/warn.ts";
import { type ForwarderStream, forwarderStream } from "../parts/kinesis/forwarder-stream.ts";
import { LogStream } from "../parts/kinesis/log-stream.ts";
import { hasStream } from "../parts/kinesis/props.ts";
import { senderRole } from "../parts/kinesis/sender-role.ts";
import { taskEvents } from "../parts/metadata.ts";
import type { EndpointName } from "../parts/private-endpoints.ts";
import { storeBucket } from "../parts/store-bucket.ts";
import type { SubscribeAccountOptions } from "../parts/subscriptions/account-policy.ts";
import { ImportedForwarder } from "../parts/subscriptions/imported-forwarder.ts";
import type { SubscribeOptions } from "../parts/subscriptions/subscription-filters.ts";
import type { SubscriptionTarget } from "../parts/subscriptions/subscription-target.ts";
import { Subscriptions } from "../parts/subscriptions/subscriptions.ts";
import { checkedArn } from "../parts/subscriptions/target-arns.ts";

export type {
  ForwarderProps,
  ForwarderStream,
  RolePolicies,
  RolePoliciesProps,
  SubscribeAccountOptions,
  SubscribeOptions,
  SubscriptionTarget,
};

/** What log groups can be subscribed to: a forwarder of this app, of another, or of another account. */
export interface IForwarder {
  /** What a subscription filter that is made elsewhere has to name. */
  subscriptionTarget(): SubscriptionTarget;
  /**
   * Delivers a log group's events. The filter stands in the log group's stack, and only the function's ARN crosses. One
   * permission serves all log groups, so there may be hundreds.
   * @throws if the log group is of another account, region or class, of sidecarless's own functions, or subscribed already
   */
  subscribe(logGroup: ILogGroup, options?: SubscribeOptions): void;
}

export interface FromFunctionArnOptions {
  /**
   * Name of the filters. The forwarder's alarms watch those of the name that its stack has as the output `FilterName`.
   * @default `sidecarless-` and the function's name, which those alarms don't watch
   */
  readonly filterName?: string;
}

export interface FromStreamArnOptions extends FromFunctionArnOptions {
  /** In this role CloudWatch Logs writes to the stream: output `StreamWriterRoleArn` of the forwarder's stack. */
  readonly writerRoleArn: string;
  /** @default "ByLogStream": each log stream in order */
  readonly distribution?: "ByLogStream" | "Random";
}

/** An account's log groups, whose events go to the forwarder of another account. */
export interface ISender extends IForwarder, IConstruct {
  /** Of every filter without an id. It is the destination's name. */
  readonly filterName: string;
  readonly filterNames: readonly string[];
  readonly accountFilterName?: string;
  /** Has alarms and dashboard watch filters of a name that others give, such as a `LogGroupSubscriber`. */
  watchFilterName(name: string): void;
  /** Every log group of the account in this region, as `Forwarder.subscribeAccount` does. */
  subscribeAccount(options?: SubscribeAccountOptions): void;
}

/**
 * CloudWatch Logs to Datadog: the forwarder, the bucket for what it can't deliver, and the replayer that sends that
 * again. Log groups are attached with `subscribe`.
 */
export class Forwarder extends Construct implements IForwarder {
  readonly function: LambdaFunction;
  readonly functionArn: string;
  readonly replayer: LambdaFunction;
  readonly bucket: IBucket;
  readonly replayEvery: Duration;
  /** Those that were made for it, by name: `create` in `network.endpoints`. */
  readonly endpoints: Readonly<Partial<Record<EndpointName, VpcEndpoint>>>;
  /** What it reads from, with `via: "kinesis"` or `kinesis`. */
  readonly stream?: ForwarderStream;
  private readonly subscriptions: Subscriptions;

  /**
   * What `functions.roles` must allow, for whoever makes these roles, be it before the first deployment. Nothing is made.
   * @param scope the stack that the forwarder is, or will be, in
   */
  static rolePolicies(scope: Construct, props: RolePoliciesProps): RolePolicies {
    return rolePolicies(scope, props);
  }

  /** @throws Error that lists everything in `props` that AWS or the functions would refuse later. */
  constructor(scope: Construct, id: string, props: ForwarderProps) {
    super(scope, id);
    checkForwarder(this, props);
    warnForwarder(this, props);
    this.replayEvery = props.replayEvery ?? Duration.minutes(1);
    const store = storeBucket(this, "Store", props.store ?? {}, props.storedLogsExpireAfter ?? Duration.days(30));
    this.bucket = store.bucket;
    const logStream = hasStream(props) ? new LogStream(this, "Kinesis", props.kinesis ?? {}) : undefined;
    const made = forwarderFunctions(this, { ...props, replayEvery: this.replayEvery }, store, logStream?.stream);
    this.function = made.forwarder;
    this.functionArn = this.function.functionArn;
    this.replayer = made.replayer;
    this.endpoints = forwarderEndpoints(this, props, made.placement);
    if (props.metadata?.taskEvents) taskEvents(this, this.function);
    this.keepFailedDeliveries(props);
    this.scheduleReplays();
    this.stream =
      logStream && forwarderStream(this, { ...props.kinesis, logStream, function: this.function, bucket: this.bucket });
    this.subscriptions = new Subscriptions(this, "Subscriptions", {
      forwarder: this,
      function: this.function,
      stream: props.via === "kinesis" ? this.stream : undefined,
    });
  }

  /**
   * A forwarder of another app, by its function's ARN. Log groups of the same account and region can be subscribed to it;
   * it lets CloudWatch Logs invoke it for all of them already.
   * @param functionArn output `FunctionArn` of the forwarder's stack; may be a token, such as a parameter's value
   */
  static fromFunctionArn(
    scope: Construct,
    id: string,
    functionArn: string,
    options: FromFunctionArnOptions = {},
  ): IForwarder {
    return new ImportedForwarder(scope, id, {
      target: { destinationArn: checkedArn("function", functionArn) },
      ...options,
    });
  }

  /**
   * The same for a forwarder that reads a Kinesis stream: log groups of the stream's account and region are subscribed to that.
   * @param streamArn output `StreamArn` of the forwarder's stack
   */
  static fromStreamArn(scope: Construct, id: string, streamArn: string, options: FromStreamArnOptions): IForwarder {
    const { writerRoleArn: roleArn, distribution = "ByLogStream", filterName } = options;
    const target = { destinationArn: checkedArn("stream", streamArn), roleArn, distribution };
    return new ImportedForwarder(scope, id, { target, filterName });
  }

  /**
   * A forwarder of another account of the organisation, which has `kinesis.organizationId`. Log groups of this stack's account are
   * subscribed to it, in the region of the destination.
   * @param destinationArn output `DestinationArn` of the forwarder's stack
   */
  static fromDestinationArn(
    scope: Construct,
    id: string,
    destinationArn: string,
    options: FromFunctionArnOptions = {},
  ): ISender {
    const role = senderRole(scope, `${id}Role`);
    const target = { destinationArn: checkedArn("destination", destinationArn), roleArn: role.roleArn };
    return new ImportedForwarder(scope, id, { target, ready: role, ...options });
  }

  /** The name of every filter that is made without an id. */
  get filterName(): string {
    return this.subscriptions.filterName;
  }

  /** The names that CloudWatch Logs has in its metrics for what was subscribed so far. */
  get filterNames(): readonly string[] {
    return this.subscriptions.to.filterNames();
  }

  /** The one among them that `subscribeAccount` made. It changes with the log groups that are left out. */
  get accountFilterName(): string | undefined {
    return this.subscriptions.to.accountFilterName();
  }

  subscriptionTarget(): SubscriptionTarget {
    return this.subscriptions.target;
  }

  subscribe(logGroup: ILogGroup, options?: SubscribeOptions): void {
    this.subscriptions.to.subscribe(logGroup, options);
  }

  /** Has alarms and dashboard watch filters of a name that others give, such as a `LogGroupSubscriber`. */
  watchFilterName(name: string): void {
    this.subscriptions.to.watchFilterName(name);
  }

  /**
   * Delivers every log group of the account in this region: not those of sidecarless's own functions, not those that are
   * subscribed one by one, whose lines would come twice, and not those in `options`. AWS takes one such policy in an
   * account and region.
   * @throws if there is one in the app already, or if the name of a log group that must be left out is not known
   */
  subscribeAccount(options: SubscribeAccountOptions = {}): void {
    this.subscriptions.to.subscribeAccount(options);
  }

  /** After its own retries Lambda writes the delivery to the bucket, under `aws/lambda/async/<function>/`. */
  private keepFailedDeliveries(props: ForwarderProps): void {
    this.function.configureAsyncInvoke({
      retryAttempts: props.retryAttempts ?? 2,
      maxEventAge: props.maxEventAge ?? Duration.hours(6),
      // Not CDK's S3Destination, which grants reading the whole bucket.
      onFailure: { bind: () => ({ destination: this.bucket.bucketArn }) },
    });
    // The next run tries again anyway; a second one at the same time would send objects twice.
    this.replayer.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
  }

  private scheduleReplays(): void {
    new Rule(this, "ReplaySchedule", {
      description: "Sends again what could not be delivered",
      schedule: Schedule.rate(this.replayEvery),
      targets: [new LambdaTarget(this.replayer, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    });
  }
}

import { Aspects, CustomResource, Duration, Lazy, Stack } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction as LambdaTarget } from "aws-cdk-lib/aws-events-targets";
import { Policy, PolicyDocument } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { CfnSubscriptionFilter, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { OWN_LOG_GROUPS } from "../../functions/records/own-log-groups.ts";
import { LOG_GROUP_RULE_FILE, ruleFilterName, SUBSCRIBER_ENV } from "../../functions/subscriber/environment.ts";
import type { LogGroupRule } from "../../functions/subscriber/rule.ts";
import { allowCloudWatchLogs, ownFunction } from "../parts/own-function.ts";
import { statementOf } from "../parts/rights.ts";
import { runRights } from "../parts/run-rights.ts";
import { EVERY_MINUTES, subscriberProblems } from "../parts/subscriber/check.ts";
import type { LogGroupSubscriberProps, RuleTarget } from "../parts/subscriber/props.ts";
import { goOnRight, logGroupArn, subscriberRights } from "../parts/subscriber/rights.ts";
import { isResource } from "../parts/subscriptions/is-resource.ts";
import { ownLogGroupName } from "../parts/subscriptions/own-log-groups.ts";
import { shortHash } from "../parts/subscriptions/own-name.ts";

export type { LogGroupRule, LogGroupSubscriberProps, RuleTarget };

const BUNDLE = "subscriber";
/** The longest there is: it reads filters of four log groups or more a second. */
const TIMEOUT = Duration.minutes(15);
/** The longest that CloudFormation waits; the function answers before. */
const REMOVAL_TIMEOUT = Duration.hours(1);

/**
 * Log groups by rule: a function that gives every log group that the rule wants a subscription filter of its own name, and takes it
 * away from those that it does not want any more. When it is deleted, its filters go.
 */
export class LogGroupSubscriber extends Construct {
  readonly function: LambdaFunction;
  /** Of the rule's filters, and of no others. */
  readonly filterName: string;
  readonly every: Duration;

  /** What `role` must allow, for whoever makes that role, be it before the first deployment. Nothing is made. */
  static rolePolicy(scope: Construct, props: LogGroupSubscriberProps): PolicyDocument {
    const ownLogGroups = `${OWN_LOG_GROUPS}*`;
    const rights = [
      ...runRights(scope, logGroupArn(scope, `${ownLogGroups}:*`), { inVpc: false }),
      ...rightsOf(scope, props, ownLogGroups),
      goOnRight(anyFunction(scope)),
    ];
    return new PolicyDocument({ statements: rights.map(statementOf) });
  }

  /** @throws Error that lists everything in `props` that is not right. */
  constructor(scope: Construct, id: string, props: LogGroupSubscriberProps) {
    super(scope, id);
    const problems = subscriberProblems(props);
    if (problems.length > 0) throw new Error(`${this.node.path}: ${problems.join(" ")}`);
    this.every = props.every ?? Duration.minutes(EVERY_MINUTES.default);
    this.filterName = ruleFilterName(props.to.filterName);
    if (props.to.filterNames.includes(this.filterName)) throw new Error(`${this.node.path}: ${secondRule(props.to)}`);
    props.to.watchFilterName(this.filterName);
    this.node.addValidation({ validate: () => twice(props.to) });

    this.function = this.newFunction(props);
    const filters = this.newFilters(props);
    // What is made after the filters goes before them: no run begins while they are removed.
    for (const rule of [this.onSchedule(), this.onChanges(props)]) rule.node.addDependency(filters);
  }

  private newFunction(props: LogGroupSubscriberProps): LambdaFunction {
    const { functions = {}, logRetention = RetentionDays.TWO_WEEKS, role } = props;
    if (functions.logEncryptionKey) allowCloudWatchLogs(this, functions.logEncryptionKey);
    const fn = ownFunction(this, "Function", {
      ...functions,
      bundle: BUNDLE,
      files: { [LOG_GROUP_RULE_FILE]: JSON.stringify(ruleOf(props)) },
      description: "Subscribes log groups to the forwarder by rule",
      environment: environmentOf(props, this.filterName),
      memoryMb: 256,
      timeout: TIMEOUT,
      logRetention,
      role,
      rights: (logGroupArn) => [
        ...runRights(this, logGroupArn, {
          inVpc: false,
          environmentKeyArn: functions.environmentEncryptionKey?.keyArn,
        }),
        ...rightsOf(this, props, ownLogGroupName(this, BUNDLE)),
      ],
    });
    fn.configureAsyncInvoke({ retryAttempts: 2, maxEventAge: Duration.hours(1) });
    if (!role && fn.role) {
      // Not a statement of the role's own policy, which must be there before the function has an ARN.
      new Policy(this, "GoOn", { roles: [fn.role], statements: [statementOf(goOnRight(fn.functionArn))] });
    }
    return fn;
  }

  /** Stands for the filters in the stack: made or changed, it has the function run; deleted, it has it remove them. */
  private newFilters({ to, ...props }: LogGroupSubscriberProps): Construct {
    const filters = new CustomResource(this, "Filters", {
      resourceType: "Custom::SidecarlessLogGroupFilters",
      serviceToken: this.function.functionArn,
      serviceTimeout: REMOVAL_TIMEOUT,
      properties: {
        FilterName: this.filterName,
        ...to.subscriptionTarget(),
        Rule: shortHash(JSON.stringify([ruleOf(props), props.filterPattern?.logPatternString, props.dryRun])),
        // What the deployment subscribes itself, the rule leaves alone: so it is looked at again when that changes.
        Subscribed: Lazy.uncachedString({ produce: () => hashOf(filtersOf(this)) }),
      },
    });
    // And after that is there: or the rule would subscribe it, too.
    Aspects.of(filters).add({
      visit: (node) => {
        if (node === filters) for (const filter of filtersOf(this)) filters.node.addDependency(filter);
      },
    });
    // The permission, or the stream and its role: CloudWatch Logs takes no filter before.
    filters.node.addDependency(to);
    const goOn = this.node.tryFindChild("GoOn");
    if (goOn) filters.node.addDependency(goOn);
    return filters;
  }

  private onSchedule(): Rule {
    return new Rule(this, "Schedule", {
      description: "Looks at all log groups",
      schedule: Schedule.rate(this.every),
      targets: [new LambdaTarget(this.function)],
    });
  }

  /** What people and deployments change, by CloudTrail, where that is on. What it changes itself tells it nothing. */
  private onChanges({ includeTags = [], excludeTags = [] }: LogGroupRule): Rule {
    const others = [{ "anything-but": [this.function.role?.roleArn] }, { exists: false }];
    return new Rule(this, "Changes", {
      description: "Looks at a log group when it is made, or when its filters or tags change",
      eventPattern: {
        source: ["aws.logs"],
        detailType: ["AWS API Call via CloudTrail"],
        detail: {
          eventSource: ["logs.amazonaws.com"],
          eventName: [...CHANGES, ...(includeTags.length + excludeTags.length > 0 ? CHANGES_OF_TAGS : [])],
          // Calls that failed have one.
          errorCode: [{ exists: false }],
          userIdentity: { sessionContext: { sessionIssuer: { arn: others } } },
        },
      },
      targets: [new LambdaTarget(this.function)],
    });
  }
}

const ruleOf = ({ include, exclude, includeTags, excludeTags }: LogGroupRule): LogGroupRule => ({
  include,
  ...(exclude && { exclude }),
  ...(includeTags && { includeTags }),
  ...(excludeTags && { excludeTags }),
});

const rightsOf = (scope: Construct, props: LogGroupSubscriberProps, ownLogGroup: string) =>
  subscriberRights(scope, ruleOf(props), props.to.subscriptionTarget(), ownLogGroup);

function environmentOf(
  { to, filterPattern, dryRun = false }: LogGroupSubscriberProps,
  filterName: string,
): Record<string, string> {
  const { destinationArn, roleArn, distribution } = to.subscriptionTarget();
  return {
    [SUBSCRIBER_ENV.filterName]: filterName,
    [SUBSCRIBER_ENV.destinationArn]: destinationArn,
    ...(roleArn !== undefined && { [SUBSCRIBER_ENV.destinationRoleArn]: roleArn }),
    ...(distribution !== undefined && { [SUBSCRIBER_ENV.distribution]: distribution }),
    ...(filterPattern && { [SUBSCRIBER_ENV.filterPattern]: filterPattern.logPatternString }),
    ...(dryRun && { [SUBSCRIBER_ENV.dryRun]: "true" }),
  };
}

const anyFunction = (scope: Construct) => Stack.of(scope).formatArn({ service: "lambda", resource: "function:*" });

/** What changes whether a log group is to have a filter, by CloudTrail's names. */
const CHANGES = ["CreateLogGroup", "PutSubscriptionFilter", "DeleteSubscriptionFilter"];
const CHANGES_OF_TAGS = ["TagResource", "UntagResource"];

/** The filters that stand in the same stack. */
const filtersOf = (scope: Construct): CfnSubscriptionFilter[] =>
  Stack.of(scope)
    .node.findAll()
    .filter((node): node is CfnSubscriptionFilter => isResource(node, CfnSubscriptionFilter))
    .filter((filter) => Stack.of(filter) === Stack.of(scope));

function hashOf(filters: readonly CfnSubscriptionFilter[]): string {
  const names = filters.map((filter) =>
    JSON.stringify(Stack.of(filter).resolve([filter.logGroupName, filter.filterName])),
  );
  return shortHash(names.toSorted().join());
}

const secondRule = ({ node }: RuleTarget) =>
  `log groups are subscribed to ${node.path} by a rule already. Two rules would take each other's filters away: put the globs of both into one.`;

/** Filters add up, and a policy of the account can't know what a rule subscribes. */
const twice = (to: RuleTarget): string[] =>
  to.accountFilterName === undefined
    ? []
    : [
        `${to.node.path} has the whole account subscribed (subscribeAccount), and log groups by rule, too: each of their lines would come twice. Take one of the two: a rule can include *.`,
      ];

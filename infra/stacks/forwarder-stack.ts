import { Annotations, CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { FilterPattern } from "aws-cdk-lib/aws-logs";
import { Topic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { ForwarderAlarms } from "../constructs/alarms.ts";
import { ForwarderDashboard } from "../constructs/dashboard.ts";
import { Forwarder } from "../constructs/forwarder.ts";
import { existingLogGroup } from "../parts/subscriptions/log-group-name.ts";
import type { StackSettings } from "../settings/load-settings.ts";
import { forwarderPropsOf, inMinutes } from "./forwarder-props-of.ts";

export interface ForwarderStackProps extends StackProps {
  readonly settings: StackSettings;
}

/** The forwarder with alarms, dashboard and the subscriptions that the settings name. */
export class ForwarderStack extends Stack {
  readonly forwarder: Forwarder;

  constructor(scope: Construct, id: string, { settings, ...props }: ForwarderStackProps) {
    super(scope, id, { description: "CloudWatch Logs to Datadog, every event accounted for", ...props });
    this.forwarder = new Forwarder(this, "Forwarder", forwarderPropsOf(this, settings));
    this.subscribe(settings);
    const alarms = this.watch(settings);
    new ForwarderDashboard(this, "Dashboard", { forwarder: this.forwarder, alarms });

    new CfnOutput(this, "FunctionName", { value: this.forwarder.function.functionName });
    new CfnOutput(this, "ReplayerName", { value: this.forwarder.replayer.functionName });
    new CfnOutput(this, "BucketName", { value: this.forwarder.bucket.bucketName });
    // What Forwarder.fromFunctionArn() takes in another app.
    new CfnOutput(this, "FunctionArn", { value: this.forwarder.functionArn });
    new CfnOutput(this, "FilterName", { value: this.forwarder.filterName });
  }

  private watch(settings: StackSettings): ForwarderAlarms {
    const { alarmTopicArn } = settings;
    return new ForwarderAlarms(this, "Alarms", {
      forwarder: this.forwarder,
      ...(alarmTopicArn && { actions: [new SnsAction(Topic.fromTopicArn(this, "AlarmTopic", alarmTopicArn))] }),
      runbookUrl: settings.runbookUrl,
      undeliveredFor: inMinutes(settings.undeliveredMinutes),
      oldestStored: inMinutes(settings.oldestStoredMinutes),
      lag: inMinutes(settings.lagMinutes),
      queueAge: inMinutes(settings.queueAgeMinutes),
      silenceAfter: inMinutes(settings.silenceMinutes),
      without: settings.withoutAlarms,
    });
  }

  private subscribe({ logGroups, wholeAccount, exceptLogGroups, filterPattern }: StackSettings): void {
    // An error of this stack alone: the others need no log groups, and to destroy this one takes none either.
    if (!logGroups && !wholeAccount) Annotations.of(this).addError(NOTHING_SUBSCRIBED);
    const options = filterPattern ? { filterPattern: FilterPattern.literal(filterPattern) } : {};
    for (const name of logGroups ?? []) {
      this.forwarder.subscribe(existingLogGroup(this, name), options);
    }
    if (wholeAccount) this.forwarder.subscribeAccount({ ...options, exceptLogGroups });
  }
}

const NOTHING_SUBSCRIBED =
  "Nothing says what to subscribe, and a deployment would remove every subscription of before. Set logGroups or wholeAccount, in sidecarless.json or with -c; or logGroups=none if it is meant, as for a forwarder whose deliveries come from a Kinesis stream.";

import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { Topic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { ForwarderAlarms } from "../constructs/alarms.ts";
import { ForwarderDashboard } from "../constructs/dashboard.ts";
import { Forwarder } from "../constructs/forwarder.ts";
import type { LogGroupSubscriber } from "../constructs/log-group-subscriber.ts";
import { tellForwarder } from "../parts/forwarder/outputs.ts";
import type { StackSettings } from "../settings/load-settings.ts";
import { forwarderPropsOf, inMinutes } from "./forwarder-props-of.ts";
import { subscribeLogGroups } from "./subscribe-log-groups.ts";

export interface ForwarderStackProps extends StackProps {
  readonly settings: StackSettings;
}

/** The forwarder with alarms, dashboard and the subscriptions that the settings name. */
export class ForwarderStack extends Stack {
  readonly forwarder: Forwarder;

  constructor(scope: Construct, id: string, { settings, ...props }: ForwarderStackProps) {
    super(scope, id, { description: "CloudWatch Logs to Datadog, every event accounted for", ...props });
    this.forwarder = new Forwarder(this, "Forwarder", forwarderPropsOf(this, settings));
    const subscriber = subscribeLogGroups(this, this.forwarder, settings);
    const alarms = this.watch(settings, subscriber);
    new ForwarderDashboard(this, "Dashboard", { forwarder: this.forwarder, alarms });

    tellForwarder(this, this.forwarder, subscriber);
    this.tellStream();
  }

  /** What Forwarder.fromStreamArn() and fromDestinationArn() take. */
  private tellStream(): void {
    const { stream } = this.forwarder;
    if (!stream) return;
    new CfnOutput(this, "StreamArn", { value: stream.stream.streamArn });
    new CfnOutput(this, "StreamWriterRoleArn", { value: stream.writer.roleArn });
    if (stream.destinationArn) new CfnOutput(this, "DestinationArn", { value: stream.destinationArn });
  }

  private watch(settings: StackSettings, subscriber: LogGroupSubscriber | undefined): ForwarderAlarms {
    const { alarmTopicArn } = settings;
    return new ForwarderAlarms(this, "Alarms", {
      forwarder: this.forwarder,
      subscriber,
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
}

import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { Topic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { SenderAlarms } from "../constructs/alarms.ts";
import { Forwarder, type ISender } from "../constructs/forwarder.ts";
import type { StackSettings } from "../settings/load-settings.ts";
import { subscribeLogGroups } from "./subscribe-log-groups.ts";

export interface SenderStackProps extends StackProps {
  readonly settings: StackSettings & { readonly destinationArn: string };
}

/** An account whose log groups go to the forwarder of another account of the organisation. */
export class SenderStack extends Stack {
  readonly sender: ISender;

  constructor(scope: Construct, id: string, { settings, ...props }: SenderStackProps) {
    super(scope, id, { description: "CloudWatch Logs to another account's forwarder", ...props });
    this.sender = Forwarder.fromDestinationArn(this, "Sender", settings.destinationArn);
    const subscriber = subscribeLogGroups(this, this.sender, settings);
    const { alarmTopicArn, runbookUrl, withoutAlarms: without } = settings;
    new SenderAlarms(this, "Alarms", {
      sender: this.sender,
      subscriber,
      ...(alarmTopicArn && { actions: [new SnsAction(Topic.fromTopicArn(this, "AlarmTopic", alarmTopicArn))] }),
      runbookUrl,
      without,
    });
    new CfnOutput(this, "FilterName", { value: this.sender.filterName });
  }
}

import { CfnOutput, Duration, Stack, type StackProps } from "aws-cdk-lib";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { FilterPattern, LogGroup } from "aws-cdk-lib/aws-logs";
import { Topic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { ForwarderAlarms } from "../constructs/alarms.ts";
import { ForwarderDashboard } from "../constructs/dashboard.ts";
import { Forwarder } from "../constructs/forwarder.ts";
import { existingApiKey } from "../parts/api-key-source.ts";
import type { Settings } from "../settings/settings.ts";

export interface ForwarderStackProps extends StackProps {
  readonly settings: Settings;
}

/** The forwarder with alarms, dashboard and the subscriptions that the settings name. */
export class ForwarderStack extends Stack {
  readonly forwarder: Forwarder;

  constructor(scope: Construct, id: string, { settings, ...props }: ForwarderStackProps) {
    super(scope, id, { description: "CloudWatch Logs to Datadog, every event accounted for", ...props });
    const { env, service, source, tags } = settings;
    this.forwarder = new Forwarder(this, "Forwarder", {
      apiKey: existingApiKey(this, "ApiKey", settings.apiKey),
      intake: {
        site: settings.site,
        host: settings.intakeHost,
        port: settings.intakePort,
        tls: settings.intakeTls,
      },
      entries: { env, service, source, tags },
      rules: settings.rules,
      metadata: { taskEvents: settings.taskEvents, logGroupTags: settings.logGroupTags },
      memoryMb: settings.memoryMb,
      reservedConcurrency: settings.reservedConcurrency,
      ...(settings.timeoutSeconds && { timeout: Duration.seconds(settings.timeoutSeconds) }),
      ...(settings.storedLogsExpireAfterDays && {
        storedLogsExpireAfter: Duration.days(settings.storedLogsExpireAfterDays),
      }),
      ...(settings.replayEveryMinutes && { replayEvery: Duration.minutes(settings.replayEveryMinutes) }),
    });
    this.subscribe(settings);
    const topic = settings.alarmTopicArn && Topic.fromTopicArn(this, "AlarmTopic", settings.alarmTopicArn);
    const alarms = new ForwarderAlarms(this, "Alarms", {
      forwarder: this.forwarder,
      ...(topic && { actions: [new SnsAction(topic)] }),
    });
    new ForwarderDashboard(this, "Dashboard", { forwarder: this.forwarder, alarms });

    new CfnOutput(this, "FunctionName", { value: this.forwarder.function.functionName });
    new CfnOutput(this, "ReplayerName", { value: this.forwarder.replayer.functionName });
    new CfnOutput(this, "BucketName", { value: this.forwarder.bucket.bucketName });
  }

  private subscribe({ logGroups, wholeAccount, filterPattern }: Settings): void {
    const options = filterPattern ? { filterPattern: FilterPattern.literal(filterPattern) } : {};
    for (const [i, name] of logGroups.entries()) {
      this.forwarder.subscribe(LogGroup.fromLogGroupName(this, `LogGroup${i}`, name), options);
    }
    if (wholeAccount) this.forwarder.subscribeAccount(options);
  }
}

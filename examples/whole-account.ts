/** Every log group of an account, those of tomorrow, too, but for a few; alarms go to whoever is on call. */
import { App, Duration, Stack } from "aws-cdk-lib";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Topic } from "aws-cdk-lib/aws-sns";
import { ForwarderAlarms } from "sidecarless/infra/alarms";
import { ForwarderDashboard } from "sidecarless/infra/dashboard";
import { Forwarder } from "sidecarless/infra/forwarder";
import { LogArchiveBucket } from "sidecarless/infra/log-archive";
import { LogGroupSubscriber } from "sidecarless/infra/log-group-subscriber";

const app = new App();
const stack = new Stack(app, "Logging", { env: { account: "111122223333", region: "eu-west-1" } });

const forwarder = new Forwarder(stack, "Forwarder", {
  apiKey: { secret: Secret.fromSecretNameV2(stack, "ApiKey", "datadog-api-key") },
  entries: { env: "prod", tags: ["team:platform"] },
  reservedConcurrency: 50,
  rules: {
    rules: [
      { logGroup: "/aws/lambda/*", exclude: "^(START|END) RequestId" },
      { logGroup: "/ecs/*", exclude: "GET /health", redact: [{ detector: "email" }] },
    ],
    default: { redact: [{ detector: "aws-secret-key" }, { detector: "private-key" }] },
  },
});

const subscriber = new LogGroupSubscriber(stack, "LogGroups", {
  to: forwarder,
  include: ["*"],
  // Each line of a delivery's own log would cause the next one; those of sidecarless are left out anyway.
  exclude: ["/aws/lambda/datadog-*", "/aws/codebuild/*", "RDSOSMetrics"],
  every: Duration.minutes(15),
});

const onCall = new Topic(stack, "OnCall");
const alarms = new ForwarderAlarms(stack, "Alarms", {
  forwarder,
  subscriber,
  actions: [new SnsAction(onCall)],
  silenceAfter: Duration.hours(1),
});
new ForwarderDashboard(stack, "Dashboard", { forwarder, alarms });

// Where Datadog keeps logs for good: npm run datadog -- apply makes the archive.
new LogArchiveBucket(stack, "Archive", { access: { externalId: "from-datadog" } });

app.synth();

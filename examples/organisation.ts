/** One account forwards for a whole organisation: a Kinesis stream takes what the others' log groups deliver. */
import { App, Stack } from "aws-cdk-lib";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { ForwarderAlarms, SenderAlarms } from "sidecarless/infra/alarms";
import { Forwarder } from "sidecarless/infra/forwarder";
import { LogGroupSubscriber } from "sidecarless/infra/log-group-subscriber";

const REGION = "eu-west-1";
const LOGGING_ACCOUNT = "111122223333";
const SENDING_ACCOUNTS = ["444455556666", "777788889999"];

const app = new App();

const central = new Stack(app, "Logging", { env: { account: LOGGING_ACCOUNT, region: REGION } });
const forwarder = new Forwarder(central, "Forwarder", {
  apiKey: { secret: Secret.fromSecretNameV2(central, "ApiKey", "datadog-api-key") },
  via: "kinesis",
  kinesis: { organizationId: "o-exampleorg" },
  reservedConcurrency: 100,
});
new ForwarderAlarms(central, "Alarms", { forwarder });

for (const account of SENDING_ACCOUNTS) {
  const stack = new Stack(app, `Sender-${account}`, { env: { account, region: REGION } });
  // Output DestinationArn of the stack above, which is deployed first.
  const destination = `arn:aws:logs:${REGION}:${LOGGING_ACCOUNT}:destination:sidecarless-Logging`;
  const sender = Forwarder.fromDestinationArn(stack, "Sender", destination);
  const subscriber = new LogGroupSubscriber(stack, "LogGroups", { to: sender, include: ["/ecs/*", "/aws/lambda/*"] });
  new SenderAlarms(stack, "Alarms", { sender, subscriber });
}

app.synth();

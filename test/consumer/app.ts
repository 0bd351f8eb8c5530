// Another team's CDK app, as its authors would write it: the package by its name, stacks that share things.
import { App, Stack } from "aws-cdk-lib";
import { Cluster, ContainerImage, FargateService, FargateTaskDefinition } from "aws-cdk-lib/aws-ecs";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { ForwarderAlarms } from "sidecarless/infra/alarms";
import { existingApiKey } from "sidecarless/infra/api-key-source";
import { ForwarderDashboard } from "sidecarless/infra/dashboard";
import { EcsLogging, type LogPath } from "sidecarless/infra/ecs-logging";
import { FirelensToDatadog } from "sidecarless/infra/firelens";
import { Forwarder } from "sidecarless/infra/forwarder";
import { LogArchiveBucket } from "sidecarless/infra/log-archive";
import { LogGroupSubscriber } from "sidecarless/infra/log-group-subscriber";

const env = { account: "111122223333", region: "eu-west-1" };

const serviceOn = (app: App, id: string, cluster: Cluster, to: LogPath) => {
  const stack = new Stack(app, id, { env });
  const taskDefinition = new FargateTaskDefinition(stack, "Task");
  const logging = new EcsLogging(stack, "Logging", { taskDefinition, to, service: id.toLowerCase(), env: "prod" });
  taskDefinition.addContainer("app", { image: ContainerImage.fromRegistry("busybox"), logging: logging.logDriver });
  new FargateService(stack, "Service", { cluster, taskDefinition });
  return stack;
};

const app = new App();

const platform = new Stack(app, "Platform", { env });
const cluster = new Cluster(platform, "Cluster");
const forwarder = new Forwarder(platform, "Forwarder", {
  apiKey: { secret: Secret.fromSecretNameV2(platform, "Key", "dd-key") },
  rules: { rules: [{ logGroup: "/ecs/*", redact: ["email"] }] },
});
forwarder.subscribe(LogGroup.fromLogGroupName(platform, "Legacy", "/legacy/app"));
const subscriber = new LogGroupSubscriber(platform, "Subscriber", { to: forwarder, include: ["/aws/lambda/*"] });
new LogArchiveBucket(platform, "Archive", { access: { externalId: "from-datadog" } });

// Forwarder in one stack; alarms, services on every path, and another team's log group in others.
const watching = new Stack(app, "Watching", { env });
const alarms = new ForwarderAlarms(watching, "Alarms", { forwarder, subscriber });
new ForwarderDashboard(watching, "Dashboard", { forwarder, alarms });
serviceOn(app, "Shop", cluster, { path: "lambda", forwarder });
serviceOn(app, "Basket", cluster, { path: "development" });
serviceOn(app, "Billing", cluster, {
  path: "firelens",
  apiKey: existingApiKey(platform, "SidecarKey", { secret: "dd-key" }),
});
const others = new Stack(app, "Others", { env });
forwarder.subscribe(new LogGroup(others, "LogGroup"));

// The sidecar alone.
const alone = new Stack(app, "Alone", { env });
const taskDefinition = new FargateTaskDefinition(alone, "Task");
const firelens = new FirelensToDatadog(alone, "Logs", {
  taskDefinition,
  apiKey: existingApiKey(alone, "Key", { parameter: "/dd-key" }),
  service: "alone",
});
taskDefinition.addContainer("app", { image: ContainerImage.fromRegistry("busybox"), logging: firelens.logDriver });

app.synth();

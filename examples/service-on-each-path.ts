/** Services on ECS, each with the path that fits it. All have the same tags in Datadog. */
import { App, Stack } from "aws-cdk-lib";
import { Cluster, ContainerImage, FargateService, FargateTaskDefinition } from "aws-cdk-lib/aws-ecs";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import { ForwarderAlarms } from "sidecarless/infra/alarms";
import { EcsLogging, type LogPath } from "sidecarless/infra/ecs-logging";
import { Forwarder } from "sidecarless/infra/forwarder";

class ServiceStack extends Stack {
  constructor(scope: Construct, id: string, cluster: Cluster, to: LogPath, environment: string) {
    super(scope, id, { env });
    const service = id.toLowerCase();
    const taskDefinition = new FargateTaskDefinition(this, "Task", { memoryLimitMiB: 1_024, cpu: 256 });
    const logging = new EcsLogging(this, "Logging", {
      taskDefinition,
      to,
      service,
      env: environment,
      version: "1.4.2",
    });
    taskDefinition.addContainer("app", {
      image: ContainerImage.fromRegistry("public.ecr.aws/docker/library/httpd:2.4"),
      logging: logging.logDriver,
    });
    new FargateService(this, "Service", { cluster, taskDefinition });
  }
}

const env = { account: "111122223333", region: "eu-west-1" };
const app = new App();

const platform = new Stack(app, "Platform", { env });
const cluster = new Cluster(platform, "Cluster");
const secret = Secret.fromSecretCompleteArn(
  platform,
  "ApiKey",
  "arn:aws:secretsmanager:eu-west-1:111122223333:secret:datadog-api-key-AbCdEf",
);
const forwarder = new Forwarder(platform, "Forwarder", {
  apiKey: { secret },
  intake: { site: "datadoghq.eu" },
  metadata: { ecs: true, taskEvents: true },
  reservedConcurrency: 20,
});
new ForwarderAlarms(platform, "Alarms", { forwarder });

// It can't carry a sidecar, or need not: nothing in the task, some seconds later.
new ServiceStack(app, "Billing", cluster, { path: "lambda", forwarder }, "prod");
// Seconds matter, and the task has room for the sidecar.
new ServiceStack(
  app,
  "Checkout",
  cluster,
  { path: "firelens", apiKey: { secret }, intake: { site: "datadoghq.eu" }, profile: "hardened" },
  "prod",
);
// Developers read CloudWatch; nothing is sent.
new ServiceStack(app, "Preview", cluster, { path: "development" }, "dev");

app.synth();

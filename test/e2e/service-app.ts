// A service's own CDK app, in which its logs take one path now and another later. It knows the forwarder by its ARN.
import { App, Fn, Stack } from "aws-cdk-lib";
import { SubnetType, Vpc } from "aws-cdk-lib/aws-ec2";
import { Cluster, ContainerImage, FargateService, FargateTaskDefinition } from "aws-cdk-lib/aws-ecs";
import { EcsLogging, type LogPath } from "../../infra/constructs/ecs-logging.ts";
import { Forwarder } from "../../infra/constructs/forwarder.ts";
import { existingApiKey } from "../../infra/parts/api-key-source.ts";

class ServiceStack extends Stack {
  /** Without it CDK looks up the account's zones during synth. */
  override get availabilityZones(): string[] {
    return [Fn.select(0, Fn.getAzs()), Fn.select(1, Fn.getAzs())];
  }
}

const app = new App();
const context = (name: string) => String(app.node.getContext(name));
const stack = new ServiceStack(app, "shop");
const paths: Readonly<Record<string, () => LogPath>> = {
  development: () => ({ path: "development" }),
  lambda: () => ({
    path: "lambda",
    forwarder: Forwarder.fromFunctionArn(stack, "Forwarder", context("functionArn"), {
      filterName: context("filterName"),
    }),
  }),
  firelens: () => ({ path: "firelens", apiKey: existingApiKey(stack, "ApiKey", { secret: context("apiKeySecret") }) }),
};
const to = paths[context("path")]?.();
if (!to) throw new Error(`path is ${context("path")}`);

const taskDefinition = new FargateTaskDefinition(stack, "Task");
const logging = new EcsLogging(stack, "Logging", { taskDefinition, to, service: "shop", env: "prod" });
taskDefinition.addContainer("app", { image: ContainerImage.fromRegistry("busybox"), logging: logging.logDriver });
const vpc = new Vpc(stack, "Vpc", {
  maxAzs: 2,
  natGateways: 0,
  restrictDefaultSecurityGroup: false,
  subnetConfiguration: [{ name: "public", subnetType: SubnetType.PUBLIC, cidrMask: 26 }],
});
const cluster = new Cluster(stack, "Cluster", { vpc });
new FargateService(stack, "Service", { cluster, taskDefinition, desiredCount: 0, assignPublicIp: true });
app.synth();

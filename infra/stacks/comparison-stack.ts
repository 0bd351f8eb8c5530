import { CfnOutput, Fn, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import {
  Cluster,
  ContainerImage,
  ContainerInsights,
  CpuArchitecture,
  FargateService,
  FargateTaskDefinition,
} from "aws-cdk-lib/aws-ecs";
import type { Construct } from "constructs";
import { EcsLogging, type LogPath } from "../constructs/ecs-logging.ts";
import { Forwarder } from "../constructs/forwarder.ts";
import { acknowledge } from "../parts/acknowledge.ts";
import { type ExistingApiKey, existingApiKey } from "../parts/api-key-source.ts";
import { LOAD_ENV, LOAD_SCRIPT, NODE_IMAGE } from "../parts/comparison-load.ts";
import { type ComparisonNetwork, comparisonNetwork } from "../parts/comparison-network.ts";
import { ComparisonRecorder } from "../parts/comparison-recorder.ts";
import type { FirelensProfile } from "../parts/fluent-bit.ts";
import type { NetworkProps } from "../parts/network.ts";

export interface ComparisonStackProps extends StackProps {
  /** Of Datadog: name or ARN of an existing secret or SecureString parameter. The recorder has a key of its own. */
  readonly apiKey: ExistingApiKey;
  /** @default "asDocumented": what people copy */
  readonly profile?: FirelensProfile;
  /**
   * Where both paths send: the recorder, which tells when each line arrived; or Datadog's intake, to see what it shows
   * in the end, for it tells no time of arrival.
   * @default "recorder"
   */
  readonly intake?: "recorder" | "datadog";
  /** Of Datadog, such as `datadoghq.eu`. @default datadoghq.com */
  readonly site?: string;
  /** Of each service. A run may ask for others, as for all of the load. @default 100 */
  readonly linesPerSecond?: number;
  /** On average. @default 200 */
  readonly lineBytes?: number;
  /** How long each task writes. @default 600 */
  readonly seconds?: number;
}

/**
 * Both paths under the same load: two Fargate services that differ only in where their logs go, and one recorder in the
 * place of Datadog's intake. The services have no tasks until a run asks for them.
 */
export class ComparisonStack extends Stack {
  constructor(scope: Construct, id: string, props: ComparisonStackProps) {
    super(scope, id, { description: "Lambda and FireLens paths to Datadog under one load", ...props });
    const network = comparisonNetwork(this);
    // Enhanced, since it alone tells the sidecar's share of CPU and memory.
    const cluster = new Cluster(this, "Cluster", {
      vpc: network.vpc,
      containerInsightsV2: ContainerInsights.ENHANCED,
    });
    const recorder =
      props.intake === "datadog" ? undefined : new ComparisonRecorder(this, "Recorder", { cluster, network });
    const apiKey = recorder ? { secret: recorder.apiKey } : existingApiKey(this, "ApiKey", props.apiKey);
    const intake = recorder?.intake ?? { site: props.site };
    const profile = props.profile ?? "asDocumented";
    const forwarder = new Forwarder(this, "Forwarder", {
      apiKey,
      intake,
      // A run measures it unlimited, and reads what an invocation took from Lambda's own lines.
      reservedConcurrency: "unreserved",
      functions: { reportLines: true },
      network: recorder && besideRecorder(network, recorder),
    });

    const paths: Record<string, LogPath> = {
      Lambda: { path: "lambda", forwarder },
      Firelens: { path: "firelens", apiKey, profile, intake },
    };
    for (const [name, to] of Object.entries(paths)) {
      const service = new FargateService(this, `${name}Service`, {
        cluster,
        taskDefinition: this.generator(name, to, props),
        desiredCount: 0,
        assignPublicIp: true,
        vpcSubnets: network.publicSubnets,
        securityGroups: [network.tasks],
        minHealthyPercent: 100,
        circuitBreaker: { rollback: true },
      });
      new CfnOutput(this, `${name}ServiceName`, { value: service.serviceName });
    }
    const outputs = {
      ClusterName: cluster.clusterName,
      ForwarderLogGroup: forwarder.function.logGroup.logGroupName,
      ForwarderName: forwarder.function.functionName,
      FirelensProfile: profile,
      Intake: recorder ? "recorder" : "datadog",
      ...(recorder && {
        RecorderLogGroup: recorder.logGroup.logGroupName,
        RecorderServiceName: recorder.service.serviceName,
      }),
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }

  /** Without it CDK looks up the account's zones during synth. */
  override get availabilityZones(): string[] {
    return [Fn.select(0, Fn.getAzs()), Fn.select(1, Fn.getAzs())];
  }

  private generator(name: string, to: LogPath, props: ComparisonStackProps): FargateTaskDefinition {
    const service = `sidecarless-comparison-${name.toLowerCase()}`;
    const taskDefinition = new FargateTaskDefinition(this, `${name}Task`, {
      family: service,
      cpu: 256,
      memoryLimitMiB: 512,
      runtimePlatform: { cpuArchitecture: CpuArchitecture.ARM64 },
    });
    const logging = new EcsLogging(this, `${name}Logging`, {
      taskDefinition,
      to,
      service,
      env: "comparison",
      // Runs keep their own records, and two of these stacks don't meet.
      logGroupName: `/ecs/${this.stackName}/${service}`,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    taskDefinition.addContainer("app", {
      image: ContainerImage.fromRegistry(NODE_IMAGE),
      command: ["node", "-e", LOAD_SCRIPT],
      environment: {
        [LOAD_ENV.linesPerSecond]: String(props.linesPerSecond ?? 100),
        [LOAD_ENV.lineBytes]: String(props.lineBytes ?? 200),
        [LOAD_ENV.seconds]: String(props.seconds ?? 600),
        [LOAD_ENV.seed]: "1",
        [LOAD_ENV.run]: service,
      },
      logging: logging.logDriver,
    });
    acknowledge(taskDefinition, {
      id: "AwsSolutions::AwsSolutions-ECS2",
      reason: "Rate, size and length of the load: nothing that must be kept secret.",
    });
    return taskDefinition;
  }
}

/**
 * In the private subnets, with what it needs of AWS: the recorder has no public address, so the functions must be where it
 * is. Lambda makes the network interface with the function, not when one starts.
 * https://aws.amazon.com/blogs/compute/announcing-improved-vpc-networking-for-aws-lambda-functions/ (2019-09)
 */
const besideRecorder = ({ vpc, privateSubnets }: ComparisonNetwork, recorder: ComparisonRecorder): NetworkProps => ({
  vpc,
  vpcSubnets: privateSubnets,
  securityGroups: [recorder.functions],
  endpoints: { create: ["apiKey", "ecs", "store"], securityGroups: [recorder.endpoints] },
});

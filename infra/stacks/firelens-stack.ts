import { Fn, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import { SubnetType } from "aws-cdk-lib/aws-ec2";
import {
  Cluster,
  ContainerImage,
  ContainerInsights,
  CpuArchitecture,
  FargateService,
  FargateTaskDefinition,
} from "aws-cdk-lib/aws-ecs";
import type { Construct } from "constructs";
import { EcsLogging } from "../constructs/ecs-logging.ts";
import { type ExistingApiKey, existingApiKey } from "../parts/api-key-source.ts";
import type { FirelensProfile } from "../parts/fluent-bit.ts";
import { publicNetwork } from "../parts/public-network.ts";

export interface FirelensStackProps extends StackProps {
  /** Name or ARN of an existing secret or SecureString parameter. */
  readonly apiKey: ExistingApiKey;
  /** @default "datadoghq.com" */
  readonly site?: string;
  /** @default "sidecarless-sample" */
  readonly service?: string;
  /** @default "development" */
  readonly environment?: string;
  readonly version?: string;
  /** `key:value` */
  readonly logTags?: readonly string[];
  /** @default "hardened" */
  readonly profile?: FirelensProfile;
  /** @default two lines of log a second */
  readonly image?: ContainerImage;
  /** @default 1 */
  readonly desiredCount?: number;
}

const SAMPLE_IMAGE = "public.ecr.aws/docker/library/busybox:1.37";
const SAMPLE_COMMAND = [
  "/bin/sh",
  "-c",
  // Without the trap the shell, as process 1, would ignore SIGTERM.
  `trap 'exit 0' TERM; while :; do echo '{"level":"info","msg":"order placed"}'; echo 'plain line' >&2; sleep 1; done`,
];

/** A sample service whose logs go to Datadog through a sidecar. */
export class FirelensStack extends Stack {
  readonly service: FargateService;
  readonly logging: EcsLogging;

  constructor(scope: Construct, id: string, props: FirelensStackProps) {
    super(scope, id, { description: "ECS to Datadog through a Fluent Bit sidecar", ...props });
    const { service = "sidecarless-sample", environment: env = "development", version, logTags: tags } = props;
    const taskDefinition = new FargateTaskDefinition(this, "Task", {
      family: service,
      cpu: 256,
      memoryLimitMiB: 512,
      // A fifth cheaper than x86_64; both images have it.
      runtimePlatform: { cpuArchitecture: CpuArchitecture.ARM64 },
    });
    const { site, profile } = props;
    const apiKey = existingApiKey(this, "ApiKey", props.apiKey);
    const to = { path: "firelens", apiKey, profile, intake: { site } } as const;
    this.logging = new EcsLogging(this, "Logging", {
      taskDefinition,
      to,
      service,
      env,
      version,
      tags,
      // Of a sample nothing stays, and two of them don't meet.
      logGroupName: `/ecs/${this.stackName}/${service}`,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    taskDefinition.addContainer("app", {
      image: props.image ?? ContainerImage.fromRegistry(SAMPLE_IMAGE),
      ...(!props.image && { command: SAMPLE_COMMAND }),
      logging: this.logging.logDriver,
    });
    this.service = this.serviceOf(taskDefinition, props.desiredCount ?? 1);
  }

  /** Without it CDK looks up the account's zones during synth. */
  override get availabilityZones(): string[] {
    return [Fn.select(0, Fn.getAzs()), Fn.select(1, Fn.getAzs())];
  }

  private serviceOf(taskDefinition: FargateTaskDefinition, desiredCount: number): FargateService {
    const { vpc, securityGroup } = publicNetwork(this);
    return new FargateService(this, "Service", {
      // Enhanced, since it alone tells what the sidecar takes of CPU and memory.
      cluster: new Cluster(this, "Cluster", { vpc, containerInsightsV2: ContainerInsights.ENHANCED }),
      taskDefinition,
      desiredCount,
      assignPublicIp: true,
      vpcSubnets: { subnetType: SubnetType.PUBLIC },
      securityGroups: [securityGroup],
      minHealthyPercent: 100,
      // A router that can't start, such as for a missing key, fails the deployment instead of trying for hours.
      circuitBreaker: { rollback: true },
    });
  }
}

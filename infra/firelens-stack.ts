import { Fn, Stack, type StackProps, Validations } from "aws-cdk-lib";
import { type IVpc, Peer, Port, SecurityGroup, SubnetType, Vpc } from "aws-cdk-lib/aws-ec2";
import {
  Cluster,
  ContainerImage,
  ContainerInsights,
  CpuArchitecture,
  FargateService,
  FargateTaskDefinition,
} from "aws-cdk-lib/aws-ecs";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { StringParameter } from "aws-cdk-lib/aws-ssm";
import type { Construct } from "constructs";
import type { ApiKeySource } from "./api-key-source.ts";
import { EcsLogging } from "./ecs-logging.ts";
import type { FirelensProfile } from "./fluent-bit.ts";

export interface FirelensStackProps extends StackProps {
  /** Name or ARN of an existing secret, or name of a SecureString parameter. */
  readonly apiKey: { readonly secret: string } | { readonly parameter: string };
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
    const apiKey = this.apiKey(props.apiKey);
    const to = { path: "firelens", apiKey, profile, intake: { site } } as const;
    this.logging = new EcsLogging(this, "Logging", { taskDefinition, to, service, env, version, tags });
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
    const vpc = this.publicNetwork();
    return new FargateService(this, "Service", {
      // Enhanced, since it alone tells what the sidecar takes of CPU and memory.
      cluster: new Cluster(this, "Cluster", { vpc, containerInsightsV2: ContainerInsights.ENHANCED }),
      taskDefinition,
      desiredCount,
      assignPublicIp: true,
      vpcSubnets: { subnetType: SubnetType.PUBLIC },
      securityGroups: [this.onlyHttpsOut(vpc)],
      minHealthyPercent: 100,
      // A router that can't start, such as for a missing key, fails the deployment instead of trying for hours.
      circuitBreaker: { rollback: true },
    });
  }

  /** No NAT: it would cost more than the task, which takes no requests and can have a public address. */
  private publicNetwork(): Vpc {
    const vpc = new Vpc(this, "Vpc", {
      maxAzs: 2,
      natGateways: 0,
      // Nothing uses the default group, and to empty it CDK would deploy a Lambda.
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [{ name: "public", subnetType: SubnetType.PUBLIC, cidrMask: 26 }],
    });
    Validations.of(vpc).acknowledge({
      id: "AwsSolutions::AwsSolutions-VPC7",
      reason:
        "A sample: one task that takes no connections and makes HTTPS ones only. Flow logs would cost more than it.",
    });
    return vpc;
  }

  /** Nothing comes in, so nobody reaches FireLens at port 24224. Images, the key and the intake are all HTTPS. */
  private onlyHttpsOut(vpc: IVpc): SecurityGroup {
    const group = new SecurityGroup(this, "Tasks", { vpc, allowAllOutbound: false, description: "HTTPS out only" });
    group.addEgressRule(Peer.anyIpv4(), Port.tcp(443), "Images, secrets, CloudWatch Logs, Datadog");
    return group;
  }

  private apiKey(apiKey: FirelensStackProps["apiKey"]): ApiKeySource {
    if ("parameter" in apiKey) {
      const attributes = { parameterName: apiKey.parameter };
      return { parameter: StringParameter.fromSecureStringParameterAttributes(this, "ApiKey", attributes) };
    }
    const { secret } = apiKey;
    if (secret.startsWith("arn:")) return { secret: Secret.fromSecretCompleteArn(this, "ApiKey", secret) };
    return { secret: Secret.fromSecretNameV2(this, "ApiKey", secret) };
  }
}

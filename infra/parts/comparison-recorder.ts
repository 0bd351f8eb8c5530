import { Duration, RemovalPolicy, Size } from "aws-cdk-lib";
import { Port, SecurityGroup } from "aws-cdk-lib/aws-ec2";
import {
  AwsLogDriverMode,
  type Cluster,
  ContainerImage,
  CpuArchitecture,
  Secret as EcsSecret,
  FargateService,
  FargateTaskDefinition,
  LogDriver,
} from "aws-cdk-lib/aws-ecs";
import { NetworkLoadBalancer, Protocol } from "aws-cdk-lib/aws-elasticloadbalancingv2";
import { type ILogGroup, LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";
import { builtScript } from "./built-code.ts";
import { NODE_IMAGE } from "./comparison-load.ts";
import { type ComparisonNetwork, httpsOut } from "./comparison-network.ts";
import { claimLogGroupName } from "./subscriptions/own-log-groups.ts";

export interface ComparisonRecorderProps {
  readonly cluster: Cluster;
  readonly network: ComparisonNetwork;
}

const PORT = 8_080;

/**
 * What stands in the place of Datadog's intake: `npm run recorder` as one task behind a network load balancer, which takes
 * bodies of any size as they are. A function URL hands JSON on as text and takes 6 MB, an ALB hands 1 MB to a function.
 * It has no public address, and no other door than for the senders' security groups.
 */
export class ComparisonRecorder extends Construct {
  /** As senders are told; without TLS. */
  readonly intake: { readonly host: string; readonly port: number; readonly tls: false };
  /** Random, of this stack, and gone with it. The recorder takes no other. */
  readonly apiKey: Secret;
  /** A line for each request that was taken. */
  readonly logGroup: ILogGroup;
  readonly service: FargateService;
  /** Of the forwarder's functions, which are in the private subnets to reach it. */
  readonly functions: SecurityGroup;
  /** Of the endpoints that the functions need. Their private names hold for the tasks, too, so these are let in as well. */
  readonly endpoints: SecurityGroup;

  constructor(scope: Construct, id: string, { cluster, network }: ComparisonRecorderProps) {
    super(scope, id);
    const { vpc, publicSubnets, privateSubnets, tasks } = network;
    this.apiKey = this.randomKey();
    this.logGroup = new LogGroup(this, "Logs", {
      logGroupName: claimLogGroupName(scope, "recorder"),
      // A run reads them at once, and keeps what it read.
      retention: RetentionDays.THREE_DAYS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.functions = httpsOut(this, "Functions", vpc, "The forwarder and its replayer");
    const own = httpsOut(this, "Task", vpc, "The recorder");
    this.endpoints = new SecurityGroup(this, "Endpoints", { vpc, allowAllOutbound: false, description: "Endpoints" });
    for (const client of [this.functions, tasks, own]) this.endpoints.addIngressRule(client, Port.tcp(443));
    const door = new SecurityGroup(this, "Door", { vpc, allowAllOutbound: false, description: "Both paths" });
    for (const sender of [this.functions, tasks]) {
      sender.addEgressRule(door, Port.tcp(PORT));
      door.addIngressRule(sender, Port.tcp(PORT));
    }
    door.addEgressRule(own, Port.tcp(PORT));
    own.addIngressRule(door, Port.tcp(PORT));

    const balancer = new NetworkLoadBalancer(this, "Balancer", {
      vpc,
      vpcSubnets: privateSubnets,
      internetFacing: false,
      securityGroups: [door],
    });
    acknowledge(balancer, {
      id: "AwsSolutions::AwsSolutions-ELB2",
      reason: "Access logs are for listeners with TLS only, and the recorder logs each request.",
    });
    this.intake = { host: balancer.loadBalancerDnsName, port: PORT, tls: false };
    this.service = new FargateService(this, "Service", {
      cluster,
      taskDefinition: this.task(),
      desiredCount: 1,
      // Never two at once: a run's records are one recorder's.
      minHealthyPercent: 0,
      maxHealthyPercent: 100,
      assignPublicIp: true,
      vpcSubnets: publicSubnets,
      securityGroups: [own],
      circuitBreaker: { rollback: true },
    });
    balancer.addListener("Listener", { port: PORT }).addTargets("Target", {
      port: PORT,
      targets: [this.service],
      // A connection, no request: nothing that would be counted.
      healthCheck: { protocol: Protocol.TCP, interval: Duration.seconds(10), healthyThresholdCount: 2 },
      deregistrationDelay: Duration.seconds(0),
    });
  }

  private randomKey(): Secret {
    const key = new Secret(this, "Key", {
      description: "What the recorder and those who send to it share",
      generateSecretString: { excludePunctuation: true, passwordLength: 32 },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    acknowledge(key, {
      id: "AwsSolutions::AwsSolutions-SMG4",
      reason: "It opens this stack's recorder to its own senders, and goes with the stack: there is nothing to rotate.",
    });
    return key;
  }

  /** The program is in the command, as the load's is: no image has to be built. */
  private task(): FargateTaskDefinition {
    const taskDefinition = new FargateTaskDefinition(this, "TaskDefinition", {
      // Enough to be no part of what is measured: a core for some thousand lines a second, memory for the largest bodies.
      cpu: 1_024,
      memoryLimitMiB: 2_048,
      runtimePlatform: { cpuArchitecture: CpuArchitecture.ARM64 },
    });
    taskDefinition.addContainer("recorder", {
      image: ContainerImage.fromRegistry(NODE_IMAGE),
      command: ["node", "--input-type=module", "-e", builtScript("recorder"), "--", ...recorderArguments()],
      secrets: { DD_API_KEY: EcsSecret.fromSecretsManager(this.apiKey) },
      portMappings: [{ containerPort: PORT }],
      user: "node",
      readonlyRootFilesystem: true,
      logging: LogDriver.awsLogs({
        logGroup: this.logGroup,
        streamPrefix: "recorder",
        // It must not wait for its log while requests arrive. Records that get lost leave a gap in their numbers.
        mode: AwsLogDriverMode.NON_BLOCKING,
        maxBufferSize: Size.mebibytes(25),
      }),
    });
    return taskDefinition;
  }
}

/** FireLens keeps no limit of entries; what Datadog does with more than 1,000 is not documented: hence lenient. */
const recorderArguments = () => ["--host", "0.0.0.0", "--port", String(PORT), "--lenient", "--arrivals"];

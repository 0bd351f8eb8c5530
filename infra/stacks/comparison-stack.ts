import { CfnOutput, Duration, Fn, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import { SubnetType } from "aws-cdk-lib/aws-ec2";
import {
  Cluster,
  ContainerImage,
  ContainerInsights,
  CpuArchitecture,
  FargateService,
  FargateTaskDefinition,
} from "aws-cdk-lib/aws-ecs";
import { FunctionUrlAuthType, type Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { EcsLogging, type LogPath } from "../constructs/ecs-logging.ts";
import { Forwarder } from "../constructs/forwarder.ts";
import { acknowledge } from "../parts/acknowledge.ts";
import {
  type ApiKeySource,
  apiKeyEnvironment,
  apiKeyRights,
  type ExistingApiKey,
  existingApiKey,
} from "../parts/api-key-source.ts";
import { LOAD_ENV, LOAD_SCRIPT } from "../parts/comparison-load.ts";
import type { FirelensProfile } from "../parts/fluent-bit.ts";
import { ownFunction } from "../parts/own-function.ts";
import { publicNetwork } from "../parts/public-network.ts";
import { runRights } from "../parts/run-rights.ts";

export interface ComparisonStackProps extends StackProps {
  /** Name or ARN of an existing secret or SecureString parameter. The recorder takes only this key. */
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

const IMAGE = "public.ecr.aws/docker/library/node:24-slim";

/**
 * Both paths under the same load: two Fargate services that differ only in where their logs go, and one recorder in the
 * place of Datadog's intake. The services have no tasks until a run asks for them, so that it costs next to nothing
 * in between.
 */
export class ComparisonStack extends Stack {
  readonly recorder: LambdaFunction;

  constructor(scope: Construct, id: string, props: ComparisonStackProps) {
    super(scope, id, { description: "Lambda and FireLens paths to Datadog under one load", ...props });
    const apiKey = existingApiKey(this, "ApiKey", props.apiKey);
    this.recorder = this.recorderFor(apiKey);
    const host = this.recorderHost();
    const toDatadog = props.intake === "datadog";
    const intake = toDatadog ? { site: props.site } : { host };
    const profile = props.profile ?? "asDocumented";
    const forwarder = new Forwarder(this, "Forwarder", {
      apiKey,
      intake,
      // A run measures it unlimited, and reads what an invocation took from Lambda's own lines.
      reservedConcurrency: "unreserved",
      functions: { reportLines: true },
    });

    const { vpc, securityGroup } = publicNetwork(this);
    // Enhanced, since it alone tells the sidecar's share of CPU and memory.
    const cluster = new Cluster(this, "Cluster", { vpc, containerInsightsV2: ContainerInsights.ENHANCED });
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
        vpcSubnets: { subnetType: SubnetType.PUBLIC },
        securityGroups: [securityGroup],
        minHealthyPercent: 100,
        circuitBreaker: { rollback: true },
      });
      new CfnOutput(this, `${name}ServiceName`, { value: service.serviceName });
    }
    const outputs = {
      ClusterName: cluster.clusterName,
      RecorderHost: host,
      RecorderLogGroup: this.recorder.logGroup.logGroupName,
      ForwarderLogGroup: forwarder.function.logGroup.logGroupName,
      ForwarderName: forwarder.function.functionName,
      FirelensProfile: profile,
      Intake: toDatadog ? "datadog" : "recorder",
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
      image: ContainerImage.fromRegistry(IMAGE),
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

  private recorderFor(apiKey: ApiKeySource): LambdaFunction {
    return ownFunction(this, "Recorder", {
      bundle: "recorder",
      description: "Stands in for Datadog's intake and records when entries arrive",
      // FireLens keeps no limit of entries; what Datadog does with more than 1,000 is not documented.
      environment: { ...apiKeyEnvironment(this, apiKey), SIDECARLESS_RECORDER_LENIENT: "true" },
      memoryMb: 1_024,
      timeout: Duration.seconds(30),
      logRetention: RetentionDays.TWO_WEEKS,
      reportLines: true,
      rights: (logGroupArn) => [...runRights(this, logGroupArn, { inVpc: false }), ...apiKeyRights(this, apiKey)],
    });
  }

  /** Anybody may call the URL, as with Datadog's intake; the recorder takes nothing without the API key. */
  private recorderHost(): string {
    const { url } = this.recorder.addFunctionUrl({ authType: FunctionUrlAuthType.NONE });
    return Fn.select(2, Fn.split("/", url));
  }
}

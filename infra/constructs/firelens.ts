import { Stack } from "aws-cdk-lib";
import {
  ContainerDefinition,
  ContainerDependencyCondition,
  type ContainerImage,
  type FirelensLogRouter,
  type LogDriver,
  type TaskDefinition,
} from "aws-cdk-lib/aws-ecs";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { IStringParameter } from "aws-cdk-lib/aws-ssm";
import { Construct } from "constructs";
import type { ApiKeySource } from "../parts/api-key-source.ts";
import { addLogRouter } from "../parts/firelens-router.ts";
import { type FirelensProfile, outputOptions } from "../parts/fluent-bit.ts";

export interface FirelensToDatadogProps {
  /** Fargate or EC2, Linux. */
  readonly taskDefinition: TaskDefinition;
  /** Read by ECS when a task starts: a rotated key needs new tasks. */
  readonly apiKey: ApiKeySource;
  /** Field of a secret that is JSON. @default the secret is the key itself */
  readonly apiKeyField?: string;
  readonly service: string;
  /** @default "ecs": Datadog's ECS Explorer links logs of that source to their tasks */
  readonly source?: string;
  /** `key:value` */
  readonly tags?: readonly string[];
  /** @default "hardened" */
  readonly profile?: FirelensProfile;
  /** @default the intake of datadoghq.com */
  readonly intake?: {
    /** Such as `datadoghq.eu`. */
    readonly site?: string;
    /** Instead of the site's intake: a proxy, or a stand-in. */
    readonly host?: string;
    readonly port?: number;
    /** @default true */
    readonly tls?: boolean;
  };
  /** More options of Fluent Bit's datadog output; they replace those of the profile. Never the API key. */
  readonly options?: Readonly<Record<string, string>>;
  /** Containers, by name, that may log elsewhere. @default none */
  readonly exceptContainers?: readonly string[];
  /** @default "logrouter" */
  readonly routerName?: string;
  /** An aws-for-fluent-bit. @default `stable` asDocumented, a pinned 3.x hardened */
  readonly routerImage?: ContainerImage;
  /** Undelivered logs in the router's memory, MiB; it reserves twice that. Only hardened. @default 64 */
  readonly memBufLimitMib?: number;
  /** Undelivered logs of one container on the task's disk, MiB; 0 for none. Only hardened. @default 1024 */
  readonly diskBufferMib?: number;
}

/**
 * Sends a task's logs to Datadog through a Fluent Bit sidecar. Every container takes `logDriver`, since FireLens reads
 * its options on the application container, once for each; synth fails if one does not. Its own secrets go in
 * `secrets`: what is in `secretOptions` reaches only the log driver.
 *
 *     const firelens = new FirelensToDatadog(this, "Logs", { taskDefinition, apiKey: { secret }, service: "shop" });
 *     taskDefinition.addContainer("app", { image, logging: firelens.logDriver });
 *
 * Keep port 24224 closed in the task's security group: whoever reaches it can write logs.
 */
export class FirelensToDatadog extends Construct {
  readonly router: FirelensLogRouter;
  /** For each container, however many. */
  readonly logDriver: LogDriver;
  private readonly props: FirelensToDatadogProps;
  private readonly routed = new Set<ContainerDefinition>();

  /** @throws if `options` holds a key, or `apiKeyField` is given for a parameter. */
  constructor(scope: Construct, id: string, props: FirelensToDatadogProps) {
    super(scope, id);
    this.props = props;
    const { profile = "hardened", routerName = "logrouter", memBufLimitMib = 64, diskBufferMib = 1024 } = props;
    this.router = addLogRouter(this, { ...props, profile, routerName, memBufLimitMib, diskBufferMib });
    const options = this.options(profile, diskBufferMib);
    const secretOptions = [{ name: "apikey", valueFrom: this.readableApiKey() }];
    this.logDriver = {
      bind: (_, container) => {
        this.routed.add(container);
        // asDocumented, ECS itself starts the router first. HEALTHY also means that it stops after the others.
        if (profile === "hardened") {
          container.addContainerDependencies({
            container: this.router,
            condition: ContainerDependencyCondition.HEALTHY,
          });
        }
        return { logDriver: "awsfirelens", options, secretOptions };
      },
    };
    this.node.addValidation({ validate: () => this.unrouted() });
  }

  private options(profile: FirelensProfile, diskBufferMib: number): Record<string, string> {
    const { service, source = "ecs", tags = [], intake = {}, options = {} } = this.props;
    if (Object.keys(options).some((name) => /^api_?key$/i.test(name))) {
      throw new Error(
        `${this.node.path}: the API key must not be among the options, where all who may read the task definition see it. Give it as apiKey.`,
      );
    }
    const { site = "datadoghq.com", host = `http-intake.logs.${site}`, port, tls = true } = intake;
    return { ...outputOptions({ profile, host, port, tls, service, source, tags, diskBufferMib }), ...options };
  }

  /**
   * Where ECS finds the key, after granting the execution role to read that and nothing else.
   * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-logconfig.html (2026-11)
   */
  private readableApiKey(): string {
    const { apiKey, apiKeyField, taskDefinition } = this.props;
    const allow = (action: string, resource: string) =>
      taskDefinition.addToExecutionRolePolicy(new PolicyStatement({ actions: [action], resources: [resource] }));
    if ("parameter" in apiKey) {
      if (apiKeyField) throw new Error(`${this.node.path}: apiKeyField is for secrets; a parameter has no fields.`);
      allow("ssm:GetParameters", apiKey.parameter.parameterArn);
      const { encryptionKey } = apiKey.parameter as IStringParameter & { readonly encryptionKey?: IKey };
      encryptionKey?.grantDecrypt(taskDefinition.obtainExecutionRole());
      return apiKey.parameter.parameterArn;
    }
    const { secret } = apiKey;
    // Of a secret known by name alone the ARN lacks the six characters that Secrets Manager adds.
    allow("secretsmanager:GetSecretValue", secret.secretFullArn ?? `${secret.secretArn}-??????`);
    secret.encryptionKey?.grantDecrypt(taskDefinition.obtainExecutionRole());
    return apiKeyField ? `${secret.secretArn}:${apiKeyField}::` : secret.secretArn;
  }

  private unrouted(): string[] {
    const { taskDefinition, exceptContainers = [] } = this.props;
    return Stack.of(taskDefinition)
      .node.findAll()
      .filter((node) => node instanceof ContainerDefinition)
      .filter((container) => container.taskDefinition === taskDefinition && container !== this.router)
      .filter((container) => !this.routed.has(container) && !exceptContainers.includes(container.containerName))
      .map(
        ({ containerName }) =>
          `Container "${containerName}" does not log through ${this.node.path}: FireLens has options on each container, and without them its logs never reach Datadog. Add it with \`logging: firelens.logDriver\`, or name it in exceptContainers.`,
      );
  }
}

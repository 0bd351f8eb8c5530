import { Stack } from "aws-cdk-lib";
import {
  ContainerDefinition,
  ContainerDependencyCondition,
  type ContainerImage,
  type FirelensLogRouter,
  type LogDriver,
  type TaskDefinition,
} from "aws-cdk-lib/aws-ecs";
import { Construct } from "constructs";
import type { ApiKeySource } from "../parts/api-key-source.ts";
import type { LogGroupChoice } from "../parts/chosen-log-group.ts";
import { firelensApiKey } from "../parts/firelens-api-key.ts";
import { addLogRouter } from "../parts/firelens-router.ts";
import { type FirelensProfile, outputOptions } from "../parts/fluent-bit.ts";
import type { FluentBitSections } from "../parts/fluent-bit-sections.ts";

export type { FluentBitFilter, FluentBitMultilineParser, FluentBitParser } from "../parts/fluent-bit-sections.ts";

/** `filters`, `parsers` and `multilineParsers` of Fluent Bit, besides the construct's own: only hardened. */
export interface FirelensToDatadogProps extends FluentBitSections {
  /** Fargate or EC2, Linux. */
  readonly taskDefinition: TaskDefinition;
  /** Read by ECS when a task starts: a rotated key needs new tasks. */
  readonly apiKey: ApiKeySource;
  /** Field of a secret that is JSON. @default that of `apiKey`; with neither, the whole secret is the key */
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
  /**
   * Containers start when the router takes lines, 5 s after it started: ECS asks no sooner. Otherwise right behind it:
   * their lines wait in the log driver, but a container that ends before the router listens loses them. Only hardened.
   * @default true
   */
  readonly waitForRouter?: boolean;
  /**
   * Where the router's own log goes.
   * @default hardened, a log group named by CloudFormation, kept for two weeks, deleted with the stack; asDocumented,
   *   `/aws/ecs/<family>`, which the log driver makes: it has no retention and stays
   */
  readonly routerLogs?: LogGroupChoice;
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

  /** @throws if `options` holds a key, `apiKeyField` is given for a parameter, or a section is none of Fluent Bit's. */
  constructor(scope: Construct, id: string, props: FirelensToDatadogProps) {
    super(scope, id);
    this.props = props;
    const { profile = "hardened", routerName = "logrouter", memBufLimitMib = 64, diskBufferMib = 1024 } = props;
    const { waitForRouter = true } = props;
    this.router = addLogRouter(this, { ...props, profile, routerName, memBufLimitMib, diskBufferMib });
    const options = this.options(profile, diskBufferMib);
    const secretOptions = [{ name: "apikey", valueFrom: this.readableApiKey() }];
    this.logDriver = {
      bind: (_, container) => {
        this.routed.add(container);
        // asDocumented, ECS itself starts the router first. Each condition also means that it stops after the others.
        if (profile === "hardened") {
          const { HEALTHY, START } = ContainerDependencyCondition;
          container.addContainerDependencies({ container: this.router, condition: waitForRouter ? HEALTHY : START });
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

  private readableApiKey(): string {
    const { apiKey, apiKeyField, taskDefinition } = this.props;
    if (apiKeyField === undefined) return firelensApiKey(this, taskDefinition, apiKey);
    if ("parameter" in apiKey)
      throw new Error(`${this.node.path}: apiKeyField is for secrets; a parameter has no fields.`);
    return firelensApiKey(this, taskDefinition, { ...apiKey, field: apiKeyField });
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

import { Duration } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction as LambdaTarget } from "aws-cdk-lib/aws-events-targets";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { type ILogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { parseRules, RulesError } from "../../functions/forwarder/stages/rules/parse.ts";
import type { RulesFile } from "../../functions/forwarder/stages/rules/types.ts";
import { ENV, RULES_FILE } from "../../functions/settings/environment.ts";
import { type ApiKeySource, apiKeyEnvironment, grantReadApiKey } from "../parts/api-key-source.ts";
import { allowMetadata, type MetadataProps, metadataEnvironment, taskEvents } from "../parts/metadata.ts";
import { ownFunction, type VpcPlacement } from "../parts/own-function.ts";
import { privateEndpoints } from "../parts/private-endpoints.ts";
import { grantObjects, STORE_PREFIXES, storeBucket } from "../parts/store-bucket.ts";
import { type SubscribeAccountOptions, type SubscribeOptions, Subscriptions } from "../parts/subscriptions.ts";

export interface ForwarderProps {
  readonly apiKey: ApiKeySource;
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
  /** What every entry says, instead of what the names of log group and stream tell. */
  readonly entries?: {
    readonly env?: string;
    readonly service?: string;
    readonly source?: string;
    /** `key:value` */
    readonly tags?: readonly string[];
  };
  /**
   * @default 512: a delivery of 10,000 events takes 140 MB, the largest that is read (64 MiB of JSON) several times
   *   that, and CPU time comes in proportion.
   */
  readonly memoryMb?: number;
  /** @default 60 s: retries take up to 7 s, a slow intake 10 s a request, storing up to 5 s. */
  readonly timeout?: Duration;
  /** @default none: what the account has left */
  readonly reservedConcurrency?: number;
  /** Retention of the functions' own logs. @default two weeks */
  readonly logRetention?: RetentionDays;
  /** What was not delivered is deleted after this. @default 30 days */
  readonly storedLogsExpireAfter?: Duration;
  /**
   * How long stored lines wait after an outage, at most. A run ends half a minute before the next, so that there is one
   * at a time. @default 1 minute, about 0.30 USD a month
   */
  readonly replayEvery?: Duration;
  /** How often Lambda tries a failed delivery again. @default 2 */
  readonly retryAttempts?: number;
  /** How long Lambda keeps a delivery that it can't run. @default 6 hours, the longest there is */
  readonly maxEventAge?: Duration;
  /** What is joined, dropped, sampled, redacted and named, by log group. Checked at synth. @default nothing */
  readonly rules?: RulesFile;
  /** What is looked up about the writers of lines, besides their log group's and stream's names. */
  readonly metadata?: MetadataProps;
  /** @default outside any VPC */
  readonly network?: VpcPlacement & {
    /**
     * Datadog's PrivateLink service for logs in this region, `com.amazonaws.vpce.<region>.vpce-svc-…`; creates its
     * endpoint and those for the API key and for S3, so that no NAT is needed.
     * https://docs.datadoghq.com/agent/guide/private-link/
     */
    readonly datadogEndpointService?: string;
  };
}

/**
 * CloudWatch Logs to Datadog: the forwarder, the bucket for what it can't deliver, and the replayer that sends that
 * again. Log groups are attached with `subscribe`.
 */
export class Forwarder extends Construct {
  readonly function: LambdaFunction;
  readonly replayer: LambdaFunction;
  readonly bucket: Bucket;
  readonly replayEvery: Duration;
  private readonly subscriptions: Subscriptions;

  constructor(scope: Construct, id: string, props: ForwarderProps) {
    super(scope, id);
    this.replayEvery = props.replayEvery ?? Duration.minutes(1);
    this.bucket = storeBucket(this, "Store", props.storedLogsExpireAfter ?? Duration.days(30));
    const shared = {
      environment: environmentOf(props, this.bucket),
      memoryMb: props.memoryMb ?? 512,
      logRetention: props.logRetention ?? RetentionDays.TWO_WEEKS,
      ...props.network,
    };
    this.function = ownFunction(this, "Function", {
      ...shared,
      bundle: "forwarder",
      ...(props.rules && { files: { [RULES_FILE]: checkedRules(props.rules) } }),
      description: "Delivers CloudWatch Logs subscriptions to Datadog",
      timeout: props.timeout ?? Duration.seconds(60),
      reservedConcurrency: props.reservedConcurrency,
    });
    this.replayer = ownFunction(this, "Replayer", {
      ...shared,
      bundle: "replayer",
      description: "Sends again what the forwarder could not deliver",
      timeout: Duration.seconds(this.replayEvery.toSeconds() - REPLAY_PAUSE_S),
    });
    this.grantStore(props.apiKey);
    allowMetadata(this.function, props.metadata);
    if (props.metadata?.taskEvents) taskEvents(this, this.function);
    this.keepFailedDeliveries(props);
    this.scheduleReplays();
    const { vpc, datadogEndpointService } = props.network ?? {};
    if (vpc && datadogEndpointService) privateEndpoints({ vpc, datadogEndpointService, apiKey: props.apiKey });
    this.subscriptions = new Subscriptions(this, "Subscriptions", {
      function: this.function,
      ownLogGroups: [this.function.logGroup, this.replayer.logGroup],
    });
  }

  /**
   * Delivers a log group's events. One permission serves all groups, so there may be hundreds.
   * @throws if it is a log group of the forwarder's own: each delivery would cause the next.
   */
  subscribe(logGroup: ILogGroup, options: SubscribeOptions = {}): void {
    this.subscriptions.subscribe(logGroup, options);
  }

  /** Delivers every log group of the account in this region, but the forwarder's own and those named. */
  subscribeAccount(options: SubscribeAccountOptions = {}): void {
    this.subscriptions.subscribeAccount(options);
  }

  private grantStore(apiKey: ApiKeySource): void {
    const { undelivered, rejected, unreadable, async, replayer } = STORE_PREFIXES;
    grantObjects(this.bucket, this.function, ["s3:PutObject"], [undelivered, rejected, unreadable, async]);
    grantObjects(this.bucket, this.replayer, ["s3:PutObject"], [undelivered, rejected, replayer]);
    grantObjects(this.bucket, this.replayer, ["s3:GetObject", "s3:DeleteObject"], [undelivered, replayer]);
    for (const fn of [this.function, this.replayer]) {
      // The replayer lists; Lambda checks the bucket this way before it writes to it as a destination.
      fn.addToRolePolicy(new PolicyStatement({ actions: ["s3:ListBucket"], resources: [this.bucket.bucketArn] }));
      grantReadApiKey(apiKey, fn);
    }
  }

  /** After its own retries Lambda writes the delivery to the bucket, under `aws/lambda/async/<function>/`. */
  private keepFailedDeliveries(props: ForwarderProps): void {
    this.function.configureAsyncInvoke({
      retryAttempts: props.retryAttempts ?? 2,
      maxEventAge: props.maxEventAge ?? Duration.hours(6),
      // Not CDK's S3Destination, which grants reading the whole bucket.
      onFailure: { bind: () => ({ destination: this.bucket.bucketArn }) },
    });
    // The next run tries again anyway; a second one at the same time would send objects twice.
    this.replayer.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
  }

  private scheduleReplays(): void {
    new Rule(this, "ReplaySchedule", {
      description: "Sends again what could not be delivered",
      schedule: Schedule.rate(this.replayEvery),
      targets: [new LambdaTarget(this.replayer, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    });
  }
}

const REPLAY_PAUSE_S = 30;

/** @throws RulesError with everything that is wrong, before anything is deployed. */
function checkedRules(rules: RulesFile): string {
  const parsed = parseRules(rules);
  if (parsed instanceof RulesError) throw parsed;
  return JSON.stringify(parsed);
}

function environmentOf(
  { apiKey, intake = {}, entries = {}, metadata }: ForwarderProps,
  bucket: Bucket,
): Record<string, string> {
  const settings: Record<string, string | undefined> = {
    ...apiKeyEnvironment(apiKey),
    [ENV.bucket]: bucket.bucketName,
    [ENV.site]: intake.site,
    [ENV.host]: intake.host,
    [ENV.port]: intake.port?.toString(),
    [ENV.noSsl]: intake.tls === false ? "true" : undefined,
    [ENV.env]: entries.env,
    [ENV.service]: entries.service,
    [ENV.source]: entries.source,
    ...metadataEnvironment(metadata),
    [ENV.tags]: entries.tags?.length ? entries.tags.join(",") : undefined,
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >;
}

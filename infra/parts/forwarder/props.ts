import type { Duration } from "aws-cdk-lib";
import type { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { RulesFile } from "../../../functions/forwarder/stages/rules/types.ts";
import type { ApiKeySource } from "../api-key-source.ts";
import type { KinesisChoice } from "../kinesis/props.ts";
import type { MetadataProps } from "../metadata.ts";
import type { NetworkProps } from "../network.ts";
import type { FunctionsProps } from "../own-function.ts";
import type { StoreProps } from "../store-bucket.ts";
import type { TuningProps } from "./tuning.ts";

export interface ForwarderProps extends KinesisChoice {
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
    /** `key:value`. No commas: they part the tags. */
    readonly tags?: readonly string[];
  };
  /**
   * From 128 to 10,240.
   * @default 512: a delivery of 10,000 events takes 140 MB, the largest that is read (64 MiB of JSON) several times
   *   that, and CPU time comes in proportion.
   */
  readonly memoryMb?: number;
  /**
   * From 3 s to 15 minutes.
   * @default 60 s: retries take up to 7 s, a slow intake 10 s a request, storing up to 5 s.
   */
  readonly timeout?: Duration;
  /**
   * How many forwarders may run at once. It keeps an outage, in which each runs for longer, from using up the concurrency
   * that the account's functions share; deliveries above it wait with Lambda for up to six hours. The replayer has 1 of its own then. `"unreserved"`: what the
   * account has left, by choice.
   * @default "unreserved", with a warning at synth
   */
  readonly reservedConcurrency?: number | "unreserved";
  /** Retention of the functions' own logs. @default two weeks */
  readonly logRetention?: RetentionDays;
  /** What was not delivered is deleted after this: whole days. Not for an existing bucket. @default 30 days */
  readonly storedLogsExpireAfter?: Duration;
  /**
   * How long stored lines wait after an outage, at most: whole minutes, up to an hour. A run lasts as long as there is
   * something to send, a quarter of an hour at most; what is started meanwhile finds the lock in the bucket taken, and ends.
   * @default 1 minute, about 0.30 USD a month
   */
  readonly replayEvery?: Duration;
  /** How often Lambda tries a failed delivery again: 0 to 2. @default 2 */
  readonly retryAttempts?: number;
  /** How long Lambda keeps a delivery that it can't run: from a minute. @default 6 hours, the longest there is */
  readonly maxEventAge?: Duration;
  /** What is joined, dropped, sampled, redacted and named, by log group. Checked at synth. @default nothing */
  readonly rules?: RulesFile;
  /** What is looked up about the writers of lines, besides their log group's and stream's names. */
  readonly metadata?: MetadataProps;
  /** Where the functions are in the network, and how they get out. @default outside any VPC */
  readonly network?: NetworkProps;
  /** Architecture, roles and keys of the functions. */
  readonly functions?: FunctionsProps;
  /** The bucket for what can't be delivered. */
  readonly store?: StoreProps;
  /** What few need to change. @default as in the README's table of settings */
  readonly tuning?: TuningProps;
}

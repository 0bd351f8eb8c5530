import type { Encoding } from "../records/payload.ts";
import { ENV } from "./environment.ts";
import { INTEGERS, type IntegerName } from "./integers.ts";
import { type ProxySettings, proxySettings } from "./proxy.ts";

export type ApiKeyLocation =
  /** `field`: of a secret that is JSON, the one that holds the key; undefined: one of `usualFields`, or of an API key's. */
  | { readonly kind: "secret"; readonly id: string; readonly field?: string; readonly usualFields?: readonly string[] }
  | { readonly kind: "parameter"; readonly name: string }
  /** For use on one's own machine only: whoever can see the function's settings can see the key. */
  | { readonly kind: "literal"; readonly value: string };

export interface Config {
  readonly apiKey: ApiKeyLocation;
  readonly apiKeyTtlMs: number;
  readonly intake: {
    readonly host: string;
    readonly port: number;
    readonly tls: boolean;
    /** Whether the intake is to add the tags that log groups have in AWS. */
    readonly addsLogGroupTags: boolean;
  };
  /** What requests go through, to the intake and to AWS. Undefined: nothing. */
  readonly proxy?: ProxySettings;
  readonly requestTimeoutMs: number;
  readonly maxConcurrentRequests: number;
  /** How bodies are compressed, and the levels: zstd 0 to 19 (0 is its own default), gzip 0 to 9. */
  readonly compression: { readonly encoding: Encoding; readonly zstdLevel: number; readonly gzipLevel: number };
  readonly maxDecodedBytes: number;
  /** The store. Without one, what can't be delivered fails the invocation. */
  readonly bucket?: string;
  /** Name or ARN of the function that the replayer hands events to that Lambda gave up on. Undefined: they stay. */
  readonly forwarder?: string;
  /** S3 addressed as `http://host/bucket/key`: so when the endpoint is not AWS's own. */
  readonly s3PathStyle: boolean;
  readonly metadata: {
    readonly ecs: boolean;
    /** Tags of log groups to send: their names in AWS, and those that get another name. Undefined: none is looked up. */
    readonly logGroupTags?: { readonly allow?: readonly string[]; readonly rename: Readonly<Record<string, string>> };
    /** For all look-ups of an invocation together. */
    readonly budgetMs: number;
    /** Name or ARN of the cluster to ask first. */
    readonly clusterHint?: string;
  };
  readonly source?: string;
  readonly service?: string;
  readonly env?: string;
  readonly tags: readonly string[];
}

/** Lists every problem, never the value of a setting: it may be a key in the wrong place. Handlers throw it on every invocation, so that Lambda says it. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];
  /** @param where what has them, as the beginning of a sentence */
  constructor(problems: readonly string[], where = "The environment") {
    const count = `${problems.length} problem${problems.length === 1 ? "" : "s"}`;
    super(`${where} has ${count}:\n${problems.map((problem) => `- ${problem}`).join("\n")}`);
    this.problems = problems;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The settings from environment variables, or all that is wrong with them. An empty value counts as not set. */
export function parseConfig(environment: Environment): Config | ConfigError {
  const problems: string[] = [];
  const read = (name: string) => environment[name]?.trim() || undefined;
  /** Says of what is set no more than its length: that of a key tells what went wrong. */
  const mustBe = (name: string, allowed: string) => {
    problems.push(`${name} must be ${allowed}; its value (length ${read(name)?.length ?? 0}) is not.`);
  };

  const integer = (
    name: IntegerName,
    fallback: number,
    { min, max }: { min: number; max: number } = INTEGERS[name],
  ) => {
    const text = read(ENV[name]);
    if (text === undefined) return fallback;
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    mustBe(ENV[name], `a whole number from ${min} to ${max}`);
    return fallback;
  };
  const flag = (name: string, fallback = false) => {
    const text = read(name)?.toLowerCase() ?? String(fallback);
    if (text !== "true" && text !== "false") mustBe(name, "true or false");
    return text === "true";
  };
  const hostName = (name: string) => {
    const text = read(name);
    if (text !== undefined && !HOST_NAME.test(text)) {
      mustBe(name, "a host name alone, without scheme, user, port or path");
    }
    return text;
  };

  const compression = (host: string): Config["compression"] => {
    const text = read(ENV.compression)?.toLowerCase() ?? "auto";
    const known = text === "auto" || text === "zstd" || text === "gzip";
    if (!known) mustBe(ENV.compression, "auto, zstd or gzip");
    const auto = DATADOG_HOST.test(host) ? "zstd" : "gzip";
    const encoding = text === "zstd" || text === "gzip" ? text : auto;
    // Of a wrong encoding no level is wrong.
    const max = known ? MAX_LEVELS[encoding] : MAX_LEVELS.zstd;
    const level = (fallback: number) => integer("compressionLevel", fallback, { min: 0, max });
    return encoding === "zstd"
      ? { encoding, ...LEVELS, zstdLevel: level(LEVELS.zstdLevel) }
      : { encoding, ...LEVELS, gzipLevel: level(LEVELS.gzipLevel) };
  };

  const tls = !flag(ENV.noSsl);
  const site = hostName(ENV.site) ?? "datadoghq.com";
  const host = hostName(ENV.host) ?? `http-intake.logs.${site}`;
  const tags = (read(ENV.tags) ?? "")
    .split(",")
    .map((tag) => tag.trim())
    .filter((tag) => tag !== "");
  // Datadog knows no upper case in tags.
  const isOf = (key: string, tag: string) => tag.toLowerCase().startsWith(`${key}:`);
  const services = tags.filter((tag) => isOf("service", tag)).map((tag) => tag.slice("service:".length).trim());
  const env = read(ENV.env);

  const config: Omit<Config, "apiKey"> = {
    apiKeyTtlMs: 1_000 * integer("apiKeyTtlSeconds", INTEGERS.apiKeyTtlSeconds.default),
    intake: {
      host,
      port: integer("port", tls ? 443 : 80),
      tls,
      addsLogGroupTags: flag(ENV.enrichCloudwatchTags, true),
    },
    proxy: proxySettings(environment, mustBe),
    requestTimeoutMs: integer("requestTimeoutMs", INTEGERS.requestTimeoutMs.default),
    maxConcurrentRequests: integer("maxConcurrentRequests", INTEGERS.maxConcurrentRequests.default),
    compression: compression(host),
    maxDecodedBytes: integer("maxDecodedBytes", defaultMaxDecodedBytes(read)),
    bucket: read(ENV.bucket),
    forwarder: read(ENV.forwarder),
    s3PathStyle: (read("AWS_ENDPOINT_URL_S3") ?? read("AWS_ENDPOINT_URL")) !== undefined,
    metadata: {
      ecs: flag(ENV.ecsMetadata),
      logGroupTags: logGroupTags(read(ENV.logGroupTags), flag(ENV.fetchLogGroupTags)),
      budgetMs: integer("metadataBudgetMs", INTEGERS.metadataBudgetMs.default),
      clusterHint: read(ENV.ecsCluster),
    },
    source: read(ENV.source),
    // Datadog's forwarder takes the service from a tag, too.
    service: read(ENV.service) ?? services.find((service) => service !== ""),
    env,
    tags: tags.filter((tag) => !isOf("service", tag) && !(env && isOf("env", tag))),
  };
  const apiKey = apiKeyLocation(environment);
  if (!apiKey) {
    problems.push(
      `No API key: set ${ENV.apiKeySecretArn} (a Secrets Manager ARN or name) or ${ENV.apiKeySsmName} (an SSM parameter's name); ${ENV.apiKey} is for local use.`,
    );
  }
  if (!apiKey || problems.length > 0) return new ConfigError(problems);
  return Object.freeze({ ...config, apiKey });
}

/**
 * Hosts that are known to take zstd: Datadog's agent and Vector send it to them by default. Others may be anything.
 * https://github.com/vectordotdev/vector/blob/master/src/sinks/datadog/logs/config.rs (2026-11)
 */
const DATADOG_HOST = /(?:^|\.)(?:datadoghq\.com|datadoghq\.eu|ddog-gov\.com)$/i;

/** Level 1 of zstd takes a third of the time of gzip's level 3, and its bodies are smaller: docs/benchmarks.md. */
const LEVELS = { zstdLevel: 1, gzipLevel: 3 };
const MAX_LEVELS = { zstd: INTEGERS.compressionLevel.max, gzip: 9 } as const;

const HOST_NAME = /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/;

/** `team,CostCenter=cost_center`: the tags to send, some under another name. `all` without a list: every one. */
function logGroupTags(list: string | undefined, all: boolean): Config["metadata"]["logGroupTags"] {
  if (list === undefined) return all ? { rename: {} } : undefined;
  const pairs = list.split(",").map((item) => item.split("=").map((name) => name.trim()));
  const renamed = pairs.filter(([, to]) => to).map(([from = "", to = ""]) => [from, to]);
  return { allow: pairs.map(([name = ""]) => name), rename: Object.fromEntries(renamed) };
}

/**
 * What fits whatever the shape of the logs, with Node itself, the SDK and what a hanging intake leaves over: see the table in
 * docs/benchmarks.md. A smaller function can take only a smaller delivery.
 */
function defaultMaxDecodedBytes(read: (name: string) => string | undefined): number {
  const memoryMb = Number(read("AWS_LAMBDA_FUNCTION_MEMORY_SIZE") ?? 512) || 512;
  // In a very small function Node itself takes most of it.
  const mib = memoryMb < 192 ? Math.floor((memoryMb - 40) / 8) : Math.ceil(memoryMb / 8);
  return Math.min(64, Math.max(1, mib)) * 1024 * 1024;
}

/** Where the API key lies, in the order in which Datadog's forwarder looks; undefined if nothing is set. */
export function apiKeyLocation(environment: Environment): ApiKeyLocation | undefined {
  const id = environment[ENV.apiKeySecretArn]?.trim();
  const field = environment[ENV.apiKeyField]?.trim();
  if (id) return { kind: "secret", id, ...(field && { field }) };
  const name = environment[ENV.apiKeySsmName]?.trim();
  if (name) return { kind: "parameter", name };
  const value = environment[ENV.apiKey]?.trim();
  return value ? { kind: "literal", value } : undefined;
}

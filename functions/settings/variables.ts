import { ENV, NETWORK_ENV, RULE_ENV } from "./environment.ts";
import { INTEGERS, type IntegerName } from "./integers.ts";

type NamesOf<Table> = Table[keyof Table];
export type VariableName = NamesOf<typeof ENV> | NamesOf<typeof RULE_ENV> | NamesOf<typeof NETWORK_ENV>;

/** What a variable may hold. A list has commas between its items. */
export type VariableShape =
  | { readonly kind: "text" | "flag" | "list" }
  | { readonly kind: "integer"; readonly min: number; readonly max: number; readonly unit?: "ms" | "s" | "bytes" }
  | { readonly kind: "choice"; readonly of: readonly string[] };

export interface VariableRow {
  /** In Markdown, for docs, props and editors. A sentence, or a few. */
  readonly means: string;
  readonly shape: VariableShape;
  /** As it would be written. */
  readonly default?: string;
  /** What happens if it is not set, in words, where that is no fixed value. */
  readonly otherwise?: string;
  /** It changes how fast, how much or how patiently, and not what is sent where: for whoever knows why. */
  readonly tuning?: true;
}

const text = { kind: "text" } as const;
const flag = { kind: "flag" } as const;
const list = { kind: "list" } as const;

/** Of a setting that is a whole number: its range, and its default if there is a fixed one. */
function integer(name: IntegerName, unit?: "ms" | "s" | "bytes") {
  const { min, max, ...row }: { min: number; max: number; default?: number } = INTEGERS[name];
  return {
    shape: { kind: "integer", min, max, ...(unit && { unit }) },
    ...(row.default !== undefined && { default: String(row.default) }),
  } as const;
}

const AS_DATADOG = "As in Datadog's forwarder; a [rules file](rules.md) can do more.";

/** Every variable that the functions read, for docs and infrastructure to make their own tables from. */
export const VARIABLES = {
  [ENV.apiKeySecretArn]: {
    means:
      "Secrets Manager secret (ARN or name) with the API key: plain text, or JSON with `apiKey`, `api_key` or `DD_API_KEY`.",
    shape: text,
    otherwise: "one of the other two places of the key",
  },
  [ENV.apiKeyField]: {
    means: "Field of that secret, if it is JSON and the key is in another one.",
    shape: text,
    otherwise: "the usual fields",
  },
  [ENV.apiKeySsmName]: { means: "SSM parameter (name or ARN) with the API key.", shape: text },
  [ENV.apiKey]: {
    means: "The API key itself, for local use only: everyone who sees the function's settings sees it.",
    shape: text,
  },
  [ENV.bucket]: {
    means: "Bucket for what can't be delivered.",
    shape: text,
    otherwise: "such an invocation fails, and Lambda tries again",
  },
  [ENV.forwarder]: {
    means: "Of the replayer: name or ARN of the forwarder, which it hands events to that Lambda gave up on.",
    shape: text,
    otherwise: "they stay in the bucket",
  },
  [ENV.site]: { means: "Datadog site.", shape: text, default: "datadoghq.com" },
  [ENV.host]: {
    means: "Host name of the intake: of a stand-in or a PrivateLink endpoint, say.",
    shape: text,
    otherwise: "`http-intake.logs.<site>`",
  },
  [ENV.port]: { means: "The intake's port.", ...integer("port"), otherwise: "443 (80 without TLS)" },
  [ENV.noSsl]: { means: "`true`: plain HTTP.", shape: flag, default: "false" },
  [ENV.tags]: {
    means: "Tags of every entry, `key:value`; `service:` sets the service.",
    shape: list,
    otherwise: "none",
  },
  [ENV.env]: { means: "Tag `env:`; replaces one in `DD_TAGS`.", shape: text, otherwise: "no such tag" },
  [ENV.service]: { means: "Service of every entry.", shape: text, otherwise: "from the names" },
  [ENV.source]: { means: "`ddsource` of every entry.", shape: text, otherwise: "from the names" },
  [ENV.compression]: {
    means: "How bodies are compressed; `auto`: zstd to Datadog's own hosts, gzip to any other.",
    shape: { kind: "choice", of: ["auto", "zstd", "gzip"] },
    default: "auto",
    tuning: true,
  },
  [ENV.compressionLevel]: {
    means: "Level of zstd (0 is its own default), or of gzip, up to 9.",
    ...integer("compressionLevel"),
    otherwise: "1 for zstd, 3 for gzip",
    tuning: true,
  },
  [ENV.maxConcurrentRequests]: {
    means: "Requests at once; of the replayer up to four times as many.",
    ...integer("maxConcurrentRequests"),
    tuning: true,
  },
  [ENV.requestTimeoutMs]: { means: "Time for one request.", ...integer("requestTimeoutMs", "ms"), tuning: true },
  [ENV.maxDecodedBytes]: {
    means: "Cap on a delivery's decompressed size; a larger one is stored as it is.",
    ...integer("maxDecodedBytes", "bytes"),
    otherwise: "64 MiB with 512 MB of memory or more, 32 with 256, 11 with 128",
    tuning: true,
  },
  [ENV.apiKeyTtlSeconds]: {
    means: "How long a key is used before it is read again.",
    ...integer("apiKeyTtlSeconds", "s"),
    tuning: true,
  },
  [ENV.ecsMetadata]: { means: "Look up ECS tasks and their definitions.", shape: flag, default: "false" },
  [ENV.ecsCluster]: {
    means: "Name or ARN of the ECS cluster to ask first.",
    shape: text,
    otherwise: "the clusters of earlier tasks first",
  },
  [ENV.metadataBudgetMs]: {
    means: "Time for all look-ups of an invocation together.",
    ...integer("metadataBudgetMs", "ms"),
    tuning: true,
  },
  [ENV.logGroupTags]: {
    means: "Tags of log groups to look up and send, such as `team,CostCenter=cost_center`.",
    shape: list,
    otherwise: "none",
  },
  [ENV.fetchLogGroupTags]: { means: "Look up all tags of log groups.", shape: flag, default: "false" },
  [ENV.enrichCloudwatchTags]: {
    means: "Ask the intake to add the tags of log groups, which Datadog's AWS integration reads.",
    shape: flag,
    default: "true",
  },
  [RULE_ENV.include]: { means: `Only lines that match go on. ${AS_DATADOG}`, shape: text, otherwise: "all" },
  [RULE_ENV.exclude]: { means: `Lines that match are dropped. ${AS_DATADOG}`, shape: text, otherwise: "none" },
  [RULE_ENV.redactIp]: { means: `Replace IPv4 addresses. ${AS_DATADOG}`, shape: flag, default: "false" },
  [RULE_ENV.redactEmail]: { means: `Replace addresses of e-mail. ${AS_DATADOG}`, shape: flag, default: "false" },
  [RULE_ENV.scrubbingRule]: { means: `Pattern of text to replace. ${AS_DATADOG}`, shape: text, otherwise: "none" },
  [RULE_ENV.scrubbingReplacement]: { means: "What to put in its place.", shape: text, otherwise: "nothing" },
  [RULE_ENV.multilinePattern]: {
    means: `How the first line of an event begins; the others are joined to it. ${AS_DATADOG}`,
    shape: text,
    otherwise: "lines are not joined",
  },
  [NETWORK_ENV.httpsProxy]: {
    means: "URL of the proxy for requests with TLS, to the intake and to AWS. Also in lower case.",
    shape: text,
    otherwise: "no proxy",
  },
  [NETWORK_ENV.httpProxy]: {
    means: "The same for plain HTTP.",
    shape: text,
    otherwise: "no proxy",
  },
  [NETWORK_ENV.noProxy]: {
    means:
      "Hosts that are reached without the proxy: names, which stand for their subdomains, too, addresses, and blocks of them.",
    shape: list,
    otherwise: "none",
  },
  [NETWORK_ENV.extraCaCerts]: {
    means: "Path of a file with further authorities' certificates (PEM). Node reads it when it starts.",
    shape: text,
    otherwise: "those that Node has",
  },
} as const satisfies Readonly<Record<VariableName, VariableRow>>;

import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { ENV } from "../../functions/settings/environment.ts";
import { VARIABLES, type VariableName } from "../../functions/settings/variables.ts";
import { SUBSCRIBER_ENV } from "../../functions/subscriber/environment.ts";

/** A parameter of the packaged template. */
export interface ParameterRow {
  readonly group: "Datadog" | "Log groups" | "What every entry says" | "Functions" | "Bucket and alarms";
  /** In the console, instead of its name. */
  readonly label: string;
  readonly description: string;
  readonly type: "String" | "Number";
  /** None: it must be given. */
  readonly default?: string | number;
  readonly allowedPattern?: string;
  /** What the pattern asks for, in words. */
  readonly constraint?: string;
  readonly allowedValues?: readonly (string | number)[];
  readonly minValue?: number;
  readonly maxValue?: number;
  /** The functions' environment variable that it sets. An empty one counts as not set. */
  readonly variable?: VariableName;
  /** The same of the subscriber. */
  readonly subscriberVariable?: (typeof SUBSCRIBER_ENV)[keyof typeof SUBSCRIBER_ENV];
}

const GLOBS = "[a-zA-Z0-9_/.#*-]+";

/** Inputs of the packaged template, in the order in which the console shows them. */
export const PARAMETERS = {
  ApiKeySecretArn: {
    group: "Datadog",
    label: "ARN of the secret with the API key",
    description:
      "Complete ARN, with the six characters at its end, of a Secrets Manager secret with the Datadog API key.",
    type: "String",
    allowedPattern: "arn:[^:]+:secretsmanager:[^:]+:\\d{12}:secret:.+-[A-Za-z0-9]{6}",
    constraint: "must be the complete ARN of a secret, which ends in a hyphen and six characters",
  },
  Site: {
    group: "Datadog",
    label: "Datadog site",
    type: "String",
    default: VARIABLES[ENV.site].default,
    allowedPattern: "[a-z0-9.-]+\\.(com|eu)",
    constraint: "must be a Datadog site, such as datadoghq.eu",
    description: "Of your organisation, such as datadoghq.eu.",
    variable: ENV.site,
  },
  IncludeLogGroups: {
    group: "Log groups",
    label: "Log groups to subscribe",
    description: "Names, in which * stands for any text, separated by commas, such as /ecs/*,/aws/lambda/shop-*.",
    type: "String",
    allowedPattern: `${GLOBS}(,${GLOBS})*`,
    constraint: "must be names of log groups, with * for any text, separated by commas",
    subscriberVariable: SUBSCRIBER_ENV.include,
  },
  ExcludeLogGroups: {
    group: "Log groups",
    label: "Log groups to leave out",
    description: "Of those that are named above, in the same form. Empty: none.",
    type: "String",
    default: "",
    allowedPattern: `(${GLOBS}(,${GLOBS})*)?`,
    constraint: "must be empty, or names of log groups, with * for any text, separated by commas",
    subscriberVariable: SUBSCRIBER_ENV.exclude,
  },
  Env: {
    group: "What every entry says",
    label: "Environment",
    type: "String",
    default: "",
    description: "Tag env: of every entry. Empty: none, or what Tags has.",
    variable: ENV.env,
  },
  Service: {
    group: "What every entry says",
    label: "Service",
    type: "String",
    default: "",
    description: "Of every entry. Empty: what the names of log group and stream tell.",
    variable: ENV.service,
  },
  Tags: {
    group: "What every entry says",
    label: "Further tags",
    type: "String",
    default: "",
    description: "Of every entry: key:value, separated by commas.",
    variable: ENV.tags,
  },
  EcsMetadata: {
    group: "What every entry says",
    label: "Look up ECS tasks",
    type: "String",
    default: "true",
    allowedValues: ["true", "false"],
    description: "Cluster, service, task definition and more become tags of what ECS tasks log.",
    variable: ENV.ecsMetadata,
  },
  MemoryMb: {
    group: "Functions",
    label: "Memory in MB",
    description: "Of the forwarder and the replayer.",
    type: "Number",
    default: 512,
    minValue: 128,
    maxValue: 10_240,
  },
  ReservedConcurrency: {
    group: "Functions",
    label: "Reserved concurrency",
    description: "How many forwarders may run at once. 0: as many as the account allows.",
    type: "Number",
    default: 0,
    minValue: 0,
  },
  LogRetentionDays: {
    group: "Functions",
    label: "Days to keep the functions' own logs",
    description: "What AWS offers.",
    type: "Number",
    default: 14,
    allowedValues: Object.values(RetentionDays).filter((days) => typeof days === "number" && days < 9_999),
  },
  StoredLogsExpireAfterDays: {
    group: "Bucket and alarms",
    label: "Days to keep undelivered logs",
    description: "Until then the replayer sends them again.",
    type: "Number",
    default: 30,
    minValue: 1,
    maxValue: 3_650,
  },
  AlarmTopicArn: {
    group: "Bucket and alarms",
    label: "SNS topic for alarms",
    description: "ARN. Empty: alarms notify nobody.",
    type: "String",
    default: "",
    allowedPattern: "|arn:[^:]+:sns:.+",
    constraint: "must be empty or the ARN of an SNS topic",
  },
} as const satisfies Readonly<Record<string, ParameterRow>>;

export type ParameterName = keyof typeof PARAMETERS;
export const PARAMETER_NAMES = Object.keys(PARAMETERS) as readonly ParameterName[];

import { readArguments, UsageError } from "../../arguments.ts";
import { type Choices, DEFAULT_CHOICES } from "../recommended/choices.ts";

export interface SetupOptions {
  readonly choices: Choices;
  readonly json: boolean;
  readonly yes: boolean;
}

/** The options that say what is recommended: `Choices`. */
export const CHOICES_HELP = `  --name NAME             name of this setup, if an organization has several
                          (default ${DEFAULT_CHOICES.name})
  --archive-bucket NAME   adds an archive in this bucket (of LogArchiveBucket);
                          needs --archive-role
  --archive-role ARN      the role that Datadog writes the archive with
  --archive-path FOLDER   folder in the bucket (default: all of it)
  --daily-quota EVENTS    adds an index that takes this many log events a day
  --index-name NAME       its name (default sidecarless); Datadog does not allow
                          the name of a deleted index again
  --retention-days DAYS   how long it keeps them (default: as in your contract)
  --logs QUERY            the logs that index, archive and the monitor of silent
                          services are about
                          (default ${DEFAULT_CHOICES.logs})
  --notify HANDLE         whom monitors notify, such as @slack-ops; repeatable
  --all-statistics        your CloudWatch metrics come by a metric stream, with
                          which Datadog has sums and maxima of custom metrics;
                          otherwise it has averages only`;

export const CHOICES_OPTIONS = {
  name: { type: "string" },
  "archive-bucket": { type: "string" },
  "archive-role": { type: "string" },
  "archive-path": { type: "string" },
  "daily-quota": { type: "string" },
  "index-name": { type: "string" },
  "retention-days": { type: "string" },
  logs: { type: "string" },
  notify: { type: "string", multiple: true },
  "all-statistics": { type: "boolean" },
} as const;

type Values = ReturnType<typeof readArguments<{ options: typeof CHOICES_OPTIONS }>>["values"];

/** Of `plan` and `apply`. @throws UsageError */
export function parseSetupOptions(args: readonly string[]): SetupOptions | "help" {
  const { values } = readArguments({
    args: [...args],
    options: {
      ...CHOICES_OPTIONS,
      json: { type: "boolean" },
      yes: { type: "boolean", short: "y" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) return "help";
  const { json = false, yes = false } = values;
  return { choices: choicesOf(values), json, yes };
}

/** @throws UsageError */
export function choicesOf(values: Values): Choices {
  const { name = DEFAULT_CHOICES.name, logs = DEFAULT_CHOICES.logs } = values;
  const notify = values.notify ?? DEFAULT_CHOICES.notify;
  if (!/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/.test(name)) {
    throw new UsageError("--name must be 1 to 32 lower-case letters, digits and hyphens, such as main.");
  }
  if (logs.trim() === "") throw new UsageError('--logs must be a log search, such as "service:shop".');
  for (const handle of notify) {
    if (!/^@\S+$/.test(handle)) throw new UsageError("--notify must be a handle, such as @slack-ops.");
  }
  return {
    ...DEFAULT_CHOICES,
    name,
    logs: logs.trim(),
    notify,
    ...(values["all-statistics"] && { statistics: "all" }),
    ...archiveOf(values),
    ...indexOf(values),
  };
}

function archiveOf(values: Values): Pick<Choices, "archive"> {
  const { "archive-bucket": bucket, "archive-role": role, "archive-path": path } = values;
  if (bucket === undefined && role === undefined && path === undefined) return {};
  if (bucket === undefined || role === undefined) {
    throw new UsageError("An archive needs both --archive-bucket NAME and --archive-role ARN.");
  }
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
    throw new UsageError("--archive-bucket must be a bucket's name, not an ARN or a URL.");
  }
  const [, accountId, roleName] = /^arn:aws[a-z-]*:iam::(\d{12}):role\/(.+)$/.exec(role) ?? [];
  if (!accountId || !roleName) {
    throw new UsageError("--archive-role must be a role's ARN, such as arn:aws:iam::123456789012:role/archive.");
  }
  return { archive: { bucket, accountId, roleName, ...(path !== undefined && { path }) } };
}

function indexOf(values: Values): Pick<Choices, "index"> {
  const { "daily-quota": quota, "index-name": name, "retention-days": days } = values;
  if (quota === undefined) {
    if (name !== undefined || days !== undefined) throw new UsageError("An index needs --daily-quota EVENTS.");
    return {};
  }
  const indexName = name ?? "sidecarless";
  // https://docs.datadoghq.com/logs/log_configuration/indexes/ (2026-11)
  if (!/^[a-z][a-z0-9-]*$/.test(indexName)) {
    throw new UsageError("--index-name must begin with a letter; lower-case letters, digits and hyphens may follow.");
  }
  return {
    index: {
      name: indexName,
      dailyQuota: wholeNumber("--daily-quota", quota),
      ...(days !== undefined && { retentionDays: wholeNumber("--retention-days", days) }),
    },
  };
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text.replaceAll("_", ""));
  if (/^\d[\d_]*$/.test(text) && Number.isSafeInteger(value) && value > 0) return value;
  throw new UsageError(`${option} must be a whole number above 0, such as 1_000_000.`);
}

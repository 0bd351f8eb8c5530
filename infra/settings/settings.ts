import { readFileSync } from "node:fs";
import { parseRules, RulesError } from "../../functions/forwarder/stages/rules/parse.ts";
import type { RulesFile } from "../../functions/forwarder/stages/rules/types.ts";

/** Settings of the stacks, given as `-c name=value`. All are read and checked here. */

export interface Settings {
  /** Name or ARN of an existing secret; or `apiKeyParameter`, the name of a SecureString parameter. One of both. */
  readonly apiKey: { readonly secret: string } | { readonly parameter: string };
  /** Names of log groups to subscribe. */
  readonly logGroups: readonly string[];
  /** Subscribe every log group of the account in this region. */
  readonly wholeAccount: boolean;
  readonly filterPattern?: string;
  readonly site?: string;
  readonly intakeHost?: string;
  readonly intakePort?: number;
  readonly intakeTls: boolean;
  readonly env?: string;
  readonly service?: string;
  readonly source?: string;
  readonly tags: readonly string[];
  readonly memoryMb?: number;
  readonly timeoutSeconds?: number;
  readonly reservedConcurrency?: number;
  readonly storedLogsExpireAfterDays?: number;
  readonly replayEveryMinutes?: number;
  /** Topic that is told of alarms. */
  readonly alarmTopicArn?: string;
  /** What is in the file that `rules` names. */
  readonly rules?: RulesFile;
  /** Events about ECS tasks become entries. */
  readonly taskEvents: boolean;
  /** Tags of log groups to send: name in AWS → name in Datadog. */
  readonly logGroupTags?: Readonly<Record<string, string>>;
  /** Of the sidecar. */
  readonly firelensProfile?: "asDocumented" | "hardened";
  /** Where both paths of the comparison send. */
  readonly comparisonIntake?: "recorder" | "datadog";
}

/** Stops the synth. One message with every problem. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  constructor(problems: readonly string[]) {
    super(`${problems.length} problem(s) in the settings:\n${problems.map((problem) => `- ${problem}`).join("\n")}`);
  }
}

const NAMES = [
  "apiKeySecret",
  "apiKeyParameter",
  "logGroups",
  "wholeAccount",
  "filterPattern",
  "site",
  "intakeHost",
  "intakePort",
  "intakeTls",
  "env",
  "service",
  "source",
  "tags",
  "memoryMb",
  "timeoutSeconds",
  "reservedConcurrency",
  "storedLogsExpireAfterDays",
  "replayEveryMinutes",
  "alarmTopicArn",
  "rules",
  "taskEvents",
  "logGroupTags",
  "firelensProfile",
  "comparisonIntake",
] as const;

type Name = (typeof NAMES)[number];

/**
 * @param context what CDK collected, `-c` and cdk.json alike; names with a colon or slash are CDK's own.
 * @throws SettingsError
 */
export function parseSettings(context: Readonly<Record<string, unknown>>): Settings {
  const problems: string[] = [];
  const text = (name: Name) => {
    const value = context[name];
    return value === undefined || value === "" ? undefined : String(value);
  };
  const list = (name: Name) =>
    (text(name) ?? "")
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== "");
  const integer = (name: Name, min: number, max: number) => {
    const value = text(name);
    if (value === undefined) return undefined;
    if (/^\d+$/.test(value) && Number(value) >= min && Number(value) <= max) return Number(value);
    problems.push(`${name} must be a whole number from ${min} to ${max}; it is "${value}".`);
    return undefined;
  };
  const flag = (name: Name, fallback: boolean) => {
    const value = text(name) ?? String(fallback);
    if (value !== "true" && value !== "false") problems.push(`${name} must be true or false; it is "${value}".`);
    return value === "true";
  };

  const host = (name: Name) => {
    const value = text(name);
    if (value !== undefined && !/^[A-Za-z0-9.-]+$/.test(value)) {
      problems.push(`${name} must be a host name alone, without scheme, port or path; it is "${value}".`);
    }
    return value;
  };

  for (const name of Object.keys(context)) {
    if (/[:/]/.test(name) || (NAMES as readonly string[]).includes(name)) continue;
    problems.push(`${name} is no setting. There are: ${NAMES.join(", ")}.`);
  }
  const secret = text("apiKeySecret");
  const parameter = text("apiKeyParameter");
  if ((secret === undefined) === (parameter === undefined)) {
    problems.push(
      "Give the API key's place: either apiKeySecret (a secret's name or ARN) or apiKeyParameter (a SecureString parameter's name).",
    );
  }
  const logGroups = list("logGroups");
  for (const name of logGroups) {
    if (!/^[\w\-/.#]{1,512}$/.test(name)) problems.push(`logGroups: "${name}" can't be a log group's name.`);
  }
  const wholeAccount = flag("wholeAccount", false);
  if (wholeAccount && logGroups.length > 0) problems.push("wholeAccount takes every log group; leave logGroups out.");
  const alarmTopicArn = text("alarmTopicArn");
  if (alarmTopicArn !== undefined && !/^arn:[^:]+:sns:/.test(alarmTopicArn)) {
    problems.push(`alarmTopicArn must be the ARN of an SNS topic; it is "${alarmTopicArn}".`);
  }

  const rulesFile = text("rules");
  const rules = rulesFile === undefined ? undefined : readRules(rulesFile);
  if (Array.isArray(rules)) problems.push(...rules.map((problem) => `rules: ${problem}`));

  const firelensProfile = text("firelensProfile");
  if (firelensProfile !== undefined && firelensProfile !== "asDocumented" && firelensProfile !== "hardened") {
    problems.push(`firelensProfile must be asDocumented or hardened; it is "${firelensProfile}".`);
  }

  const comparisonIntake = text("comparisonIntake");
  if (comparisonIntake !== undefined && comparisonIntake !== "recorder" && comparisonIntake !== "datadog") {
    problems.push(`comparisonIntake must be recorder or datadog; it is "${comparisonIntake}".`);
  }

  const settings: Settings = {
    apiKey: parameter === undefined ? { secret: secret ?? "" } : { parameter },
    logGroups,
    wholeAccount,
    filterPattern: text("filterPattern"),
    site: host("site"),
    intakeHost: host("intakeHost"),
    intakePort: integer("intakePort", 1, 65_535),
    intakeTls: flag("intakeTls", true),
    env: text("env"),
    service: text("service"),
    source: text("source"),
    tags: list("tags"),
    memoryMb: integer("memoryMb", 128, 10_240),
    timeoutSeconds: integer("timeoutSeconds", 3, 900),
    reservedConcurrency: integer("reservedConcurrency", 1, 100_000),
    storedLogsExpireAfterDays: integer("storedLogsExpireAfterDays", 1, 3_650),
    // A run lasts no longer than Lambda lets a function run, and ends before the next.
    replayEveryMinutes: integer("replayEveryMinutes", 1, 15),
    alarmTopicArn,
    ...(rules && !Array.isArray(rules) && { rules }),
    taskEvents: flag("taskEvents", false),
    ...(list("logGroupTags").length > 0 && { logGroupTags: renames(list("logGroupTags")) }),
    firelensProfile: firelensProfile as Settings["firelensProfile"],
    comparisonIntake: comparisonIntake as Settings["comparisonIntake"],
  };
  if (problems.length > 0) throw new SettingsError(problems);
  return settings;
}

/** `team`, `CostCenter=cost_center`: name in AWS, and the one in Datadog if it is another. */
function renames(items: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    items.map((item) => {
      const [from = "", to] = item.split("=");
      return [from.trim(), (to ?? from).trim()];
    }),
  );
}

/** The rules in a file, or what is wrong with it. */
function readRules(file: string): RulesFile | string[] {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    return [`${file} can't be read as JSON: ${(error as Error).message}.`];
  }
  const rules = parseRules(value);
  return rules instanceof RulesError ? [...rules.problems] : rules;
}

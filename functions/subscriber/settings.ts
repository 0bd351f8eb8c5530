import { ConfigError } from "../settings/config.ts";
import { isRuleFilterName, SUBSCRIBER_ENV } from "./environment.ts";
import type { Wish } from "./plan.ts";
import { parseLogGroupRule } from "./rule.ts";

export interface SubscriberSettings {
  readonly wish: Required<Wish>;
  readonly dryRun: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The settings from environment variables and the rule's file, or all that is wrong with them.
 * @param ruleText what is in the file; undefined if there is none
 */
export function parseSubscriberSettings(
  environment: Environment,
  ruleText: string | undefined,
): SubscriberSettings | ConfigError {
  const problems: string[] = [];
  const read = (name: string) => environment[name]?.trim() || undefined;
  const must = (name: string, allowed: string) => problems.push(`${name} must be ${allowed}.`);

  const destinationArn = read(SUBSCRIBER_ENV.destinationArn);
  if (!destinationArn?.startsWith("arn:")) {
    must(SUBSCRIBER_ENV.destinationArn, "the ARN of what the filters deliver to");
  }
  const roleArn = read(SUBSCRIBER_ENV.destinationRoleArn);
  if (roleArn !== undefined && !/^arn:[^:]+:iam:/.test(roleArn)) {
    must(SUBSCRIBER_ENV.destinationRoleArn, "the ARN of a role");
  }
  const name = read(SUBSCRIBER_ENV.filterName);
  if (!isRuleFilterName(name)) {
    must(SUBSCRIBER_ENV.filterName, "1 to 507 characters but : * @, and @rule behind them");
  }
  const distribution = read(SUBSCRIBER_ENV.distribution);
  if (distribution !== undefined && distribution !== "ByLogStream" && distribution !== "Random") {
    must(SUBSCRIBER_ENV.distribution, "ByLogStream or Random");
  }
  const dryRun = read(SUBSCRIBER_ENV.dryRun) ?? "false";
  if (dryRun !== "true" && dryRun !== "false") must(SUBSCRIBER_ENV.dryRun, "true or false");
  const rule = parseLogGroupRule(ruleText === undefined ? listsOf(read) : jsonOf(ruleText));
  if (Array.isArray(rule)) problems.push(...rule);

  if (problems.length > 0 || Array.isArray(rule) || name === undefined) return new ConfigError(problems);
  const pattern = environment[SUBSCRIBER_ENV.filterPattern] ?? "";
  const filter = { name, destinationArn, roleArn, distribution, pattern };
  return { wish: { filter, rule: rule as Required<Wish>["rule"] }, dryRun: dryRun === "true" };
}

/** Without a file: what two variables list, if one does. */
function listsOf(read: (name: string) => string | undefined): unknown {
  const [include, exclude] = [SUBSCRIBER_ENV.include, SUBSCRIBER_ENV.exclude].map((name) =>
    read(name)
      ?.split(",")
      .map((glob) => glob.trim()),
  );
  return include && { include, ...(exclude && { exclude }) };
}

/** What is no JSON is no rule either; `parseLogGroupRule` says so. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

import { RULE_ENV } from "../../../settings/environment.ts";
import { RulesError } from "./parse.ts";
import { compilePattern } from "./pattern.ts";
import { patternFromPython } from "./python-pattern.ts";
import type { Redact, RuleActions, RulesFile } from "./types.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The rules with what Datadog's settings ask for as their default, or all that is wrong with the settings.
 * An empty value counts as not set. As in Datadog's forwarder, exclude beats include, both see the text before it
 * is scrubbed, and what is scrubbed is replaced by the same text. Patterns are Python's, as there. Two things differ: they run as
 * RE2, so nothing looks ahead, and lines are joined in log groups, too, not only in files from S3. What Datadog's takes for an address goes
 * here, too, even if it only looks like one.
 */
export function rulesFromEnvironment(
  environment: Environment,
  file: RulesFile = { rules: [] },
): RulesFile | RulesError {
  const problems: string[] = [];
  const actions = readActions(environment, problems);
  const set = Object.values(RULE_ENV).filter((name) => environment[name]);
  if (Object.keys(actions).length > 0 && file.default) {
    // To pass over either could let go out what it was to hide.
    problems.push(`${set.join(", ")} and the default of the rules file exclude each other: move them into the file.`);
  }
  if (problems.length > 0) return new RulesError(problems);
  return Object.keys(actions).length > 0 ? { ...file, default: actions } : file;
}

function readActions(environment: Environment, problems: string[]): RuleActions {
  const pattern = (name: string) => {
    const source = environment[name] || undefined;
    if (source === undefined) return undefined;
    const translated = patternFromPython(source);
    // Not quoted: what is wrong here goes into the function's log, and a key may have got into the wrong setting.
    const compiled = typeof translated === "string" ? translated : compilePattern(translated.pattern, false);
    if (typeof compiled === "string") problems.push(`${name} ${compiled}.`);
    return typeof translated === "string" ? source : translated.pattern;
  };
  const flag = (name: string) => {
    const text = environment[name]?.trim().toLowerCase() || "false";
    if (text !== "true" && text !== "false") problems.push(`${name} must be true or false.`);
    return text === "true";
  };
  const include = pattern(RULE_ENV.include);
  const exclude = pattern(RULE_ENV.exclude);
  const scrub = pattern(RULE_ENV.scrubbingRule);
  const start = pattern(RULE_ENV.multilinePattern);
  const redact: Redact[] = [];
  if (flag(RULE_ENV.redactIp)) redact.push({ detector: "ipv4", replacement: "xxx.xxx.xxx.xxx", lookalikes: true });
  if (flag(RULE_ENV.redactEmail)) redact.push({ detector: "email", replacement: "xxxxx@xxxxx.com", lookalikes: true });
  if (scrub) {
    const replacement = fromPython(environment[RULE_ENV.scrubbingReplacement] ?? "");
    redact.push({ name: RULE_ENV.scrubbingRule, pattern: scrub, replacement });
  }
  return {
    ...(include && { include }),
    ...(exclude && { exclude }),
    // Datadog's forwarder looks for it at the beginning of a line.
    ...(start && { multiline: { startPattern: `^(?:${start})` } }),
    ...(redact.length > 0 && { redact }),
  };
}

/** Python writes a group as `\1`, `\g<1>` or `\g<name>`. https://docs.python.org/3/library/re.html#re.sub (2026-11) */
function fromPython(replacement: string): string {
  return replacement
    .replaceAll("$", "$$$$")
    .replace(/\\(?:(\d)|g<(\w+)>)/g, (_, digit?: string, name?: string) => `\${${digit ?? name}}`);
}

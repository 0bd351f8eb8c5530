import { rulesFromEnvironment } from "../../functions/forwarder/stages/rules/from-environment.ts";
import { parseRules, RulesError } from "../../functions/forwarder/stages/rules/parse.ts";
import { patternFromPython } from "../../functions/forwarder/stages/rules/python-pattern.ts";
import type { RuleActions, RulesFile } from "../../functions/forwarder/stages/rules/types.ts";
import { RULE_ENV } from "../../functions/settings/environment.ts";
import { asItIs, type Environment, type Judge, notNeeded, notTakenOver, type Verdict } from "./verdict.ts";

type RuleVariable = (typeof RULE_ENV)[keyof typeof RULE_ENV];

/** Such as `\\"password\\"`: the text as it stands in the JSON of a request. */
const OF_ESCAPED_JSON = /\\\\"/;

const FILTER_NOTE =
  "It looks for a quote with a backslash before it, as patterns for versions before 5 did, which saw the whole entry as JSON. Since 5, and here, the line is matched as it was written: take the backslashes out.";
const SCRUB_NOTE =
  "There it sees the JSON of the request, in which quotes have a backslash. Here it sees the line, so it is tried without those backslashes, too.";
const MULTILINE_NOTE =
  "There it joins lines of files in S3 alone. Here it joins the lines of log groups: try it with npm run rules -- test, or remove it.";

/** What to do if a pattern is refused, beside what the refusal says. */
const IN_PLACE_OF: Readonly<Partial<Record<RuleVariable, string>>> = {
  [RULE_ENV.exclude]: "To drop what does not match, set include in the rules file to the pattern without (?!…).",
  [RULE_ENV.include]: "To keep what does not match, set exclude in the rules file to the pattern without (?!…).",
};

const NOTES: readonly (readonly [RuleVariable, (pattern: string) => string | undefined])[] = [
  [RULE_ENV.include, (pattern) => (OF_ESCAPED_JSON.test(pattern) ? FILTER_NOTE : undefined)],
  [RULE_ENV.exclude, (pattern) => (OF_ESCAPED_JSON.test(pattern) ? FILTER_NOTE : undefined)],
  [RULE_ENV.scrubbingRule, (pattern) => (OF_ESCAPED_JSON.test(pattern) ? SCRUB_NOTE : undefined)],
  [RULE_ENV.multilinePattern, () => MULTILINE_NOTE],
];

/** How one of Datadog's settings for lines becomes part of the default rule. */
export function judgeRule(name: RuleVariable): Judge {
  return (value, environment) => {
    const actions = actionsOf(name, value, environment);
    if (typeof actions === "string") return refused(name, actions);
    if (Object.keys(actions).length === 0) return asItIs("Nothing is redacted unless a rule says so.");
    return { fate: "rule", says: saysOf(name, value, actions), actions };
  };
}

/** It stands in the rule of the pattern, and nowhere without one. */
export const judgeReplacement: Judge = (_, environment) => {
  const pattern = environment[RULE_ENV.scrubbingRule];
  if (!pattern) return notNeeded(`It means nothing without ${RULE_ENV.scrubbingRule}.`);
  return typeof actionsOf(RULE_ENV.scrubbingRule, pattern, environment) === "string"
    ? notTakenOver(`${RULE_ENV.scrubbingRule} is not taken over, and this goes with it.`)
    : { fate: "rule", says: `replacement, in the redaction of ${RULE_ENV.scrubbingRule}.` };
};

/** The rules file of all that became rules. Undefined: nothing did. */
export function rulesFileOf(verdicts: readonly Verdict[]): RulesFile | undefined {
  const all = verdicts.flatMap(({ actions }) => actions ?? []);
  if (all.length === 0) return undefined;
  const redact = all.flatMap((actions) => actions.redact ?? []);
  return { rules: [], default: { ...Object.assign({}, ...all), ...(redact.length > 0 && { redact }) } };
}

/** What it does as a rule, as the forwarder itself reads it; or why it can't, as the end of a sentence about it. */
function actionsOf(name: RuleVariable, value: string, environment: Environment): RuleActions | string {
  const replacement = environment[RULE_ENV.scrubbingReplacement];
  const read = (pattern: string) =>
    rulesFromEnvironment({ [name]: pattern, [RULE_ENV.scrubbingReplacement]: replacement });
  const written = [value];
  if (name === RULE_ENV.scrubbingRule && OF_ESCAPED_JSON.test(value)) written.push(value.replaceAll('\\\\"', '"'));
  const files = written.map(read);
  const file = { rules: [], default: files[0] instanceof RulesError ? {} : { ...files[0]?.default } };
  const redact = files.flatMap((each) => (each instanceof RulesError ? [] : (each.default?.redact ?? [])));
  const checked = parseRules({ ...file, default: { ...file.default, ...(redact.length > 0 && { redact }) } });
  const problem = [...files, checked].find((each) => each instanceof RulesError)?.problems[0];
  if (problem !== undefined) return problem.replace(/^\S+ /, "").replace(/\.$/, "");
  return (checked as RulesFile).default ?? {};
}

function refused(name: RuleVariable, problem: string): Verdict {
  const isAboutLooking = problem.startsWith("looks ahead");
  return notTakenOver([`It ${problem}.`, isAboutLooking && IN_PLACE_OF[name]].filter(Boolean).join(" "));
}

function saysOf(name: RuleVariable, value: string, actions: RuleActions): string {
  const translated = isPattern(name) ? patternFromPython(value) : undefined;
  const isChanged = typeof translated === "object" && translated.pattern !== value;
  const [, note] = NOTES.find(([variable]) => variable === name) ?? [];
  const sentences = [
    `${Object.keys(actions).join(", ")}, in the default rule.`,
    isChanged && "Written in RE2's syntax, in which it finds the same.",
    ...(typeof translated === "object" ? translated.notes : []),
    note?.(value),
  ];
  return sentences.filter(Boolean).join(" ");
}

const isPattern = (name: RuleVariable) => name !== RULE_ENV.redactIp && name !== RULE_ENV.redactEmail;

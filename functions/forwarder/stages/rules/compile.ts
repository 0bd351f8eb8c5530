import { globMatcher } from "../../../records/glob.ts";
import { openRuleBudget, type RuleBudget, UNKNOWN } from "./budget.ts";
import type { CompiledRule } from "./compiled-rule.ts";
import type { Join } from "./multiline.ts";
import { needlesOf } from "./needles.ts";
import { compilePattern, type Pattern } from "./pattern.ts";
import { DOCKER_PIECE_BYTES } from "./pieces.ts";
import type { Redaction } from "./redaction.ts";
import { RULE_FIELDS } from "./rule-fields.ts";
import type { Sampling } from "./sample.ts";
import { readTemplate, type TemplatePart } from "./template.ts";
import type { Capture, Multiline, Names, Overrides, Redact, RuleActions, RulesFile, Sample } from "./types.ts";

export interface Rules {
  /** The first rule whose globs match, else the default, else one that changes nothing. */
  readonly for: (names: Names) => CompiledRule;
}

const { multiline: MULTILINE, sample: SAMPLE, detector: DETECTOR, pattern: PATTERN } = RULE_FIELDS;

/** @param file as `parseRules` returned it: of what it would have refused, this throws. */
export function compileRules(file: RulesFile): Rules {
  const rules = file.rules.map((rule) => ({
    matchesGroup: globMatcher(rule.logGroup),
    matchesStream: globMatcher(rule.logStream ?? "*"),
    compiled: compileActions(rule, rule.name ?? rule.logGroup),
  }));
  const fallback = file.default ? compileActions(file.default, "default") : compileActions({}, "none");
  return {
    for: ({ logGroup, logStream }) =>
      rules.find((rule) => rule.matchesGroup(logGroup) && rule.matchesStream(logStream))?.compiled ?? fallback,
  };
}

function compileActions(actions: RuleActions, name: string): CompiledRule {
  const rule: CompiledRule = {
    name,
    overridesFor: overridesOf(actions),
    ...(actions.multiline && { join: joinOf(actions.multiline) }),
    include: listOf(actions.include).map(compile),
    exclude: listOf(actions.exclude).map(compile),
    ...(actions.sample && { sampling: samplingOf(actions.sample) }),
    redactions: (actions.redact ?? []).map(redactionOf),
  };
  const needles = needlesOf(rule);
  return needles ? { ...rule, needles } : rule;
}

function joinOf(multiline: Multiline): Join {
  const { startPattern, pieces = MULTILINE.pieces.default } = multiline;
  const pieceBytes = pieces === true ? DOCKER_PIECE_BYTES : pieces;
  const { default: bytesOfLines, defaultWithPieces } = MULTILINE.maxBytes;
  return {
    ...(startPattern !== undefined && { start: compile(startPattern) }),
    separator: multiline.separator ?? MULTILINE.separator.default,
    ...(pieceBytes !== false && { pieceBytes }),
    maxLines: multiline.maxLines ?? MULTILINE.maxLines.default,
    maxBytes: multiline.maxBytes ?? (pieces === false ? bytesOfLines : defaultWithPieces),
  };
}

const samplingOf = ({ rate, key, keepErrors = SAMPLE.keepErrors.default }: Sample): Sampling => ({
  rate,
  ...(key !== undefined && { key: compile(key) }),
  keepErrors,
});

function redactionOf(redact: Redact): Redaction {
  if (typeof redact === "string") return redactionOf({ detector: redact });
  if ("detector" in redact) {
    const { detector, replacement = `[REDACTED:${detector}]`, lookalikes = DETECTOR.lookalikes.default } = redact;
    return { name: detector, countedAs: detector, detector, lookalikes, replacement };
  }
  const { pattern, name, replacement = PATTERN.replacement.default } = redact;
  return {
    name: name ?? pattern,
    countedAs: name ?? "pattern",
    pattern: compile(pattern),
    replacement: readTemplate(replacement),
  };
}

function overridesOf({ capture = [], tags = [], source, service, host, env }: RuleActions) {
  const captures = capture.map(({ from, pattern }) => ({ from, pattern: compile(pattern) }));
  const templates = Object.entries({ source, service, host, env }).flatMap(([field, text]) =>
    text === undefined ? [] : [[field, readTemplate(text)] as const],
  );
  const tagTemplates = tags.map(readTemplate);
  return (names: Names, budget = openRuleBudget()): Overrides => {
    const groups = groupsIn(names, captures, budget);
    const fill = (template: readonly TemplatePart[]) => fillTemplate(template, groups);
    const filled = templates.flatMap(([field, template]) => {
      const text = fill(template);
      return text ? [[field, text] as const] : [];
    });
    return { ...Object.fromEntries(filled), tags: tagTemplates.map(fill).filter((tag) => tag !== undefined) };
  };
}

/** Of groups with the same name, the first that was found counts. One that there was no time to look for was not found. */
function groupsIn(
  names: Names,
  captures: readonly { from: Capture["from"]; pattern: Pattern }[],
  budget: RuleBudget,
): ReadonlyMap<string | number, string> {
  const groups = new Map<string | number, string>();
  let characters = 0;
  let allKnown = true;
  budget.begin();
  for (const { from, pattern } of captures) {
    characters += names[from].length;
    for (const name of pattern.groupNames) {
      const text = pattern.group(names[from], name, budget);
      if (text === UNKNOWN) allKnown = false;
      else if (text && !groups.has(name)) groups.set(name, text);
    }
  }
  budget.end(characters);
  if (!allKnown) budget.outOfTime();
  return groups;
}

function fillTemplate(template: readonly TemplatePart[], groups: ReadonlyMap<string | number, string>) {
  const parts = template.map((part) => ("literal" in part ? part.literal : groups.get(part.group)));
  return parts.includes(undefined) ? undefined : parts.join("");
}

const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;

function compile(source: string): Pattern {
  const pattern = compilePattern(source);
  if (typeof pattern !== "string") return pattern;
  throw new TypeError(`A pattern ${pattern}. Rules go through parseRules first, which says which one.`);
}

import type { EventIndex } from "../../../records/event.ts";
import { ConfigError } from "../../../settings/config.ts";
import { RULES_FILE } from "../../../settings/environment.ts";
import { applyRule, type CountRuled } from "./apply.ts";
import type { RuleBudget } from "./budget.ts";
import { compileRules } from "./compile.ts";
import { rulesFromEnvironment } from "./from-environment.ts";
import type { RuledEvent } from "./judge.ts";
import { parseRules, RulesError } from "./parse.ts";
import type { OnCut } from "./redact.ts";
import { type Clean, namesRedactor } from "./redact-names.ts";
import type { Names, Overrides } from "./types.ts";

/** The rule for a log group and stream, ready for the events of their deliveries. */
export interface RuleFor {
  readonly name: string;
  readonly overrides: Overrides;
  readonly apply: (events: EventIndex, count: CountRuled) => Iterable<RuledEvent>;
  /** For all that its entries say besides their text. */
  readonly clean: Clean;
}
/**
 * @param budget of the invocation, for the names as well as for the events.
 * @param countCut told of each part that is redacted: the detector, or the name of the user's pattern.
 */
export type FindRule = (names: Names, budget: RuleBudget, countCut?: (by: string) => void) => RuleFor;

/**
 * The rules of a file and of Datadog's settings, ready to be applied, or all that is wrong with them. Loaded only if
 * there are rules, since the engine behind it is.
 *
 * @param text of the rules file; undefined if there is none.
 */
export function loadRules(
  text: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): FindRule | ConfigError {
  const file = text === undefined ? { rules: [] } : parseRules(jsonOf(text));
  if (file instanceof RulesError) return new ConfigError(file.problems, `The rules file ${RULES_FILE}`);
  const all = rulesFromEnvironment(environment, file);
  if (all instanceof RulesError) return new ConfigError(all.problems);
  const rules = compileRules(all);
  return (names, budget, countCut) => {
    const rule = rules.for(names);
    const onCut: OnCut | undefined = countCut && (({ countedAs }) => countCut(countedAs));
    const clean = namesRedactor(rule.redactions, budget, onCut);
    return {
      name: rule.name,
      overrides: clean(rule.overridesFor(names, budget)),
      apply: (events, count) => applyRule(rule, events, count, budget, onCut),
      clean,
    };
  };
}

/** What is no JSON is no rules file either; `parseRules` says so. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

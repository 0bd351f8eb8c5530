import type { Delivery } from "../../../records/delivery.ts";
import { ConfigError } from "../../../settings/config.ts";
import { applyRule, type Ruled } from "./apply.ts";
import { compileRules } from "./compile.ts";
import { parseRules, RulesError } from "./parse.ts";
import { rulesFromSettings } from "./settings.ts";
import type { Overrides } from "./types.ts";

/** Applies the rule for a delivery's log group and stream to its events. */
export type ApplyRules = (delivery: Delivery) => Ruled & { readonly overrides: Overrides };

/**
 * The rules of a file and of Datadog's settings, ready to be applied, or all that is wrong with them. Loaded only if
 * there are rules, since the engine behind it is.
 *
 * @param text of the rules file; undefined if there is none.
 */
export function loadRules(
  text: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): ApplyRules | ConfigError {
  const file = text === undefined ? { rules: [] } : parseRules(jsonOf(text));
  if (file instanceof RulesError) return new ConfigError(file.problems);
  const all = rulesFromSettings(environment, file);
  if (all instanceof RulesError) return new ConfigError(all.problems);
  const rules = compileRules(all);
  return (delivery) => {
    const rule = rules.for(delivery);
    return { ...applyRule(rule, delivery.events), overrides: rule.overridesFor(delivery) };
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

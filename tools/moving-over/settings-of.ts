import path from "node:path";
import type { RulesFile } from "../../functions/forwarder/stages/rules/types.ts";
import type { Answers } from "../init/options.ts";
import { settingsFile } from "../init/settings-file.ts";
import { schemaPath } from "../schema-path.ts";
import type { Judged } from "./judge.ts";
import { rulesFileOf } from "./judge-rule.ts";
import { NEW_SECRET } from "./judge-variable.ts";

/** What is to be written, as text. */
export interface Written {
  readonly settings: string;
  /** Undefined: no rules are needed. */
  readonly rules?: string;
  /** What a person has to do before it is deployed. */
  readonly open: readonly string[];
}

/**
 * The files that say what the environment said.
 * @throws UsageError if a deployment would refuse them
 */
export function writtenFrom(judged: readonly Judged[], out: string, rulesOut: string): Written {
  const rules = rulesFileOf(judged);
  const settings: Answers = Object.assign({}, ...judged.map((each) => each.settings));
  const hasKey = settings.apiKeySecret !== undefined || settings.apiKeyParameter !== undefined;
  return {
    settings: settingsFile(out, {
      ...(!hasKey && { apiKeySecret: NEW_SECRET }),
      // Nothing is subscribed until somebody says what.
      logGroups: [],
      ...settings,
      ...(rules && { rules: path.relative(path.dirname(out), rulesOut).replaceAll("\\", "/") }),
    }),
    ...(rules && { rules: rulesText(rules, rulesOut) }),
    open: [
      ...(hasKey ? [] : [`Put the API key into a secret named ${NEW_SECRET}, or name another in apiKeySecret.`]),
      "Name in logGroups what is to move first: it says none now.",
    ],
  };
}

function rulesText(rules: RulesFile, rulesOut: string): string {
  const file: RulesFile = { $schema: schemaPath("docs/rules.schema.json", rulesOut), ...rules };
  return `${JSON.stringify(file, null, 2)}\n`;
}

import { readFileSync } from "node:fs";
import path from "node:path";
import { parseRules, RulesError } from "../../functions/forwarder/stages/rules/parse.ts";
import type { RulesFile } from "../../functions/forwarder/stages/rules/types.ts";
import { FILE_KEY, parseSettings, type SettingsFile } from "./parse-settings.ts";
import { NONE } from "./read-value.ts";
import type { SettingValues } from "./table.ts";

/** All that the stacks are made from. */
export type StackSettings = Omit<
  SettingValues,
  "apiKeySecret" | "apiKeyParameter" | "apiKeyField" | "apiKeyKmsKeyArn" | "rules"
> & {
  readonly apiKey: ({ readonly secret: string; readonly field?: string } | { readonly parameter: string }) & {
    readonly kmsKeyArn?: string;
  };
  /** What is in the file that `rules` names. */
  readonly rules?: RulesFile;
};

/** Has every problem that there is. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  constructor(problems: readonly string[]) {
    super(`${problems.length} problem(s) in the settings:\n${problems.map((problem) => `- ${problem}`).join("\n")}`);
  }
}

export const DEFAULT_FILE = "sidecarless.json";

/**
 * Reads sidecarless.json, or the file that the context names as `settings`, and the rules that it names.
 * @param context what CDK collected, `-c` and cdk.json alike
 * @param folder the one of cdk.json, where `cdk` runs
 * @throws SettingsError with every problem
 */
export function loadSettings(context: Readonly<Record<string, unknown>>, folder: string): StackSettings {
  const file = settingsFile(context[FILE_KEY], folder);
  const { values, problems } = parseSettings({ context, file });
  const { apiKeySecret, apiKeyParameter, apiKeyField, apiKeyKmsKeyArn, rules: rulesPath, ...others } = values;
  const rules = rulesPath === undefined ? undefined : rulesIn(rulesPath, folder);
  const all = [...problems, ...(Array.isArray(rules) ? rules : [])];
  if (all.length > 0) throw new SettingsError(all);
  return {
    ...others,
    apiKey: {
      ...(apiKeyParameter === undefined
        ? { secret: apiKeySecret ?? "", field: apiKeyField }
        : { parameter: apiKeyParameter }),
      kmsKeyArn: apiKeyKmsKeyArn,
    },
    ...(rules && !Array.isArray(rules) && { rules }),
  };
}

/** @throws SettingsError if one is named that is not there, or that is no JSON. */
function settingsFile(named: unknown, folder: string): SettingsFile | undefined {
  if (named === NONE) return undefined;
  const name = typeof named === "string" && named !== "" ? named : DEFAULT_FILE;
  let text: string;
  try {
    text = readFileSync(path.resolve(folder, name), "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && !named) return undefined;
    const why = code === "ENOENT" ? "is not there" : `can't be read (${code})`;
    throw new SettingsError([`The settings file ${name} ${why}. Looked for: ${path.resolve(folder, name)}.`]);
  }
  try {
    // Some editors put a byte order mark in front.
    return { name, content: JSON.parse(text.replace(/^\uFEFF/, "")) };
  } catch (error) {
    throw new SettingsError([`${name} is not JSON: ${(error as Error).message}.`]);
  }
}

/** The rules in a file, or what is wrong with it. */
function rulesIn(file: string, folder: string): RulesFile | string[] {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path.resolve(folder, file), "utf8"));
  } catch (error) {
    return [`rules: ${file} can't be read as JSON: ${(error as Error).message}.`];
  }
  const rules = parseRules(content);
  return rules instanceof RulesError ? rules.problems.map((problem) => `rules: ${problem}`) : rules;
}

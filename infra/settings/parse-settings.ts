import path from "node:path";
import { similarName } from "../../functions/settings/similar-name.ts";
import { combinationProblems } from "./combinations.ts";
import { type Refused, readJson, readText } from "./read-value.ts";
import type { SettingRow } from "./table/setting-row.ts";
import { SETTING_NAMES, SETTINGS, type SettingName, type SettingValues } from "./table.ts";

/** What somebody set, before it is checked. */
export interface GivenSettings {
  /** What CDK collected: `-c`, cdk.json and its other files; it does not say which. It goes before the file. */
  readonly context: Readonly<Record<string, unknown>>;
  readonly file?: SettingsFile;
}

export interface SettingsFile {
  /** Its path, as it is shown. */
  readonly name: string;
  /** The JSON in it. */
  readonly content: unknown;
}

/** The key of the context that names another file than sidecarless.json. It stands in no file. */
export const FILE_KEY = "settings";

/** Where the settings are that are not from a file. `-c` and cdk.json reach the app as one. */
export const CONTEXT = "-c, or context of cdk.json";

export interface ParsedSettings {
  /** A setting with a problem is undefined here. */
  readonly values: SettingValues;
  /** Empty if all is well. */
  readonly problems: readonly string[];
}

/** Reads no file: `rules` is the path of one. */
export function parseSettings({ context, file }: GivenSettings): ParsedSettings {
  const problems: string[] = [];
  const fromFile = file ? entriesOf(file, problems) : new Map<SettingName, unknown>();
  const fromContext = ownEntries(context, problems);
  const refused = new Set<SettingName>();
  const origins = new Map<SettingName, string>();

  const read = (name: SettingName): unknown => {
    const row: SettingRow = SETTINGS[name];
    const inContext = fromContext.has(name);
    if (!inContext && !fromFile.has(name)) return row.default;
    const given = inContext ? fromContext.get(name) : fromFile.get(name);
    const origin = inContext ? CONTEXT : (file?.name ?? "");
    origins.set(name, origin);
    // cdk.json's context may have JSON, too.
    const value = inContext && typeof given === "string" ? readText(row.shape, given) : readJson(row.shape, given);
    if ("must" in value) {
      refused.add(name);
      problems.push(`${complaint(name, row, value)} (${origin}).`);
      return undefined;
    }
    return row.shape.kind === "path" && !inContext && file
      ? path.join(path.dirname(file.name), value.value as string)
      : value.value;
  };

  const values = Object.fromEntries(SETTING_NAMES.map((name) => [name, read(name)])) as unknown as SettingValues;
  problems.push(...combinationProblems({ values, refused, origins, file: file?.name }));
  return { values, problems };
}

const isSetting = (name: string): name is SettingName => Object.hasOwn(SETTINGS, name);

/** Every name in the file is meant for us. */
function entriesOf({ name: file, content }: SettingsFile, problems: string[]): Map<SettingName, unknown> {
  const entries = new Map<SettingName, unknown>();
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    problems.push(`${file} must hold an object, {"apiKeySecret": "…"}.`);
    return entries;
  }
  for (const [name, value] of Object.entries(content)) {
    if (isSetting(name)) entries.set(name, value);
    else if (name !== "$schema") {
      const meant = similarName(name, SETTING_NAMES);
      problems.push(
        `${name} is no setting${meant ? `; did you mean ${meant}?` : "."} (${file}; all are in ${ALL_SETTINGS})`,
      );
    }
  }
  return entries;
}

/**
 * The context is not ours alone: `cdk acknowledge` writes `acknowledged-issue-numbers` there, `cdk cli-telemetry` a key of
 * its name, look-ups theirs. So what is like none of our names is passed over; what is like one is misspelt.
 */
function ownEntries(context: GivenSettings["context"], problems: string[]): Map<SettingName, unknown> {
  const entries = new Map<SettingName, unknown>();
  for (const [name, value] of Object.entries(context)) {
    // A script's `-c env=$ENV` with an empty variable.
    if (isSetting(name) && value !== "") entries.set(name, value);
    if (isSetting(name) || name === FILE_KEY || /[:/]/.test(name)) continue;
    const meant = similarName(name, [...SETTING_NAMES, FILE_KEY]);
    if (meant) problems.push(`${name} is no setting; did you mean ${meant}? (${CONTEXT}; all are in ${ALL_SETTINGS})`);
  }
  return entries;
}

const ALL_SETTINGS = "docs/settings.md";

/** @param shown the setting's name, as it was written */
export function complaint(shown: string, { hidden }: SettingRow, { must, item, given }: Refused): string {
  const where = item === undefined ? shown : `${shown}, item ${item},`;
  const found = hidden ? "" : `; it is ${shortened(JSON.stringify(given))}`;
  return `${where} must ${must}${found}`;
}

const shortened = (text: string) => (text.length <= 100 ? text : `${text.slice(0, 99)}…`);

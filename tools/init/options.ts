import path from "node:path";
import type { ParseArgsOptionsConfig } from "node:util";
import { DEFAULT_FILE } from "../../infra/settings/load-settings.ts";
import { complaint } from "../../infra/settings/parse-settings.ts";
import { readText } from "../../infra/settings/read-value.ts";
import type { SettingRow } from "../../infra/settings/table/setting-row.ts";
import { SETTING_NAMES, SETTINGS, type SettingName } from "../../infra/settings/table.ts";
import { readArguments, UsageError } from "../arguments.ts";

/** Values of settings, as they are after reading. */
export type Answers = Readonly<Partial<Record<SettingName, unknown>>>;

export interface Options {
  readonly answers: Answers;
  readonly out: string;
  readonly force: boolean;
  /** Ask nothing. */
  readonly yes: boolean;
}

const OWN = {
  out: { type: "string", default: DEFAULT_FILE },
  force: { type: "boolean", default: false },
  yes: { type: "boolean", short: "y", default: false },
  help: { type: "boolean", short: "h" },
} as const satisfies ParseArgsOptionsConfig;

/** `logGroups` is `--log-groups`. */
const flagOf = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const rowOf = (name: SettingName): SettingRow => SETTINGS[name];

/** @throws UsageError with every flag that is wrong */
export function parseOptions(args: readonly string[]): Options | "help" {
  const forSettings = SETTING_NAMES.map((name) => {
    const type = rowOf(name).shape.kind === "flag" ? "boolean" : "string";
    return [flagOf(name), { type }] as const;
  });
  const { values } = readArguments({
    args: [...args],
    options: { ...(Object.fromEntries(forSettings) as ParseArgsOptionsConfig), ...OWN },
    allowNegative: true,
  });
  if (values.help) return "help";
  const { out, force, yes } = values as { out: string; force: boolean; yes: boolean };
  const problems: string[] = [];
  const answers: Partial<Record<SettingName, unknown>> = {};
  for (const name of SETTING_NAMES) {
    const given = (values as Record<string, string | boolean | undefined>)[flagOf(name)];
    if (given === undefined) continue;
    const { shape } = rowOf(name);
    const read = readText(shape, String(given));
    if ("must" in read) problems.push(`${complaint(`--${flagOf(name)}`, rowOf(name), read)}.`);
    // Given as seen from here, it stands in the file as seen from there.
    else answers[name] = shape.kind === "path" ? relativeTo(out, String(read.value)) : read.value;
  }
  if (problems.length > 0) throw new UsageError(problems.join("\n"));
  return { answers, out, force, yes };
}

const relativeTo = (file: string, target: string) => path.relative(path.dirname(file), target).replaceAll("\\", "/");

/** Every setting with its flag, for the help. */
export const settingFlags = (): string => SETTING_NAMES.map((name) => `  ${flagAndValue(name)}`).join("\n");

function flagAndValue(name: SettingName): string {
  const { shape } = rowOf(name);
  switch (shape.kind) {
    case "flag":
      return `--[no-]${flagOf(name)}`;
    case "choice":
      return `--${flagOf(name)} ${shape.of.length > 5 ? "N" : shape.of.join("|")}`;
    default:
      return `--${flagOf(name)} ${VALUE_WORDS[shape.kind]}`;
  }
}

const VALUE_WORDS = { text: "TEXT", path: "FILE", integer: "N", list: "A,B", pairs: "A,B=C" } as const;

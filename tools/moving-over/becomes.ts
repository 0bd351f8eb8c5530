import { ENV, NETWORK_ENV } from "../../functions/settings/environment.ts";
import { complaint } from "../../infra/settings/parse-settings.ts";
import { readText } from "../../infra/settings/read-value.ts";
import { SETTINGS, type SettingName } from "../../infra/settings/table.ts";
import { type Judge, notTakenOver, type Verdict } from "./verdict.ts";

/** The settings of a deployment that stand for the functions' variables. Undefined: there is none. */
const SETTING_OF_ENV = {
  apiKeySecretArn: "apiKeySecret",
  apiKeyField: "apiKeyField",
  apiKeySsmName: "apiKeyParameter",
  apiKey: undefined,
  site: "site",
  host: "intakeHost",
  port: "intakePort",
  noSsl: "intakeTls",
  tags: "tags",
  env: "env",
  service: "service",
  source: "source",
  compression: "compression",
  compressionLevel: "compressionLevel",
  maxConcurrentRequests: "maxConcurrentRequests",
  bucket: "bucketName",
  requestTimeoutMs: "requestTimeoutMs",
  maxDecodedBytes: "maxDecodedBytes",
  ecsMetadata: "ecsMetadata",
  metadataBudgetMs: "metadataBudgetMs",
  ecsCluster: "ecsCluster",
  logGroupTags: "logGroupTags",
  fetchLogGroupTags: undefined,
  enrichCloudwatchTags: undefined,
  apiKeyTtlSeconds: "apiKeyTtlSeconds",
  forwarder: undefined,
} as const satisfies Readonly<Record<keyof typeof ENV, SettingName | undefined>>;

const SETTING_OF_NETWORK = {
  httpsProxy: "proxyUrl",
  httpProxy: "proxyUrl",
  noProxy: "noProxy",
  extraCaCerts: "proxyCaFile",
} as const satisfies Readonly<Record<keyof typeof NETWORK_ENV, SettingName>>;

const SETTING_OF = new Map<string, SettingName>(
  [
    ...Object.entries(SETTING_OF_ENV).map(([key, setting]) => [ENV[key as keyof typeof ENV], setting] as const),
    ...Object.entries(SETTING_OF_NETWORK).map(
      ([key, setting]) => [NETWORK_ENV[key as keyof typeof NETWORK_ENV], setting] as const,
    ),
  ].filter((pair): pair is [string, SettingName] & typeof pair => pair[1] !== undefined),
);

/** Texts of the functions' tables name variables; whoever deploys by a settings file needs the settings instead. */
export const inSettings = (text: string): string =>
  text.replace(/[A-Z][A-Z_]{4,}/g, (name) => SETTING_OF.get(name) ?? name);

/** The value is read as `-c` would read it, and becomes this setting, or is told to be wrong for it. */
export function becomes(setting: SettingName, note?: string): Judge {
  return (value) => settingVerdict(setting, value, note);
}

export function settingVerdict(setting: SettingName, value: string, note?: string): Verdict {
  const row = SETTINGS[setting];
  const read = readText(row.shape, row.shape.kind === "list" ? withoutRepeats(value) : value);
  if ("must" in read) return notTakenOver(`${complaint(setting, row, read)}. Set it in the settings file.`);
  return settingsVerdict({ [setting]: read.value }, note);
}

/** A list may not hold anything twice. */
const withoutRepeats = (list: string) => [...new Set(list.split(",").map((item) => item.trim()))].join(",");

export function settingsVerdict(settings: Readonly<Partial<Record<SettingName, unknown>>>, note?: string): Verdict {
  const shown = Object.entries(settings).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return { fate: "setting", says: `${[shown.join(", "), note].filter(Boolean).join(". ")}.`, settings };
}

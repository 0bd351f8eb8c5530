import { ALARMS_SETTINGS } from "./table/alarms.ts";
import { API_KEY_SETTINGS } from "./table/api-key.ts";
import { DEPLOYMENT_SETTINGS } from "./table/deployment.ts";
import { ENTRIES_SETTINGS } from "./table/entries.ts";
import { FUNCTIONS_SETTINGS } from "./table/functions.ts";
import { INTAKE_SETTINGS } from "./table/intake.ts";
import { METADATA_SETTINGS } from "./table/metadata.ts";
import { NETWORK_SETTINGS } from "./table/network.ts";
import { OTHER_STACKS_SETTINGS } from "./table/other-stacks.ts";
import type { SettingRows } from "./table/setting-row.ts";
import type { ValueOf } from "./table/shapes.ts";
import { STORE_SETTINGS } from "./table/store.ts";
import { STREAM_SETTINGS } from "./table/stream.ts";
import { SUBSCRIPTIONS_SETTINGS } from "./table/subscriptions.ts";
import { TUNING_SETTINGS } from "./table/tuning.ts";

/**
 * Every setting of the stacks, by what it is about. Of this table are made: what the file's and `-c`'s parser takes, the JSON
 * Schema, docs/settings.md, and the questions and flags of `npm run init`. After a change run `npm run docs`.
 */
export const SETTING_GROUPS: readonly { readonly title: string; readonly rows: SettingRows }[] = [
  { title: "The deployment", rows: DEPLOYMENT_SETTINGS },
  { title: "Where the API key is", rows: API_KEY_SETTINGS },
  { title: "What is subscribed", rows: SUBSCRIPTIONS_SETTINGS },
  { title: "A stream between, and other accounts", rows: STREAM_SETTINGS },
  { title: "Where to send", rows: INTAKE_SETTINGS },
  { title: "What every entry says", rows: ENTRIES_SETTINGS },
  { title: "What is looked up", rows: METADATA_SETTINGS },
  { title: "The functions", rows: FUNCTIONS_SETTINGS },
  { title: "The network", rows: NETWORK_SETTINGS },
  { title: "The bucket and the replayer", rows: STORE_SETTINGS },
  { title: "Alarms", rows: ALARMS_SETTINGS },
  { title: "What few need", rows: TUNING_SETTINGS },
  { title: "The other stacks", rows: OTHER_STACKS_SETTINGS },
];

export const SETTINGS = {
  ...DEPLOYMENT_SETTINGS,
  ...API_KEY_SETTINGS,
  ...SUBSCRIPTIONS_SETTINGS,
  ...STREAM_SETTINGS,
  ...INTAKE_SETTINGS,
  ...ENTRIES_SETTINGS,
  ...METADATA_SETTINGS,
  ...FUNCTIONS_SETTINGS,
  ...NETWORK_SETTINGS,
  ...STORE_SETTINGS,
  ...ALARMS_SETTINGS,
  ...TUNING_SETTINGS,
  ...OTHER_STACKS_SETTINGS,
};

type Rows = typeof SETTINGS;
export type SettingName = keyof Rows;
export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];

/** The values of all settings; undefined if nothing is set and the row has no default. */
export type SettingValues = {
  readonly [Name in SettingName]: Rows[Name] extends { readonly default: unknown }
    ? ValueOf<Rows[Name]["shape"]>
    : ValueOf<Rows[Name]["shape"]> | undefined;
};

import { settingsSchema } from "../../infra/settings/json-schema.ts";
import { settingsTables } from "../../infra/settings/settings-docs.ts";
import { betweenMarks } from "./between-marks.ts";
import { constructsTables } from "./constructs-page.ts";
import { environmentTable } from "./environment-page.ts";
import { errorTables } from "./error-tables.ts";
import { metricsTable } from "./metrics-page.ts";
import { detectorsTable, fieldsTables } from "./rules-page.ts";
import { rulesSchema } from "./rules-schema.ts";

/** Of a page: what stands between which marks. */
const page = (file: string, contents: Readonly<Record<string, () => string>>) => ({
  [file]: (before: string) =>
    Object.entries(contents).reduce((text, [mark, made]) => betweenMarks(file, text, mark, made()), before),
});
const tables = (file: string, made: () => string) => page(file, { tables: made });

const json = (content: object) => `${JSON.stringify(content, null, 2)}\n`;

/** What is made from tables and sources: path from the project's folder → its text, from the text that is there. */
export const GENERATED_FILES: Readonly<Record<string, (before: string) => string>> = {
  "infra/settings/sidecarless.schema.json": () => json(settingsSchema()),
  // With the documentation, so that the package has it.
  "docs/rules.schema.json": () => json(rulesSchema()),
  ...tables("docs/settings.md", settingsTables),
  ...tables("docs/environment.md", environmentTable),
  ...tables("docs/constructs.md", constructsTables),
  ...tables("docs/own-logs.md", metricsTable),
  ...page("docs/rules.md", { fields: fieldsTables, detectors: detectorsTable, errors: errorTables }),
};

import { settingsSchema } from "../../infra/settings/json-schema.ts";
import { settingsTables } from "../../infra/settings/settings-docs.ts";
import { betweenMarks } from "./between-marks.ts";
import { constructsTables } from "./constructs-page.ts";
import { environmentTable } from "./environment-page.ts";

const tables = (file: string, content: () => string) => ({
  [file]: (before: string) => betweenMarks(file, before, "tables", content()),
});

/** What is made from tables and sources: path from the project's folder → its text, from the text that is there. */
export const GENERATED_FILES: Readonly<Record<string, (before: string) => string>> = {
  "infra/settings/sidecarless.schema.json": () => `${JSON.stringify(settingsSchema(), null, 2)}\n`,
  ...tables("docs/settings.md", settingsTables),
  ...tables("docs/environment.md", environmentTable),
  ...tables("docs/constructs.md", constructsTables),
};

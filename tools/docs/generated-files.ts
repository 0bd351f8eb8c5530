import { settingsSchema } from "../../infra/settings/json-schema.ts";
import { settingsTables } from "../../infra/settings/settings-docs.ts";
import { constructsTables } from "./constructs-page.ts";
import { environmentTable } from "./environment-page.ts";

const tables = (content: () => string) => (before: string) =>
  between(before, "<!-- tables: begin -->", "<!-- tables: end -->", content());

/** What is made from tables and sources: path from the project's folder → its text, from the text that is there. */
export const GENERATED_FILES: Readonly<Record<string, (before: string) => string>> = {
  "infra/settings/sidecarless.schema.json": () => `${JSON.stringify(settingsSchema(), null, 2)}\n`,
  "docs/settings.md": tables(settingsTables),
  "docs/environment.md": tables(environmentTable),
  "docs/constructs.md": tables(constructsTables),
};

function between(text: string, begin: string, end: string, content: string): string {
  const [head, rest] = text.split(begin);
  const tail = rest?.split(end)[1];
  if (head === undefined || tail === undefined) throw new Error(`The text has no ${begin} … ${end}.`);
  return `${head}${begin}\n\n${content}\n\n${end}${tail}`;
}

import { settingsSchema } from "./json-schema.ts";
import { settingsTables } from "./settings-docs.ts";

/** What is made from the table of settings: path from the project's folder → its text, from the text that is there. */
export const GENERATED_FILES: Readonly<Record<string, (before: string) => string>> = {
  "infra/settings/sidecarless.schema.json": () => `${JSON.stringify(settingsSchema(), null, 2)}\n`,
  "docs/settings.md": (before) => between(before, "<!-- tables: begin -->", "<!-- tables: end -->", settingsTables()),
};

function between(text: string, begin: string, end: string, content: string): string {
  const [head, rest] = text.split(begin);
  const tail = rest?.split(end)[1];
  if (head === undefined || tail === undefined) throw new Error(`The text has no ${begin} … ${end}.`);
  return `${head}${begin}\n\n${content}\n\n${end}${tail}`;
}

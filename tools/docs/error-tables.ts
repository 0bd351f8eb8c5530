import { ERROR_SIGNS } from "../../functions/forwarder/stages/rules/error-signs.ts";
import { NO_ERRORS } from "../../functions/forwarder/stages/rules/no-error.ts";
import { markdownTable } from "./markdown-table.ts";

/** The tables of docs/rules.md: what counts as an error, and what only mentions one. */
export function errorTables(): string {
  const signs = ERROR_SIGNS.map(({ what, examples, source }) => [what, shown(examples), `[page](${source})`]);
  const none = NO_ERRORS.map(({ what, examples }) => [what, shown(examples)]);
  return [
    markdownTable(["an error's sign", "such as", "from"], signs),
    markdownTable(["no error", "such as"], none),
  ].join("\n\n");
}

const shown = (examples: readonly string[]) => examples.map((example) => `\`${example.trim()}\``).join(", ");

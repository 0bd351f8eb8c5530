import { ERROR_SIGNS } from "../../../../functions/forwarder/stages/rules/error-signs.ts";
import { NO_ERRORS } from "../../../../functions/forwarder/stages/rules/no-error.ts";

/** The tables of docs/rules.md: what counts as an error, and what only mentions one. `node` runs this file, to print them. */
export function errorTables(): string {
  const signs = ERROR_SIGNS.map(({ what, examples, source }) => [what, shown(examples), `[page](${source})`]);
  const none = NO_ERRORS.map(({ what, examples }) => [what, shown(examples)]);
  return `${table(["An error's sign", "Such as", "From"], signs)}\n\n${table(["No error", "Such as"], none)}`;
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

const shown = (examples: readonly string[]) => examples.map((example) => `\`${example.trim()}\``).join(", ");

if (import.meta.main) console.log(errorTables());

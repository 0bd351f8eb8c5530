import { parseSettings } from "../../infra/settings/parse-settings.ts";
import { NONE } from "../../infra/settings/read-value.ts";
import { SETTING_NAMES } from "../../infra/settings/table.ts";
import { UsageError } from "../arguments.ts";
import { schemaPath } from "../schema-path.ts";
import type { Answers } from "./options.ts";

/**
 * The text of a settings file, in the table's order.
 * @throws UsageError with all for which a deployment would refuse it
 */
export function settingsFile(out: string, answers: Answers): string {
  const set = SETTING_NAMES.filter((name) => answers[name] !== undefined).map((name) => {
    const value = answers[name];
    return [name, Array.isArray(value) && value.length === 0 ? NONE : value];
  });
  const $schema = schemaPath("infra/settings/sidecarless.schema.json", out);
  const content = { $schema, ...Object.fromEntries(set) };
  const missing = missingFrom(answers);
  if (missing.length > 0) throw new UsageError(missing.join("\n"));
  const { problems } = parseSettings({ context: {}, file: { name: out, content } });
  if (problems.length > 0) throw new UsageError(problems.join("\n"));
  const lines = Object.entries(content).map(([name, value]) => `  ${JSON.stringify(name)}: ${jsonOf(value)}`);
  return `{\n${lines.join(",\n")}\n}\n`;
}

function missingFrom({ apiKeySecret, apiKeyParameter, logGroups, includeLogGroups, wholeAccount }: Answers): string[] {
  const problems: string[] = [];
  if (apiKeySecret === undefined && apiKeyParameter === undefined) {
    problems.push("Where is the API key? Give --api-key-secret NAME or --api-key-parameter NAME.");
  }
  if (logGroups === undefined && includeLogGroups === undefined && !wholeAccount) {
    problems.push(
      "What is to be subscribed? Give --log-groups A,B, --include-log-groups '/ecs/*' or --whole-account, or --log-groups none.",
    );
  }
  return problems;
}

/** A short list on one line, as one would write it. */
function jsonOf(value: unknown): string {
  const line = Array.isArray(value) ? `[${value.map((item) => JSON.stringify(item)).join(", ")}]` : undefined;
  return line !== undefined && line.length < 90 ? line : JSON.stringify(value, null, 2).replaceAll("\n", "\n  ");
}

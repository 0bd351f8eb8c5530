import { DEFAULT_FILE } from "../../infra/settings/load-settings.ts";
import { readArguments, UsageError } from "../arguments.ts";

export interface Options {
  /** A file, or `-`. */
  readonly env: string;
  readonly out: string;
  readonly rulesOut: string;
  readonly force: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

export const RULES_FILE = "rules.json";

/** @throws UsageError */
export function parseOptions(args: readonly string[]): Options | "help" {
  const { values } = readArguments({
    args: [...args],
    options: {
      env: { type: "string" },
      out: { type: "string", default: DEFAULT_FILE },
      "rules-out": { type: "string" },
      force: { type: "boolean", default: false },
      "dry-run": { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) return "help";
  const { env, out, "rules-out": rulesOut = RULES_FILE, force, "dry-run": dryRun, json } = values;
  if (!env) throw new UsageError("--env FILE is missing; --env - reads standard input.");
  if (out === "" || rulesOut === "") throw new UsageError("--out and --rules-out need the name of a file.");
  return { env, out, rulesOut, force, dryRun, json };
}

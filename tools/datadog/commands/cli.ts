/**
 * `npm run datadog`: Datadog's side of a setup.
 *
 * A command is a function in a file of its own, `(args) => exit code`, and a row below. It reads its arguments with
 * `readArguments` (tools/arguments.ts), its keys with `openAccess` (../access.ts), and throws UsageError, KeyError and
 * DatadogApiError as they come.
 */
import http from "node:http";
import { type Subcommand, subcommandLine } from "../../command-line.ts";
import { ACCESS_HELP } from "../access.ts";
import { DatadogApiError } from "../api-error.ts";
import { KeyError } from "../keys.ts";

interface CommandRow {
  /** One line of the help. */
  readonly summary: string;
  readonly load: Subcommand;
}

const COMMANDS: Readonly<Record<string, CommandRow>> = {
  check: {
    summary: "is the key right, and does a log arrive, with which tags?",
    load: async () => (await import("./run-check.ts")).runCheck,
  },
  readback: {
    summary: "counts the lines of a comparison's run that Datadog has",
    load: async () => (await import("../readback/run-readback.ts")).runReadback,
  },
  plan: {
    summary: "shows what apply would make and change in Datadog",
    load: async () => (await import("../plan/run-plan.ts")).runPlan,
  },
  apply: {
    summary: "makes archive, index, pipeline, dashboard and monitors",
    load: async () => (await import("../apply/run-apply.ts")).runApply,
  },
  remove: {
    summary: "removes what apply made",
    load: async () => (await import("../remove/run-remove.ts")).runRemove,
  },
  export: {
    summary: "prints the same objects for Terraform, or as the API's JSON",
    load: async () => (await import("../export/run-export.ts")).runExport,
  },
};

const WIDTH = Math.max(...Object.keys(COMMANDS).map((name) => name.length));
const HELP = `Datadog's side of sidecarless: checks it, and sets it up.

Usage: npm run datadog -- COMMAND [options]

${Object.entries(COMMANDS)
  .map(([name, { summary }]) => `  ${name.padEnd(WIDTH)}  ${summary}`)
  .join("\n")}

npm run datadog -- COMMAND --help lists the options of a command.

${ACCESS_HELP}

Exit code: 0 done, 1 if something failed, 2 if it was called wrongly, 130 after
Ctrl-C.
`;

// `fetch` asks for it; the forwarder's code and the SDK's clients get the proxy from us.
http.setGlobalProxyFromEnv?.();
await subcommandLine(
  {
    command: "npm run datadog",
    help: HELP,
    subcommands: Object.fromEntries(Object.entries(COMMANDS).map(([name, { load }]) => [name, load])),
    expected: (error) => (error instanceof KeyError || error instanceof DatadogApiError ? { exitCode: 1 } : undefined),
  },
  process.argv.slice(2),
);

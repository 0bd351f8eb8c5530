/** `npm run compare`: both paths under one load, what they cost, and reports of it. */

import { UsageError } from "../../tools/arguments.ts";
import { commandLine } from "../../tools/command-line.ts";
import { ResultError } from "../result.ts";

const HELP = `Latency, cost and loss of the two paths to Datadog: Lambda (sidecarless) and
FireLens (Fluent Bit sidecar).

Usage: npm run compare -- [command] [options]

  local     both paths under one load on this machine; about six minutes
            (default)
  sweep     one rate after the other: loss, latency and usage by rate, and the
            highest that each path carries
  aws       both paths under one load in AWS, against the deployed comparison
            stack
  cost      dollars per month for your usage, no run needed
  scale     direct, a stream between, or several accounts: what AWS's limits and
            an outage say, no run needed
  report    write the reports of a result.json again, for your usage and with
            your limits
  diff      two runs side by side

npm run compare -- COMMAND --help tells the options of each.
`;

/** Loaded when asked for: the SDKs of one command are no load on another. */
const COMMANDS: Readonly<Record<string, () => Promise<(args: readonly string[]) => Promise<number>>>> = {
  local: async () => (await import("../local/run-local.ts")).runLocal,
  sweep: async () => (await import("../sweep/run-sweep.ts")).runSweep,
  aws: async () => (await import("../aws/run-aws.ts")).runAws,
  cost: async () => (await import("./run-cost.ts")).runCost,
  scale: async () => (await import("./run-scale.ts")).runScale,
  report: async () => (await import("./run-report.ts")).runReport,
  diff: async () => (await import("./run-diff.ts")).runDiff,
};

async function main(args: readonly string[]): Promise<number> {
  const [first = "local"] = args;
  if (first === "--help" || first === "-h") {
    process.stdout.write(HELP);
    return 0;
  }
  const named = !first.startsWith("-");
  const name = named ? first : "local";
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) throw new UsageError(`There is no command "${name}"; there are ${Object.keys(COMMANDS).join(", ")}.`);
  return (await command())(named ? args.slice(1) : args);
}

await commandLine(
  "npm run compare",
  1,
  () => main(process.argv.slice(2)),
  (error) => (error instanceof ResultError ? { advice: "See npm run compare -- --help." } : undefined),
);

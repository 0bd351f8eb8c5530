/** `npm run compare`: both paths under one load, what they cost, and reports of it. */

import { type Subcommand, subcommandLine } from "../../tools/command-line.ts";
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
  scale     which way carries your volume: direct, through a stream, or several
            accounts; by AWS's limits and an outage, no run needed
  report    write the reports of a result.json again, for your usage and with
            your limits
  diff      two runs side by side

npm run compare -- COMMAND --help lists the options of a command.
`;

const SUBCOMMANDS: Readonly<Record<string, Subcommand>> = {
  local: async () => (await import("../local/run-local.ts")).runLocal,
  sweep: async () => (await import("../sweep/run-sweep.ts")).runSweep,
  aws: async () => (await import("../aws/run-aws.ts")).runAws,
  cost: async () => (await import("./run-cost.ts")).runCost,
  scale: async () => (await import("./run-scale.ts")).runScale,
  report: async () => (await import("./run-report.ts")).runReport,
  diff: async () => (await import("./run-diff.ts")).runDiff,
};

await subcommandLine(
  {
    command: "npm run compare",
    help: HELP,
    subcommands: SUBCOMMANDS,
    usual: "local",
    expected: (error) => (error instanceof ResultError ? {} : undefined),
  },
  process.argv.slice(2),
);

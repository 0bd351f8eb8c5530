import { dirname } from "node:path";
import { readArguments, UsageError } from "../../tools/arguments.ts";
import { completeInput } from "../cost/complete-input.ts";
import type { Usage } from "../cost/cost-of-result.ts";
import { loadPrices } from "../prices/prices.ts";
import { readRecord } from "../record/record-file.ts";
import { failsBy } from "../report/fail-if.ts";
import { writeReport } from "../report/write-report.ts";
import { type Limit, parseLimits } from "../stats/limits.ts";
import { checkTaskSize, parseUsage, USAGE_OPTIONS, type Values } from "./cost-options.ts";

export const HELP = `Writes the reports of a run again, from its record: report.html, report.md,
figures.csv, and the tables in the terminal.

Usage: npm run compare -- report result.json [options]

  --gb-per-day N      your usage, for the dollars: text of the log lines, 10⁹
                      bytes, all tasks together (default 10)
  --tasks N           number of tasks that write them (default 10); and all
                      other options of compare cost but --from, --profile and
                      --json
  --fail-if LIMIT     exits with 1 if this is true, such as "lambda.loss>0",
                      "lambda.p99>12s" or
                      "firelens-hardened.steady.memoryMb>=50": path, phase (or
                      any), figure; repeatable
  --out DIR           where the files go (default: beside the record)
  --help              this text

Exit code: 0, 1 by --fail-if or if a file could not be written, 2 if the record
can't be read or the command was called wrongly.
`;

/** `compare report`. @returns the exit code. @throws UsageError or ResultError */
export async function runReport(args: readonly string[]): Promise<number> {
  const options = parseReportOptions(args);
  if (options === "help") {
    process.stdout.write(HELP);
    return 0;
  }
  const result = await readRecord(options.file);
  process.stdout.write(await writeReport(result, options.directory, options.usage));
  return failsBy(options.failIf, result) ? 1 : 0;
}

interface ReportOptions {
  readonly file: string;
  readonly directory: string;
  readonly usage: Usage;
  readonly failIf: readonly Limit[];
}

function parseReportOptions(args: readonly string[]): ReportOptions | "help" {
  const { profile: _profile, ...usageOptions } = USAGE_OPTIONS as Record<string, { type: "string" | "boolean" }>;
  const options = {
    ...usageOptions,
    model: { type: "string", multiple: true },
    out: { type: "string" },
    "fail-if": { type: "string", multiple: true },
    help: { type: "boolean", short: "h" },
  } as const;
  const { values: read, positionals } = readArguments({ args: [...args], allowPositionals: true, options });
  const values = read as Values;
  if (values.help === true) return "help";
  const [file, ...others] = positionals;
  if (file === undefined) throw new UsageError("Which record? Give the result.json of a run.");
  if (others.length > 0) throw new UsageError(`One record at a time: ${others.join(", ")} is too much.`);
  const problems: string[] = [];
  const usage = parseUsage(values, loadPrices(), problems);
  const failIf = parseLimits((values["fail-if"] as string[] | undefined) ?? [], problems);
  if (problems.length > 0) throw new UsageError(problems.join("\n"));
  checkTaskSize(completeInput(usage.given));
  return { file, directory: (values.out as string | undefined) ?? dirname(file), usage, failIf };
}

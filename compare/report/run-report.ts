import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { readArguments, UsageError } from "../../tools/arguments.ts";
import { parseResult, ResultError } from "../result.ts";
import { writeReport } from "./write-report.ts";

export const HELP = `Writes the reports of a run again, from its record: report.html, report.md, and the tables in the terminal.

Usage: npm run compare -- report result.json [options]

  --out DIR   where report.html and report.md go (default: beside the record)
  --help      this text

Exit code: 0, or 2 if there is no such record, it can't be read, or the command was called wrongly.
`;

/** `compare report`. @returns the exit code. @throws UsageError or ResultError */
export async function runReport(args: readonly string[]): Promise<number> {
  const options = parseReportOptions(args);
  if (options === "help") {
    process.stdout.write(HELP);
    return 0;
  }
  const result = parseResult(await readRecord(options.file), options.file);
  process.stdout.write(await writeReport(result, options.directory));
  return 0;
}

interface ReportOptions {
  readonly file: string;
  readonly directory: string;
}

function parseReportOptions(args: readonly string[]): ReportOptions | "help" {
  const { values, positionals } = readArguments({
    args: [...args],
    allowPositionals: true,
    options: { out: { type: "string" }, help: { type: "boolean", short: "h", default: false } },
  });
  if (values.help) return "help";
  const [file, ...others] = positionals;
  if (file === undefined) throw new UsageError("Which record? Give the result.json of a run.");
  if (others.length > 0) throw new UsageError(`One record at a time: ${others.join(", ")} is too much.`);
  return { file, directory: values.out ?? dirname(file) };
}

async function readRecord(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "is not there" : code === "EISDIR" ? "is a directory" : `can't be read (${code})`;
    throw new ResultError(`${file} ${why}: give the result.json of a run.`, { cause: error });
  }
}

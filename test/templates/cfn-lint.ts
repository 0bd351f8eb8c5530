import { runProgram } from "../../tools/embedded-aws/programs.ts";
import { PROJECT, type PythonPackage, pythonProgram } from "../../tools/embedded-aws/python-program.ts";

/** https://pypi.org/project/cfn-lint/ AWS's own linter of templates: it knows each region's resource types. */
export const CFN_LINT: PythonPackage = { name: "cfn-lint", version: "1.58.0", program: "cfn-lint" };

/** Regions that differ: the oldest, two more commercial ones, and one of each other partition. */
export const REGIONS = ["us-east-1", "eu-west-1", "ap-northeast-1", "us-gov-west-1", "cn-north-1"] as const;

export interface Finding {
  /** Such as `E3006`. */
  readonly rule: string;
  readonly message: string;
  readonly file: string;
  /** Where in the template: `Resources/Name/Properties/…`. */
  readonly path: string;
}

/** Why a rule's findings are no fault. */
export interface Exception {
  readonly rule: string;
  /** The message must match; an exception for everything a rule says would hide the next fault. */
  readonly message: RegExp;
  readonly reason: string;
}

/** All that cfn-lint finds in some templates, for every region of the list. */
export async function lint(files: readonly string[], say: (line: string) => void): Promise<Finding[]> {
  const program = await pythonProgram(CFN_LINT, say);
  // cfn-lint takes each word that begins with a dash as an option, and all before it as regions.
  const args = ["--format", "json", "--regions", ...REGIONS, "--", ...files];
  const { output } = await runProgram(program, args, { env: process.env, cwd: PROJECT });
  return parseFindings(output);
}

interface RawFinding {
  readonly Rule: { readonly Id: string };
  readonly Message: string;
  readonly Filename: string;
  readonly Location: { readonly Path: readonly (string | number)[] | null };
}

/** @throws if it is not what cfn-lint writes: an error of its own must not pass for "nothing found". */
export function parseFindings(output: string): Finding[] {
  let found: RawFinding[];
  try {
    found = JSON.parse(output) as RawFinding[];
  } catch (cause) {
    throw new Error(`cfn-lint did not finish:\n${output.trim().split("\n").slice(-15).join("\n")}`, { cause });
  }
  return found.map(({ Rule, Message, Filename, Location }) => ({
    rule: Rule.Id,
    message: Message,
    file: Filename,
    path: (Location.Path ?? []).join("/"),
  }));
}

/** What is left to mend, and the exceptions that no finding needs any more: they would hide the next fault. */
export function judge(findings: readonly Finding[], exceptions: readonly Exception[]) {
  const excuses = ({ rule, message }: Exception, finding: Finding) =>
    rule === finding.rule && message.test(finding.message);
  return {
    faults: findings.filter((finding) => !exceptions.some((exception) => excuses(exception, finding))),
    unused: exceptions.filter((exception) => !findings.some((finding) => excuses(exception, finding))),
  };
}

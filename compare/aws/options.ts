import { readArguments, UsageError } from "../../tools/arguments.ts";
import { type Limit, parseLimits } from "../stats/limits.ts";

export const HELP = `Measures both paths in AWS: the same load through the Lambda and through
FireLens, from the task to the intake.

Before: npx cdk deploy sidecarless-comparison \\
          --outputs-file outputs.json -c apiKeySecret=NAME
Usage: npm run compare -- aws [options]

  --outputs FILE      what cdk deploy wrote with --outputs-file (default
                      outputs.json)
  --stack NAME        the stack in it (default sidecarless-comparison)
  --region R          its region (default: AWS_REGION, or the profile's)
  --out DIR           where result.json and the report go (default
                      comparison/DATE)
  --seconds N         how long lines are written (default: the stack's, 600)
  --rate N            lines a second on each path (default: the stack's, 100)
  --line-bytes N      size of a line on average (default: the stack's, 200)
  --seed N            the same seed gives the same lines (default: the stack's,
                      1)
  --tail-seconds N    how long to wait for the last lines (default 120)
  --late-seconds N    how long to look again for records that CloudWatch shows
                      late (default 120)
  --datadog           count in Datadog what arrived there, of a stack that sends
                      there (-c comparisonIntake=datadog); needs DD_API_KEY and
                      DD_APP_KEY, takes DD_SITE and DD_API_URL. Counts only:
                      Datadog records no time of arrival.
  --fail-if LIMIT     exits with 1 if this is true, such as "lambda.loss>0";
                      repeatable, see compare report --help
  --help              this text

Two Fargate tasks run until the end and cost a few cents; they are stopped on
Ctrl-C and on errors, too. The stack's recorder costs two dollars a day until
you destroy the stack: docs/comparison-aws.md. The command needs
ecs:DescribeServices, DescribeTaskDefinition, RunTask, DescribeTasks and
StopTask, iam:PassRole for the tasks' roles, logs:FilterLogEvents and
cloudwatch:GetMetricData. At most 500,000 lines on each path; 70,000 with
--datadog, since Datadog allows 300 searches an hour.
Exit code: 0 if everything was measured, 1 if not, if the run is void (the
recorder or the generator did not keep up) or by --fail-if, 2 if it was called
wrongly, 130 if it was interrupted. The record has what was measured until then.
`;

export interface AwsOptions {
  readonly outputsFile: string;
  readonly stack: string;
  readonly region?: string;
  readonly directory?: string;
  /** Instead of the stack's. */
  readonly load: Partial<Load>;
  readonly tailSeconds: number;
  readonly lateSeconds: number;
  readonly datadog: boolean;
  /** What makes the command fail. */
  readonly failIf: readonly Limit[];
}

/** What each task writes. */
export interface Load {
  readonly linesPerSecond: number;
  readonly lineBytes: number;
  readonly seconds: number;
  readonly seed: number;
}

/** How many lines the generator writes. */
export const lineCount = ({ linesPerSecond, seconds }: Load): number => Math.round(linesPerSecond * seconds);

/** The record keeps times of every line, and all of it is read from CloudWatch Logs a megabyte at a time. */
const MAX_LINES = 500_000;
/** Two searches a path for each thousand, of which Datadog allows 300 an hour. */
const MAX_LINES_AT_DATADOG = 70_000;

/** @throws UsageError if a run can't be so large. */
export function checkLoad(
  { linesPerSecond, seconds }: Pick<Load, "linesPerSecond" | "seconds">,
  datadog: boolean,
): void {
  const lines = linesPerSecond * seconds;
  const most = datadog ? MAX_LINES_AT_DATADOG : MAX_LINES;
  if (lines <= most) return;
  const why = datadog ? "Datadog's limit on searches allows" : "a record holds";
  throw new UsageError(`${lines} lines a path are more than the ${most} that ${why}: lower --rate or --seconds.`);
}

const TEXTS = ["outputs", "stack", "region", "out"] as const;
const NUMBERS = {
  seconds: [1, 86_400],
  rate: [1, 10_000],
  // A marker and a few words, and what FireLens doesn't cut in pieces.
  "line-bytes": [120, 10_000],
  seed: [1, 2_147_483_647],
  "tail-seconds": [0, 3_600],
  "late-seconds": [0, 3_600],
} as const;

/** @throws UsageError with every problem. */
export function parseAwsOptions(args: readonly string[]): AwsOptions | "help" {
  const values = parsed(args);
  if (values.help) return "help";
  const problems: string[] = [];
  const number = (name: keyof typeof NUMBERS): number | undefined => {
    const value = values[name];
    if (value === undefined) return undefined;
    const [min, max] = NUMBERS[name];
    if (/^\d+$/.test(String(value)) && Number(value) >= min && Number(value) <= max) return Number(value);
    problems.push(`--${name} must be a whole number from ${min} to ${max}; it is "${value}".`);
    return undefined;
  };
  const text = (name: (typeof TEXTS)[number]) => values[name] as string | undefined;
  const asked = {
    linesPerSecond: number("rate"),
    lineBytes: number("line-bytes"),
    seconds: number("seconds"),
    seed: number("seed"),
  };
  const options: AwsOptions = {
    outputsFile: text("outputs") ?? "outputs.json",
    stack: text("stack") ?? "sidecarless-comparison",
    region: text("region"),
    directory: text("out"),
    load: Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)),
    tailSeconds: number("tail-seconds") ?? 120,
    lateSeconds: number("late-seconds") ?? 120,
    datadog: values.datadog === true,
    failIf: parseLimits((values["fail-if"] as unknown as string[] | undefined) ?? [], problems),
  };
  if (problems.length > 0) throw new UsageError(problems.join("\n"));
  const { linesPerSecond, seconds } = options.load;
  if (linesPerSecond !== undefined && seconds !== undefined) checkLoad({ linesPerSecond, seconds }, options.datadog);
  return options;
}

function parsed(args: readonly string[]): Record<string, string | boolean | undefined> {
  const ofText = [...TEXTS, ...Object.keys(NUMBERS)].map((name) => [name, { type: "string" as const }]);
  const ofFlag = ["datadog", "help"].map((name) => [name, { type: "boolean" as const }]);
  const options = {
    ...Object.fromEntries([...ofText, ...ofFlag]),
    "fail-if": { type: "string", multiple: true },
    help: { type: "boolean", short: "h" },
  } as const;
  return readArguments({ args: [...args], options }).values as Record<string, string | boolean | undefined>;
}

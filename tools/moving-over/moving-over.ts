/** `npm run moving-over`: reads the environment of Datadog's forwarder, says what it means here, and writes the settings. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { text as textOf } from "node:stream/consumers";
import { DEFAULT_FILE } from "../../infra/settings/load-settings.ts";
import { UsageError } from "../arguments.ts";
import { commandLine } from "../command-line.ts";
import { cantWrite, whyOf } from "../file-error.ts";
import { wrapText } from "../wrap-text.ts";
import { type Judged, judgeAll } from "./judge.ts";
import { type Options, parseOptions, RULES_FILE } from "./options.ts";
import { reportOf } from "./print-report.ts";
import { readEnvironment } from "./read-environment.ts";
import { type Written, writtenFrom } from "./settings-of.ts";
import { FATES } from "./verdict.ts";

const HELP = `Reads the environment of Datadog's forwarder, says what each variable means
here, and writes the settings of a deployment.

Usage: npm run moving-over -- --env FILE
       aws lambda get-function-configuration --function-name NAME |
         npm run --silent moving-over -- --env -

  --env FILE        lines NAME=value, or JSON: of get-function-configuration, of
                    describe-stacks, or an object of names and values; - is
                    standard input
  --out FILE        the settings (default ${DEFAULT_FILE})
  --rules-out FILE  the rules, if any are needed (default ${RULES_FILE})
  --force           overwrite files that exist
  --dry-run         write nothing
  --json            the report as JSON; nothing else on standard output
  --help            this text

No key is printed or written. docs/moving-over.md has the steps that follow.

Exit code: 0, 1 if something is not taken over or not known (the files are
written, and the report says what to do) or if a file could not be written, 2 if
it was called wrongly; then nothing is written.
`;

/** @returns the exit code */
async function moveOver(options: Options): Promise<0 | 1> {
  const { kind, environment } = readEnvironment(await inputOf(options.env));
  const judged = judgeAll(environment);
  if (judged.length === 0) throw new UsageError("The input names no variable.");
  const written = writtenFrom(judged, options.out, options.rulesOut);
  const files = filesOf(options, written);
  for (const [name] of files) if (!options.force && existsSync(name)) throw alreadyThere(name);
  for (const [name, content] of files) write(name, content, options.force);
  const exitCode = judged.some(({ fate }) => "needsYou" in FATES[fate]) ? 1 : 0;
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ read: kind, variables: judged.map(plain), files: files.map(([name]) => name), open: written.open }, null, 2)}\n`
      : `${reportOf(judged)}\n${summaryOf(options, judged, written)}`,
  );
  return exitCode;
}

async function inputOf(name: string): Promise<string> {
  if (name === "-") return textOf(process.stdin);
  try {
    return readFileSync(name, "utf8");
  } catch (error) {
    throw new UsageError(`--env ${name} can't be read: ${whyOf(error)}.`);
  }
}

const filesOf = (
  { dryRun, out, rulesOut }: Options,
  { settings, rules }: Written,
): readonly (readonly [string, string])[] =>
  dryRun ? [] : [[out, settings], ...(rules === undefined ? [] : [[rulesOut, rules] as const])];

function write(name: string, content: string, force: boolean): void {
  try {
    writeFileSync(name, content, { flag: force ? "w" : "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw alreadyThere(name);
    cantWrite(name, error);
  }
}

const alreadyThere = (name: string) =>
  new UsageError(`${name} already exists. --force overwrites it, --dry-run writes nothing.`);

/** Without what is empty, and without the rules' patterns, which stand in the rules file. */
const plain = ({ name, fate, says, settings }: Judged) => ({ name, fate, says, ...(settings && { settings }) });

function summaryOf(
  { out, rulesOut, dryRun }: Options,
  judged: readonly Judged[],
  { settings, rules, open }: Written,
): string {
  const needYou = judged.filter(({ fate }) => "needsYou" in FATES[fate]).length;
  const files = rules === undefined ? out : `${out} and ${rulesOut}`;
  const where = out === DEFAULT_FILE ? "" : ` -c settings=${out}`;
  const steps = [...open, ...(needYou > 0 ? [`Look at the ${needYou} that need you, above.`] : [])];
  return `${dryRun ? "Nothing was written. It would be" : "Wrote"} ${files}. ${out}:

${settings}
Next:
${steps.map(listItem).join("")}- ${rules === undefined ? "" : `npm run rules -- check --rules ${rulesOut}\n- `}npm run build && npx cdk deploy sidecarless-forwarder${where}
docs/moving-over.md has all steps.
`;
}

const listItem = (text: string) => `${wrapText(`- ${text}`, { hanging: "  ", longWords: "cut" }).join("\n")}\n`;

await commandLine("npm run moving-over", 0, () => {
  const options = parseOptions(process.argv.slice(2));
  return options === "help" ? void process.stdout.write(HELP) : moveOver(options);
});

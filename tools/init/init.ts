/** `npm run init`: writes the settings of a deployment to a file. */
import { existsSync, writeFileSync } from "node:fs";
import { DEFAULT_FILE } from "../../infra/settings/load-settings.ts";
import { stackName } from "../../infra/settings/stack-names.ts";
import { UsageError } from "../arguments.ts";
import { commandLine } from "../command-line.ts";
import { cantWrite } from "../file-error.ts";
import { type Answers, type Options, parseOptions, settingFlags } from "./options.ts";
import { askFor } from "./questions.ts";
import { settingsFile } from "./settings-file.ts";
import { openTerminal } from "./terminal.ts";

const HELP = `Writes the settings of a deployment to a file, ${DEFAULT_FILE}, that is
meant to be committed.

Usage: npm run init
asks
       npm run init -- --api-key-secret datadog-api-key --log-groups A,B --yes
       asks nothing

  --out FILE   the file (default ${DEFAULT_FILE})
  --force      overwrite a file that exists
  --yes, -y    ask nothing; what is not given keeps its default
  --help       this text

Settings. What is given here is not asked for; docs/settings.md says what each
means:
${settingFlags()}

Exit code: 0, 1 if the file could not be written, 2 if it was called wrongly,
130 after Ctrl-C; then nothing is written.
`;

async function init({ answers, out, force, yes }: Options): Promise<void> {
  // Before it asks: nobody answers for nothing.
  if (!force && existsSync(out)) throw alreadyThere(out);
  const all = yes ? answers : await askedFor(answers);
  const text = settingsFile(out, all);
  write(out, text, force);
  process.stdout.write(`Wrote ${out}:\n\n${text}\n${nextSteps(out, all)}`);
}

async function askedFor(answers: Answers): Promise<Answers> {
  const terminal = openTerminal(process.stdin, process.stdout);
  try {
    return await askFor(answers, terminal);
  } finally {
    terminal.close();
  }
}

function write(out: string, text: string, force: boolean): void {
  try {
    writeFileSync(out, text, { flag: force ? "w" : "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw alreadyThere(out);
    cantWrite(out, error);
  }
}

const alreadyThere = (out: string) =>
  new UsageError(`${out} already exists. --force overwrites it, --out FILE takes another.`);

function nextSteps(out: string, answers: Answers): string {
  const { name, apiKeySecret, apiKeyParameter } = answers;
  const where = out === DEFAULT_FILE ? "" : ` -c settings=${out}`;
  const key = apiKeySecret === undefined ? `parameter ${apiKeyParameter}` : `secret ${apiKeySecret}`;
  const stack = stackName("forwarder", name as string | undefined);
  return `Next, with the API key in the ${key}:
  npm run build
  npx cdk bootstrap${where}   (once for an account and region)
  npx cdk deploy ${stack}${where}
`;
}

await commandLine("npm run init", 0, async () => {
  const options = parseOptions(process.argv.slice(2));
  if (options === "help") process.stdout.write(HELP);
  else await init(options);
});

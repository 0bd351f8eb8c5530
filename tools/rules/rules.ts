/** `npm run rules`: shows what a rules file does to lines, and checks it. */
import { readFile } from "node:fs/promises";
import { styleText } from "node:util";
import { findKnownName } from "../../functions/forwarder/stages/identify/find-known-name.ts";
import { decisionsOf } from "../../functions/forwarder/stages/rules/apply.ts";
import { compileRules } from "../../functions/forwarder/stages/rules/compile.ts";
import { rulesFromEnvironment } from "../../functions/forwarder/stages/rules/from-environment.ts";
import type { Decision } from "../../functions/forwarder/stages/rules/judge.ts";
import { parseRules, RulesError } from "../../functions/forwarder/stages/rules/parse.ts";
import type { OnCut } from "../../functions/forwarder/stages/rules/redact.ts";
import type { RulesFile } from "../../functions/forwarder/stages/rules/types.ts";
import { type LogEvent, logEvent } from "../../functions/records/event.ts";
import { ConfigError } from "../../functions/settings/config.ts";
import { didYouMean, readArguments, UsageError } from "../arguments.ts";
import { linesOf } from "../cloudwatch.ts";
import { commandLine } from "../command-line.ts";
import { whyOf } from "../file-error.ts";

const HELP = `Shows what rules do to log lines, and why.

Usage: npm run rules -- test --rules rules.json --log-group NAME [--log-stream
NAME] < lines
       npm run rules -- check --rules rules.json

  test               shows what would become of each line of standard input; all
                     lines are one delivery. Empty lines count only in log
                     groups of Lambda, whose events end with a newline:
                     CloudWatch takes no empty event
  check              says whether the file is valid, or lists all that is wrong
  --rules FILE       the rules file
  --log-group NAME   log group the lines come from; it decides which rule
                     applies
  --log-stream NAME  log stream (default
                     app/app/0123456789abcdef0123456789abcdef)
  --help             this text

Datadog's settings (INCLUDE_AT_MATCH, REDACT_EMAIL …) are read from the
environment, as the default rule. Events without a sampling key are sampled by
their id, which is made up here: 1, 2, 3 …
Exit code: 0, or 2 if it was called wrongly or the rules are not valid.
`;

interface Options {
  readonly command: "test" | "check";
  readonly rules: string;
  readonly logGroup: string;
  readonly logStream: string;
}

function parseOptions(args: string[]): Options | "help" {
  const { values, positionals } = readArguments({
    args,
    allowPositionals: true,
    options: {
      rules: { type: "string" },
      "log-group": { type: "string" },
      "log-stream": { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) return "help";
  const [command, ...others] = positionals;
  if (command === undefined || others.length > 0) throw new UsageError("Name one command: test or check.");
  if (command !== "test" && command !== "check") {
    throw new UsageError(`There is no command "${command}"${didYouMean(command, ["test", "check"])}`);
  }
  const { rules, "log-group": logGroup, "log-stream": logStream = STREAM } = values;
  if (!rules) throw new UsageError("--rules FILE is missing.");
  if (command === "test" && !logGroup)
    throw new UsageError("test needs --log-group NAME: it decides which rule applies.");
  return { command, rules, logGroup: logGroup ?? "", logStream };
}

const STREAM = "app/app/0123456789abcdef0123456789abcdef";

async function readRules(path: string): Promise<RulesFile> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    const why = whyOf(error);
    throw new UsageError(
      why ? `--rules ${path} can't be read: ${why}.` : `--rules ${path} is not JSON: ${(error as Error).message}.`,
    );
  }
  const parsed = parseRules(value);
  if (parsed instanceof RulesError) throw new ConfigError(parsed.problems, path);
  const rules = rulesFromEnvironment(process.env, parsed);
  if (rules instanceof RulesError) throw new ConfigError(rules.problems);
  return rules;
}

async function test({ rules, logGroup, logStream }: Options): Promise<void> {
  const rule = compileRules(await readRules(rules)).for({ logGroup, logStream });
  const { tags, ...overrides } = rule.overridesFor({ logGroup, logStream });
  const set = Object.entries(overrides).map(([field, value]) => `${field} ${value}`);
  if (tags.length > 0) set.push(`tags ${tags.join(",")}`);
  print(`${styleText("bold", `rule ${rule.name}`)}${set.length > 0 ? `: ${set.join(", ")}` : ""}\n\n`);

  const events: LogEvent[] = [];
  const newline = findKnownName({ logGroup, logStream })?.known.source === "lambda" ? "\n" : "";
  for await (const line of linesOf(process.stdin)) {
    // Lambda leaves the newline at the end of each line. The awslogs driver does not, and leaves out what is empty then.
    const message = line + newline;
    if (message !== "") events.push(logEvent({ id: String(events.length + 1), timestamp: 0, message }));
  }
  const counts = { kept: 0, filtered: 0, sampledOut: 0, joinedAway: 0, redacted: 0 };
  let cuts: Cut[] = [];
  const onCut: OnCut = ({ name }, cut) => cuts.push({ name, cut });
  for (const decision of decisionsOf(rule, events, undefined, onCut)) {
    print(render(decision, cuts));
    cuts = [];
    if (decision.fate === "kept") {
      counts.kept += 1;
      counts.joinedAway += decision.lines - 1;
      if (decision.redactedBy.length > 0) counts.redacted += 1;
    } else counts[decision.fate] += decision.lines;
  }
  const { kept, filtered, sampledOut, joinedAway, redacted } = counts;
  print(`
${events.length} lines = ${kept} kept + ${joinedAway} joined to another + ${filtered} filtered + ${sampledOut} sampled out
${redacted} of the kept had something redacted
`);
}

const MARKS = {
  kept: styleText("green", "keep  "),
  filtered: styleText("red", "drop  "),
  sampledOut: styleText("yellow", "sample"),
};

/** The mark, the text as it would go on, and below it why. */
function render(decision: Decision, cuts: readonly Cut[]): string {
  const text = decision.text.replaceAll("\n", "\n       ");
  const shown = decision.fate === "kept" ? text : styleText("dim", text);
  const reasons = reasonsOf(decision, cuts).map((reason) => styleText("cyan", `       ↳ ${reason}\n`));
  return `${MARKS[decision.fate]} ${shown}\n${reasons.join("")}`;
}

interface Cut {
  /** Of the detector, or of the pattern. */
  readonly name: string;
  readonly cut: string;
}

function reasonsOf(decision: Decision, cuts: readonly Cut[]): string[] {
  const joined = decision.lines > 1 ? [`joined from ${decision.lines} lines`] : [];
  switch (decision.fate) {
    case "filtered": {
      const { exclude } = decision;
      return [...joined, exclude === undefined ? "no include pattern matches" : `excluded by ${exclude}`];
    }
    case "sampledOut":
      return [...joined, "sampled out"];
    case "kept": {
      const { redactedBy, kept } = decision;
      const redacted = redactedBy.map((name) => `redacted: ${name}${whatOf(name, cuts)}`);
      return [...joined, ...redacted, ...(kept.sampleRate === undefined ? [] : [`sample_rate ${kept.sampleRate}`])];
    }
  }
}

const SHOWN_CUTS = 5;
const SHOWN_CHARACTERS = 80;

/** What was cut out, for whoever wants to know why; on one line, whatever is in it. */
function whatOf(name: string, cuts: readonly Cut[]): string {
  const all = [...new Set(cuts.filter((cut) => cut.name === name).map(({ cut }) => cut))];
  if (all.length === 0) return "";
  const shown = all.slice(0, SHOWN_CUTS).map((cut) => {
    const text = JSON.stringify(cut).slice(1, -1).replaceAll('\\"', '"');
    return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
  });
  const more = all.length > SHOWN_CUTS ? [`and ${all.length - SHOWN_CUTS} more`] : [];
  return ` took ${[...shown, ...more].join(", ")}`;
}

const print = (text: string) => process.stdout.write(text);

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options === "help") return void print(HELP);
  if (options.command === "test") return test(options);
  const { rules } = await readRules(options.rules);
  print(styleText("green", `${options.rules} is valid: ${rules.length} rule${rules.length === 1 ? "" : "s"}.\n`));
}

await commandLine("npm run rules", 0, main, (error) =>
  error instanceof ConfigError ? { advice: "What can be in a rules file: docs/rules.md." } : undefined,
);

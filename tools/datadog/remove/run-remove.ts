import { readArguments, UsageError } from "../../arguments.ts";
import { INTERRUPTED, onInterrupt, say } from "../../progress.ts";
import { wrapText } from "../../wrap-text.ts";
import { openAccess, withAppKey } from "../access.ts";
import { confirmed, mustBeAskable } from "../apply/confirm.ts";
import { eachInTurn } from "../apply/each-in-turn.ts";
import { endOf, outcomeLines } from "../apply/print-outcomes.ts";
import { askApi } from "../plan/kinds/ask.ts";
import { KIND_NAMES } from "../plan/kinds/kinds.ts";
import { readCurrent } from "../plan/read-current.ts";
import { tellOfLimit } from "../plan/run-plan.ts";
import type { KindName } from "../recommended/all.ts";
import { DEFAULT_CHOICES } from "../recommended/choices.ts";
import { planRemovals, type Removal, removeWith, type Selector } from "./removals.ts";

const HELP = `Removes from Datadog what apply made, and nothing else: shows what, and asks.

Usage: npm run datadog -- remove [KIND | KIND/ID]... [options]

  KIND, KIND/ID           only these, such as monitor or monitor/lag; kinds are
                          ${KIND_NAMES.join(", ")}
                          (default: all but indexes, which must be named)
  --name NAME             of the setup (default ${DEFAULT_CHOICES.name})
  --yes                   without asking; needed where nobody can be asked
  --json                  for scripts
  --help                  this text

The bucket of an archive and what is in it stay.
Exit code: 0 done, 1 if something failed, 2 if it was called wrongly, 130 after
Ctrl-C.
`;

interface Options {
  readonly selectors: readonly Selector[];
  readonly name: string;
  readonly yes: boolean;
  readonly json: boolean;
}

/** `datadog remove`. @returns the exit code */
export async function runRemove(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  if (options === "help") {
    process.stdout.write(HELP);
    return 0;
  }
  mustBeAskable(options.yes);
  const access = withAppKey(await openAccess(process.env));
  const interrupt = onInterrupt("what was removed is gone; run it again to go on.");
  const { signal } = interrupt;
  try {
    const ask = askApi(access, { signal, onLimit: tellOfLimit });
    const current = await readCurrent(ask);
    const removals = planRemovals(options.name, options.selectors, current);
    const unreadable = Object.values(current.unreadable);
    const steps = removals.filter(({ action }) => action === "remove");
    const shown = options.yes ? removals.filter(({ action }) => action === "leave") : removals;
    for (const line of [...shown.flatMap(lines), ...unreadable.flatMap((why) => wrapText(why))]) say(line);
    if (steps.length > 0 && !options.yes && !(await confirmed("Remove these for good?", undefined, signal))) {
      say("Nothing was removed.");
      return signal.aborted ? INTERRUPTED : 0;
    }
    const outcomes = await eachInTurn(steps, removeWith(ask), (outcome) => {
      for (const line of outcomeLines(lineOf(outcome.step), outcome)) say(line);
    });
    if (options.json) {
      const results = outcomes.map(({ step, ...rest }) => ({ ...step, ...rest }));
      const left = removals.filter(({ action }) => action === "leave");
      const report = { setup: options.name, results, left, unreadable: current.unreadable };
      process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
    } else process.stdout.write(endOf(outcomes, unreadable.length));
    return unreadable.length > 0 || outcomes.some(({ result }) => result !== "done") ? 1 : 0;
  } catch (error) {
    if (signal.aborted) return INTERRUPTED;
    throw error;
  } finally {
    interrupt.release();
  }
}

function parseOptions(args: readonly string[]): Options | "help" {
  const { values, positionals } = readArguments({
    args: [...args],
    allowPositionals: true,
    options: {
      name: { type: "string" },
      yes: { type: "boolean", short: "y" },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) return "help";
  const { name = DEFAULT_CHOICES.name, yes = false, json = false } = values;
  return { selectors: positionals.map(selectorOf), name, yes, json };
}

function selectorOf(text: string): Selector {
  const [kind, id, ...more] = text.split("/");
  if (!(KIND_NAMES as readonly (string | undefined)[]).includes(kind) || id === "" || more.length > 0) {
    throw new UsageError(`"${text}" is no KIND or KIND/ID; kinds are ${KIND_NAMES.join(", ")}.`);
  }
  return { kind: kind as KindName, ...(id !== undefined && { id }) };
}

const lineOf = ({ action, kind, id, name }: Removal) => `  ${action} ${kind}/${id}  ${name}`;

const lines = (removal: Removal) => [
  lineOf(removal),
  ...(removal.why === undefined ? [] : wrapText(removal.why, { indent: "    " })),
];

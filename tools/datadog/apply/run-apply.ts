import { INTERRUPTED, onInterrupt, say } from "../../progress.ts";
import { openAccess, withAppKey } from "../access.ts";
import { askApi } from "../plan/kinds/ask.ts";
import { makePlan } from "../plan/make-plan.ts";
import { CHOICES_HELP, parseSetupOptions } from "../plan/options.ts";
import { changeLine, planJson, planText } from "../plan/print-plan.ts";
import { tellOfLimit } from "../plan/run-plan.ts";
import { carryOutWith, hintsOn, type Step, stepsOf } from "./carry-out.ts";
import { confirmed, mustBeAskable } from "./confirm.ts";
import { eachInTurn, type Tell } from "./each-in-turn.ts";
import { endOf, outcomeLines } from "./print-outcomes.ts";

const HELP = `Makes and changes in Datadog what is recommended: shows the plan, asks, and does
it. What it did not make it does not change. After a failure, run it again.

Usage: npm run datadog -- apply [options]

${CHOICES_HELP}
  --yes                   without asking; needed where nobody can be asked
  --json                  for scripts
  --help                  this text

What is recommended is in tools/datadog/recommended/, to be edited.
Exit code: 0 done, 1 if something failed, 2 if it was called wrongly, 130 after
Ctrl-C.
`;

/** `datadog apply`. @returns the exit code */
export async function runApply(args: readonly string[]): Promise<number> {
  const options = parseSetupOptions(args);
  if (options === "help") {
    process.stdout.write(HELP);
    return 0;
  }
  mustBeAskable(options.yes);
  const access = withAppKey(await openAccess(process.env));
  const interrupt = onInterrupt("what was done stays; run it again to go on.");
  const { signal } = interrupt;
  try {
    const ask = askApi(access, { signal, onLimit: tellOfLimit });
    const plan = await makePlan(ask, options.choices);
    const steps = stepsOf(plan.changes);
    const text = planText(plan, {
      byHand: plan.changes.some(({ kind, action }) => kind === "dashboard" && action !== "keep"),
    });
    if (!options.json) process.stdout.write(text);
    else if (!options.yes) process.stderr.write(text);
    if (steps.length > 0 && !options.yes && !(await confirmed("Do this?", undefined, signal))) {
      say("Nothing was changed.");
      return signal.aborted ? INTERRUPTED : 0;
    }
    const tell: Tell<Step> = (outcome) => {
      for (const line of outcomeLines(changeLine(outcome.step), outcome)) say(line);
    };
    const outcomes = await eachInTurn(steps, carryOutWith(ask), tell, hintsOn);
    const blocked = plan.changes.filter(({ action }) => action === "blocked").length;
    if (options.json) {
      const results = outcomes.map(({ step: { action, kind, id }, ...rest }) => ({ action, kind, id, ...rest }));
      process.stdout.write(`${JSON.stringify({ ...planJson(plan), results }, undefined, 2)}\n`);
    } else process.stdout.write(endOf(outcomes, blocked));
    return blocked > 0 || outcomes.some(({ result }) => result !== "done") ? 1 : 0;
  } catch (error) {
    if (signal.aborted) return INTERRUPTED;
    throw error;
  } finally {
    interrupt.release();
  }
}

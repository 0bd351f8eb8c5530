import { INTERRUPTED, onInterrupt, say } from "../../progress.ts";
import { openAccess, withAppKey } from "../access.ts";
import { askApi } from "./kinds/ask.ts";
import { makePlan } from "./make-plan.ts";
import { CHOICES_HELP, parseSetupOptions } from "./options.ts";
import { planJson, planText } from "./print-plan.ts";

const HELP = `What apply would do in Datadog: which objects it would make or change, and where
they differ. It changes nothing.

Usage: npm run datadog -- plan [options]

${CHOICES_HELP}
  --json                  for scripts
  --help                  this text

What is recommended is in tools/datadog/recommended/, to be edited.
Exit code: 0 done, 1 if something can't be read or made, 2 if it was called
wrongly.
`;

/** `datadog plan`. @returns the exit code */
export async function runPlan(args: readonly string[]): Promise<number> {
  const options = parseSetupOptions(args);
  if (options === "help") {
    process.stdout.write(HELP);
    return 0;
  }
  const access = withAppKey(await openAccess(process.env));
  const interrupt = onInterrupt("nothing was changed.");
  try {
    const ask = askApi(access, { signal: interrupt.signal, onLimit: tellOfLimit });
    const plan = await makePlan(ask, options.choices);
    process.stdout.write(options.json ? `${JSON.stringify(planJson(plan), undefined, 2)}\n` : planText(plan));
    return plan.changes.some(({ action }) => action === "blocked") ? 1 : 0;
  } catch (error) {
    if (interrupt.signal.aborted) return INTERRUPTED;
    throw error;
  } finally {
    interrupt.release();
  }
}

/** What a person waits for. */
export const tellOfLimit = (what: string, seconds: number) => say(`Datadog's limit on ${what}: waiting ${seconds} s`);

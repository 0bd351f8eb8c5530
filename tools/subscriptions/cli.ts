/** `npm run subscriptions`: shows what a rule for log groups would do in an account. */
import { awsLogsApi } from "../../functions/subscriber/logs-api.ts";
import { isUnmet } from "../../functions/subscriber/whys.ts";
import { commandLine } from "../command-line.ts";
import { HELP, parseOptions } from "./options.ts";
import { planJson, planText } from "./print.ts";
import { ListingError, survey } from "./survey.ts";

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2), process.cwd());
  if (options === "help") {
    process.stdout.write(HELP);
    return 0;
  }
  const { wish, region, all, json } = options;
  const decisions = await survey(awsLogsApi({ region }), wish, showProgress);
  process.stdout.write(json ? planJson(decisions, wish) : planText(decisions, wish, all));
  return decisions.some(({ why }) => isUnmet(why)) ? 1 : 0;
}

/** A thousand log groups take two minutes. */
function showProgress(seen: number, all: number): void {
  if (!process.stderr.isTTY) return;
  const end = seen === all ? "\r\u001B[K" : "";
  process.stderr.write(`\r${seen} of ${all} log groups${end}`);
}

await commandLine("npm run subscriptions", 1, main, (error) =>
  error instanceof ListingError ? { exitCode: 3 } : undefined,
);

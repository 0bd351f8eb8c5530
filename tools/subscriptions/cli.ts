/** `npm run subscriptions`: shows what a rule for log groups would do in an account. */
import { awsLogsApi } from "../../functions/subscriber/logs-api.ts";
import { isUnmet } from "../../functions/subscriber/whys.ts";
import { UsageError } from "../arguments.ts";
import { endOnClosedPipe } from "../closed-pipe.ts";
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

endOnClosedPipe(1);
main().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    const isKnown = error instanceof UsageError || error instanceof ListingError;
    process.stderr.write(`subscriptions: ${isKnown ? error.message : error.stack}\n`);
    if (error instanceof UsageError) process.stderr.write("npm run subscriptions -- --help tells what there is.\n");
    process.exitCode = error instanceof UsageError ? 2 : 3;
  },
);

/** `npm run backfill`: sends what CloudWatch Logs still holds for a time that was skipped. */
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { systemClock } from "../../functions/clock.ts";
import { AwsCallError, REQUEST_HANDLER } from "../aws-call.ts";
import { commandLine } from "../command-line.ts";
import { INTERRUPTED, onInterrupt } from "../progress.ts";
import { backfill } from "./backfill.ts";
import { pageReader } from "./held-events.ts";
import { ForwarderError, forwarderAt } from "./invoke-forwarder.ts";
import { findForwarder, findLogGroup, type KnownLogGroup } from "./log-group.ts";
import { HELP, type Options, parseOptions } from "./options.ts";
import { patiently } from "./patience.ts";
import { problemsOf, renderPlan, renderTotals } from "./print.ts";
import { defaultProgressFile, openProgress } from "./progress-file.ts";
import { watchProgress } from "./watch-progress.ts";

/** As long as Lambda lets a function run. */
const LONGEST_INVOCATION_MS = 900_000;

async function run(options: Options): Promise<number> {
  const { logGroup, from, to, logStreams, filter, dryRun, ratePerSecond, functionName } = options;
  const named = placeOf(functionName);
  const region = options.region ?? named?.region;
  const gap = { logGroup, from, to, logStreams, ...(filter !== undefined && { filter }) };
  // Repeated here, with longer waits: a backfill that throttling ends would be none.
  const aws = { ...(region !== undefined && { region }), maxAttempts: 1 };
  const logs = new CloudWatchLogsClient({ ...aws, requestHandler: REQUEST_HANDLER });
  const lambda = new LambdaClient({
    ...aws,
    requestHandler: { ...REQUEST_HANDLER, requestTimeout: LONGEST_INVOCATION_MS },
  });
  const known = await patient(() => findLogGroup(logs, logGroup)).catch((error: unknown): KnownLogGroup => {
    // Who may not ask about log groups may read this one all the same.
    if (named && error instanceof AwsCallError) return named;
    throw error;
  });
  const forwarder = functionName ?? (dryRun ? "" : await patient(() => findForwarder(logs, logGroup)));
  const file = dryRun ? undefined : (options.progressFile ?? defaultProgressFile(known.account, known.region, gap));
  const progress = file === undefined ? undefined : openProgress(file, known.account, known.region, gap);
  process.stdout.write(renderPlan(options, known, forwarder, file, systemClock.now()));
  if (progress && progress.before.counts.sent > 0) {
    process.stdout.write(`${progress.before.counts.sent} events were sent before; this goes on behind them.\n\n`);
  }
  const interrupt = onInterrupt("what is under way is sent first; once more to stop at once.");
  const watch = watchProgress(gap, process.stderr.isTTY === true);
  try {
    const seen = await backfill({
      gap,
      account: known.account,
      ratePerSecond,
      readPage: pageReader(logs, gap),
      ...(!dryRun && { invoke: forwarderAt(lambda, forwarder) }),
      ...(progress && { progress }),
      clock: systemClock,
      signal: interrupt.signal,
      onProgress: watch.update,
    });
    watch.stop();
    process.stdout.write(renderTotals(seen, dryRun));
    if (seen.doneTo < to) {
      process.stdout.write("Interrupted. Run the same command again to go on.\n");
      return INTERRUPTED;
    }
    const problems = dryRun ? [] : problemsOf(seen);
    for (const problem of problems) process.stdout.write(`! ${problem}\n`);
    return problems.length === 0 ? 0 : 1;
  } finally {
    watch.stop();
    interrupt.release();
    progress?.close();
  }
}

/** Before there is anything to end, Ctrl-C ends the process. */
const patient = <T>(call: () => Promise<T>) => patiently(call, systemClock, new AbortController().signal);

/** What the ARN of a function tells: its log groups are in the same account and region. */
function placeOf(functionName: string | undefined): { readonly account: string; readonly region: string } | undefined {
  const [, region, account] = /^arn:[\w-]+:lambda:([\w-]+):(\d{12}):function:/.exec(functionName ?? "") ?? [];
  return region === undefined || account === undefined ? undefined : { account, region };
}

await commandLine(
  "npm run backfill",
  1,
  () => {
    const options = parseOptions(process.argv.slice(2), systemClock.now());
    return options === "help" ? void process.stdout.write(HELP) : run(options);
  },
  (error) =>
    error instanceof AwsCallError || error instanceof ForwarderError
      ? { exitCode: 1, advice: "Run the same command again to go on." }
      : undefined,
);

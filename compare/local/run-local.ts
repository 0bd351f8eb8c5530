import { INTERRUPTED, onInterrupt, say } from "../../tools/progress.ts";
import { type FluentBit, findFluentBit } from "../firelens/find-fluent-bit.ts";
import { openModel } from "../modelled.ts";
import { writeReport } from "../report/write-report.ts";
import { RESULT_SCHEMA, RESULT_VERSION, type Result } from "../result.ts";
import { openResultFile, runDirectory } from "../write-result.ts";
import { localEnvironment } from "./environment.ts";
import { HELP, type LocalOptions, parseLocalOptions } from "./options.ts";
import { runPhases } from "./run-phases.ts";

/** Runs both paths on this machine. @returns the exit code. @throws UsageError */
export async function runLocal(args: readonly string[]): Promise<number> {
  const options = parseLocalOptions(args);
  if (options === "help") {
    process.stdout.write(HELP);
    return 0;
  }
  const fluentBit = options.modelledFirelens ? undefined : await findFluentBit(options.fluentBit);
  const startedAt = new Date();
  const directory = options.out ?? runDirectory(startedAt);
  const model = openModel(options.model);
  // Each process that is started listens for the end of this one, to end with it.
  process.setMaxListeners(0);
  const { signal } = onInterrupt("what was measured is kept; once more to stop at once.");
  const file = await openResultFile(directory, emptyResult(args, options, startedAt, fluentBit));
  say(fluentBit ? `Fluent Bit ${fluentBit.version}: ${fluentBit.file}` : `${noFluentBit(options)}\n${HOW_TO_MEASURE}`);
  const problem = await runPhases({ options, model, fluentBit, file }, signal);
  await file.update({
    status: problem === undefined ? "complete" : "partial",
    ...(problem !== undefined && { problem }),
    endedAt: new Date().toISOString(),
  });
  process.stdout.write(`\n${await writeReport(file.current(), directory)}`);
  if (problem === undefined) return 0;
  say(`\nThe run ended early: ${problem}\n${file.file} has what there is.`);
  return signal.aborted ? INTERRUPTED : 1;
}

const HOW_TO_MEASURE =
  "To measure it, install Fluent Bit (https://docs.fluentbit.io/manual/installation) and put it on PATH, or give it with --fluent-bit FILE.";

const noFluentBit = ({ modelledFirelens }: LocalOptions) =>
  `${modelledFirelens ? "As asked for" : "No Fluent Bit found"}: the FireLens path is modelled, and marked so everywhere.`;

function emptyResult(
  args: readonly string[],
  options: LocalOptions,
  startedAt: Date,
  fluentBit: FluentBit | undefined,
): Result {
  return {
    schema: RESULT_SCHEMA,
    version: RESULT_VERSION,
    where: "local",
    status: "running",
    startedAt: startedAt.toISOString(),
    command: ["npm run compare -- local", ...args].join(" "),
    environment: localEnvironment(fluentBit?.version),
    settings: {
      seed: options.seed,
      linesPerSecond: options.linesPerSecond,
      lineBytes: options.lineBytes,
      quick: options.quick,
      forwarderMemoryMb: options.memoryMb,
    },
    modelled: [],
    paths: [],
    phases: [],
    warnings: fluentBit
      ? []
      : [
          {
            kind: "modelled-path",
            message: `${noFluentBit(options)} ${HOW_TO_MEASURE}`,
          },
        ],
  };
}

import os from "node:os";
import { VERSION } from "../../functions/version.ts";
import { builtFunctions } from "../../tools/bundle/built-functions.ts";
import { INTERRUPTED, onInterrupt, say } from "../../tools/progress.ts";
import { type FluentBit, findFluentBit } from "../firelens/find-fluent-bit.ts";
import { openModel } from "../modelled.ts";
import { openRecord, runDirectory } from "../record/record-file.ts";
import { failsBy, tellsVoid } from "../report/fail-if.ts";
import { writeReport } from "../report/write-report.ts";
import { type Environment, RESULT_SCHEMA, RESULT_VERSION, type Result } from "../result.ts";
import type { RunOptions } from "./run-options.ts";
import { type Run, runPhases } from "./run-phases.ts";

export interface LocalRun {
  /** As typed, to run it again. */
  readonly command: string;
  readonly options: RunOptions;
  readonly quick: boolean;
  readonly phasesFor: Run["phasesFor"];
}

/** Runs phases on this machine, keeps the record, writes the reports. */
export async function runAndReport(run: LocalRun): Promise<{ readonly exitCode: number; readonly result: Result }> {
  const { options, phasesFor } = run;
  const withSidecar = hasSidecar(options);
  const fluentBit = withSidecar && !options.modelledFirelens ? await findFluentBit(options.fluentBit) : undefined;
  const startedAt = new Date();
  const directory = options.out ?? runDirectory(startedAt);
  const model = openModel(options.model);
  // Each process that is started listens for the end of this one, to end with it.
  process.setMaxListeners(0);
  const { signal } = onInterrupt("what was measured is kept; once more to stop at once.");
  const file = await openRecord(directory, emptyResult(run, startedAt, fluentBit));
  await builtFunctions();
  if (fluentBit) say(`Fluent Bit ${fluentBit.version}: ${fluentBit.file}`);
  else if (withSidecar) say(`${noFluentBit(options)}\n${HOW_TO_MEASURE}`);
  const problem = await runPhases({ options, model, fluentBit, file, phasesFor }, signal);
  await file.update({
    status: problem === undefined ? "complete" : "partial",
    ...(problem !== undefined && { problem }),
    endedAt: new Date().toISOString(),
  });
  const result = file.current();
  process.stdout.write(`\n${await writeReport(result, directory)}`);
  const fails = failsBy(options.failIf, result);
  const isVoid = tellsVoid(result);
  if (problem !== undefined) say(`\nThe run ended early: ${problem}\n${file.file} has what there is.`);
  const failed = fails || isVoid || problem !== undefined;
  return { exitCode: signal.aborted ? INTERRUPTED : failed ? 1 : 0, result };
}

const hasSidecar = ({ pathIds }: RunOptions) => pathIds.some((id) => id.startsWith("firelens-"));

const HOW_TO_MEASURE =
  "To measure it, install Fluent Bit (https://docs.fluentbit.io/manual/installation) and put it on PATH, or give it with --fluent-bit FILE.";

const noFluentBit = ({ modelledFirelens }: RunOptions) =>
  `${modelledFirelens ? "As asked for" : "No Fluent Bit found"}: the FireLens path is modelled, and marked so everywhere.`;

function emptyResult({ command, options, quick }: LocalRun, startedAt: Date, fluentBit: FluentBit | undefined): Result {
  return {
    schema: RESULT_SCHEMA,
    version: RESULT_VERSION,
    where: "local",
    status: "running",
    startedAt: startedAt.toISOString(),
    command,
    environment: localEnvironment(fluentBit?.version),
    settings: {
      seed: options.seed,
      linesPerSecond: options.linesPerSecond,
      lineBytes: options.lineBytes,
      quick,
      forwarderMemoryMb: options.memoryMb,
    },
    modelled: [],
    paths: [],
    phases: [],
    warnings:
      fluentBit || !hasSidecar(options)
        ? []
        : [{ kind: "modelled-path", message: `${noFluentBit(options)} ${HOW_TO_MEASURE}` }],
  };
}

const BYTES_PER_MB = 1e6;

/** Of the machine that this runs on. */
function localEnvironment(fluentBit: string | undefined): Environment {
  return {
    os: `${os.type()} ${os.release()}`,
    arch: os.arch(),
    cpuModel: os.cpus()[0]?.model.trim() ?? "unknown",
    cores: os.availableParallelism(),
    memoryMb: Math.round(os.totalmem() / BYTES_PER_MB),
    versions: { sidecarless: VERSION, node: process.versions.node, ...(fluentBit && { fluentBit }) },
  };
}

import { randomBytes } from "node:crypto";
import { UsageError } from "../../tools/arguments.ts";
import { AwsCallError, asked } from "../../tools/aws-call.ts";
import type { DatadogAccess } from "../../tools/datadog/access.ts";
import { INTERRUPTED, onInterrupt, say } from "../../tools/progress.ts";
import { openRecord, type RecordFile, runDirectory } from "../record/record-file.ts";
import { failsBy, tellsVoid } from "../report/fail-if.ts";
import { writeReport } from "../report/write-report.ts";
import { type Clients, openClients } from "./clients.ts";
import { DatadogError, datadogAccess } from "./datadog.ts";
import { describedResult, initialResult } from "./initial-result.ts";
import { type Measured, measureAtDatadog, measureAtRecorder } from "./measure.ts";
import { type AwsOptions, checkLoad, HELP, parseAwsOptions } from "./options.ts";
import { LAMBDA_PATH } from "./phase.ts";
import { type LoadRun, runLoad } from "./run-load.ts";
import { readStackOutputs, type StackOutputs } from "./stack-outputs.ts";
import { checkRecorder, describeService } from "./tasks.ts";

export { HELP };

/** What a test puts in the place of the world. */
export interface AwsEdges {
  /** How long a task takes to begin. */
  readonly startupMs?: number;
}

/**
 * `compare aws`: measures both paths in AWS, and writes the record and the report. Once it asks AWS there is a record,
 * however it ends.
 * @returns the exit code @throws UsageError if it was called wrongly, before AWS was asked anything.
 */
export async function runAws(args: readonly string[], { startupMs }: AwsEdges = {}): Promise<number> {
  const options = parseAwsOptions(args);
  if (options === "help") {
    process.stdout.write(HELP);
    return 0;
  }
  const outputs = readStackOutputs(options.outputsFile, options.stack);
  const datadog = await accessFor(options, outputs);
  const directory = options.directory ?? runDirectory(new Date());
  const command = ["npm run compare -- aws", ...args].join(" ");
  const file = await openRecord(directory, initialResult(command, options.load, outputs));
  const interrupt = onInterrupt(
    "what runs is stopped, the record written; once more to leave at once.",
    "The tasks may run on; they end by themselves soon after their load.",
  );
  const clients = openClients(options.region);
  try {
    return await run({ options, outputs, clients, file, directory, datadog, startupMs, signal: interrupt.signal });
  } finally {
    interrupt.release();
    clients.close();
  }
}

/** Undefined if the arrivals are in the recorder's log. @throws UsageError if option and stack don't fit */
async function accessFor({ datadog, stack }: AwsOptions, { intake }: StackOutputs): Promise<DatadogAccess | undefined> {
  const redeploy = (value: string) => `deploy it with -c comparisonIntake=${value} (and the outputs file again)`;
  if (datadog && intake === "recorder") {
    throw new UsageError(
      `--datadog: ${stack} sends to its recorder, so nothing arrives at Datadog; leave it out, or ${redeploy("datadog")}.`,
    );
  }
  if (!datadog && intake === "datadog") {
    throw new UsageError(
      `${stack} sends to Datadog, which records no time of arrival: count there with --datadog, or ${redeploy("recorder")}.`,
    );
  }
  return datadog ? datadogAccess(process.env) : undefined;
}

interface Run {
  readonly options: AwsOptions;
  readonly outputs: StackOutputs;
  readonly clients: Clients;
  readonly file: RecordFile;
  readonly directory: string;
  readonly datadog?: DatadogAccess;
  readonly startupMs?: number;
  readonly signal: AbortSignal;
}

/** From the first call to the report. */
async function run(context: Run): Promise<number> {
  const { file, directory, signal } = context;
  const problem = await loadAndMeasure(context).catch((error: Error) => {
    const text = problemOf(error, context);
    if (text === undefined) throw error;
    return text;
  });
  const status = problem === undefined ? "complete" : "partial";
  await file.update({ status, ...(problem !== undefined && { problem }), endedAt: new Date().toISOString() });
  process.stdout.write(`\n${await writeReport(file.current(), directory)}`);
  const fails = failsBy(context.options.failIf, file.current());
  const isVoid = tellsVoid(file.current());
  if (problem === undefined) return fails || isVoid ? 1 : 0;
  process.stderr.write(`\nNot measured whole: ${problem}\n${file.file} has what there is.\n`);
  return signal.aborted ? INTERRUPTED : 1;
}

/** @returns why it is not measured whole @throws AwsCallError, DatadogError, UsageError */
async function loadAndMeasure({
  options,
  outputs,
  clients,
  file,
  datadog,
  startupMs,
  signal,
}: Run): Promise<string | undefined> {
  const { lambda, firelens } = await describeServices(clients, outputs, signal);
  const load = { ...lambda.load, ...options.load };
  const region = await asked("its region", clients.ecs.config.region());
  await file.update(describedResult(load, firelens, region));
  checkLoad(load, datadog !== undefined);
  const id = randomBytes(4).toString("hex");
  say(`Run ${id}: ${load.linesPerSecond} lines a second for ${load.seconds} s on each path, seed ${load.seed}.`);
  const { tailSeconds } = options;
  const ran = await runLoad(clients.ecs, { lambda, firelens, load, id, tailSeconds, startupMs }, signal);
  say("Reading what arrived …");
  const input = { ran, outputs, load, lateMs: options.lateSeconds * 1_000 };
  const keep = (measured: Measured) => file.update({ ...measured, ...withForwarderMemory(file, measured) });
  await (datadog ? measureAtDatadog(datadog, input, keep, signal) : measureAtRecorder(clients, input, keep, signal));
  return endedEarly(ran) ?? silentPath(file);
}

async function describeServices({ ecs }: Clients, outputs: StackOutputs, signal: AbortSignal) {
  const { clusterName, recorder } = outputs;
  const [lambda, firelens] = await Promise.all([
    describeService(ecs, clusterName, outputs.lambdaServiceName, signal),
    describeService(ecs, clusterName, outputs.firelensServiceName, signal),
    recorder && checkRecorder(ecs, clusterName, recorder.serviceName, signal),
  ]);
  if (lambda.logGroup === undefined || !firelens.sidecar) {
    throw new AwsCallError(
      "The services are not those of the comparison stack: one must log with awslogs, the other have a log router.",
    );
  }
  return { lambda, firelens };
}

function withForwarderMemory(file: RecordFile, { phases }: Measured) {
  const { memoryMb } = phases?.[0]?.paths[LAMBDA_PATH.id]?.usage.lambda ?? {};
  return memoryMb === undefined ? {} : { settings: { ...file.current().settings, forwarderMemoryMb: memoryMb } };
}

const endedEarly = ({ endedEarly: ended }: LoadRun) =>
  ended.length > 0 ? `A task ended during the load (${ended.join("; ")}).` : undefined;

/** Of a path that brings nothing at all figures would only be zeros: it is broken. */
function silentPath(file: RecordFile): string | undefined {
  const { paths, phases, readBack = [] } = file.current();
  const counted = readBack.find(({ found }) => found === 0)?.path;
  const silent = paths.find(
    ({ id }) => id === counted || phases.some((phase) => phase.paths[id]?.arrivedMs.every((ms) => ms === null)),
  );
  return silent && `Not one line arrived over ${silent.title}: see the logs of its task and function.`;
}

/** Undefined: a mistake of the program, not of the world. */
function problemOf(error: Error, { signal, file }: Run): string | undefined {
  if (signal.aborted) {
    const { phases, readBack } = file.current();
    const measured = phases.length > 0 || readBack !== undefined;
    return measured
      ? "It was interrupted; lines that show late may be missing."
      : "It was interrupted before it was measured.";
  }
  const known = error instanceof AwsCallError || error instanceof DatadogError || error instanceof UsageError;
  return known ? error.message : undefined;
}

import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import { join } from "node:path";
import { findFluentBit } from "../firelens/find-fluent-bit.ts";
import { openFirelensPath } from "../firelens/firelens-path.ts";
import { LAMBDA_PATH, openLambdaPath } from "../lambda/lambda-path.ts";
import { type Model, openModel } from "../modelled.ts";
import type { RunningPath } from "../path.ts";
import { writeReport } from "../report/write-report.ts";
import { type PathInfo, type Phase, RESULT_SCHEMA, RESULT_VERSION, type Result, type Warning } from "../result.ts";
import { openResultFile, type ResultFile } from "../write-result.ts";
import { localEnvironment } from "./environment.ts";
import { firelensRunner } from "./firelens-runner.ts";
import type { Intakes } from "./intakes.ts";
import { HELP, type LocalOptions, parseLocalOptions } from "./options.ts";
import { CALM_PHASES, FAULT_PHASES, loadMsOf, type PhaseSpec, QUICK_PHASES, scaled } from "./phases.ts";
import { runPhase } from "./run-phase.ts";

export { HELP };

const INTERRUPTED = 130;
const BUCKET = "store";
const PROFILES = ["as-documented", "hardened"] as const;
const PATH_IDS = [LAMBDA_PATH.id, ...PROFILES.map((profile) => `firelens-${profile}`)];

type FluentBit = NonNullable<Awaited<ReturnType<typeof findFluentBit>>>;

/** Runs both paths on this machine. @returns the exit code. @throws UsageError */
export async function runLocal(args: readonly string[]): Promise<number> {
  const options = parseLocalOptions(args);
  if (options === "help") {
    process.stdout.write(HELP);
    return 0;
  }
  const fluentBit = options.modelledFirelens ? undefined : await findFluentBit(options.fluentBit);
  const startedAt = new Date();
  const directory = options.out ?? join("comparison", startedAt.toISOString().slice(0, 19).replaceAll(":", ""));
  const model = openModel(options.model);
  const interrupt = onInterrupt();
  const file = await openResultFile(directory, emptyResult(args, options, startedAt, fluentBit));
  say(fluentBit ? `Fluent Bit ${fluentBit.version}: ${fluentBit.file}` : `${noFluentBit(options)}\n${HOW_TO_MEASURE}`);
  const problem = await runPhases(options, model, fluentBit, file, interrupt);
  await file.update({
    status: problem === undefined ? "complete" : "partial",
    ...(problem !== undefined && { problem }),
    endedAt: new Date().toISOString(),
  });
  await report(file, directory);
  if (problem === undefined) return 0;
  process.stderr.write(`\nThe run ended early: ${problem}\n${file.file} has what there is.\n`);
  return interrupt.aborted ? INTERRUPTED : 1;
}

const HOW_TO_MEASURE =
  "To measure it, install Fluent Bit (https://docs.fluentbit.io/manual/installation) and put it on PATH, or give it with --fluent-bit FILE.";

const noFluentBit = ({ modelledFirelens }: LocalOptions) =>
  `${modelledFirelens ? "As asked for" : "No Fluent Bit found"}: the FireLens path is modelled, and marked so everywhere.`;

/** Calm phases one after the other, then those with faults side by side. @returns why it ended early */
async function runPhases(
  options: LocalOptions,
  model: Model,
  fluentBit: FluentBit | undefined,
  file: ResultFile,
  interrupt: AbortSignal,
): Promise<string | undefined> {
  const chosen = phasesOf(options);
  const calm = chosen.filter(({ id }) => CALM_PHASES.some((phase) => phase.id === id));
  const faulty = chosen.filter((phase) => !calm.includes(phase));
  const abort = new AbortController();
  interrupt.addEventListener("abort", () => abort.abort(), { once: true });
  let problem: string | undefined;
  const run = async (spec: PhaseSpec) => {
    if (abort.signal.aborted) return;
    say(`${spec.title}: ${(loadMsOf(spec) / 1_000).toFixed(0)} s of load …`);
    const ended = await runOne(spec, options, model, fluentBit, file, abort.signal);
    problem ??= ended;
    if (ended !== undefined) abort.abort();
  };
  for (const spec of calm) await run(spec);
  await Promise.all(faulty.map(run));
  return problem ?? (interrupt.aborted ? "it was interrupted." : undefined);
}

async function runOne(
  spec: PhaseSpec,
  options: LocalOptions,
  model: Model,
  fluentBit: FluentBit | undefined,
  file: ResultFile,
  signal: AbortSignal,
): Promise<string | undefined> {
  const workDirectory = await mkdtemp(join(os.tmpdir(), "sidecarless-"));
  const apiKey = randomUUID();
  const opened: PathInfo[] = [];
  const openPaths = async (intakes: Intakes) => {
    const paths = await openAll(options, model, fluentBit, intakes, apiKey, workDirectory);
    opened.push(...paths.map(({ info }) => info));
    return paths;
  };
  try {
    const settings = { ...options, apiKey, bucket: BUCKET, pathIds: PATH_IDS, openPaths };
    const ran = await runPhase(spec, settings, signal);
    await keep(file, ran.phase, opened, model, ran.warnings);
    say(`${spec.title}: ${arrivedText(ran.phase, opened)}`);
    return ran.problem ?? silentPath(ran.phase, opened, signal);
  } catch (error) {
    return `${spec.title}: ${(error as Error).message}`;
  } finally {
    await rm(workDirectory, { recursive: true, force: true });
  }
}

async function openAll(
  options: LocalOptions,
  model: Model,
  fluentBit: FluentBit | undefined,
  intakes: Intakes,
  apiKey: string,
  workDirectory: string,
): Promise<RunningPath[]> {
  const recorderOf = (id: string) => {
    const recorder = intakes.recorders[id];
    if (!recorder) throw new Error(`no recorder for ${id}`);
    return recorder;
  };
  const lambda = openLambdaPath({
    ...intakes,
    recorder: recorderOf(LAMBDA_PATH.id),
    bucket: BUCKET,
    memoryMb: options.memoryMb,
    model,
    seed: options.seed,
  });
  const paths: RunningPath[] = [lambda];
  try {
    for (const profile of PROFILES) {
      const recorder = recorderOf(`firelens-${profile}`);
      const directory = join(workDirectory, profile);
      paths.push(
        firelensRunner(
          await openFirelensPath({ profile, recorder, apiKey, fluentBit, model, workDirectory: directory }),
        ),
      );
    }
  } catch (error) {
    await Promise.all(paths.map((path) => path.kill()));
    throw error;
  }
  return paths;
}

function phasesOf({ quick, phases, timeScale }: LocalOptions): PhaseSpec[] {
  const all = quick ? QUICK_PHASES : [...CALM_PHASES, ...FAULT_PHASES];
  return all.filter(({ id }) => phases?.includes(id) ?? true).map((phase) => scaled(phase, timeScale));
}

/** The record with one more phase, in the order in which phases are listed, not in which they end. */
async function keep(
  file: ResultFile,
  phase: Phase,
  paths: readonly PathInfo[],
  model: Model,
  warnings: readonly Warning[],
): Promise<void> {
  const order = [...CALM_PHASES, ...FAULT_PHASES].map(({ id }) => id);
  const phases = [...file.current().phases, phase].sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
  await file.update({ phases, paths, modelled: model.used(), warnings: [...file.current().warnings, ...warnings] });
}

/** Of a path that brings nothing at all, figures would only be zeros: it is broken, and the run with it. */
function silentPath(phase: Phase, paths: readonly PathInfo[], signal: AbortSignal): string | undefined {
  if (signal.aborted) return undefined;
  const silent = paths.find(({ id }) => phase.paths[id]?.arrivedMs.every((ms) => ms === null));
  return silent && `${phase.title}: not one line arrived over ${silent.title}.`;
}

function arrivedText(phase: Phase, paths: readonly PathInfo[]): string {
  const texts = paths.map(({ id, title }) => {
    const arrived = phase.paths[id]?.arrivedMs.filter((ms) => ms !== null).length ?? 0;
    return `${title} ${arrived}`;
  });
  return `${phase.dueMs.length} lines sent; arrived: ${texts.join(", ")}`;
}

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

async function report(file: ResultFile, directory: string): Promise<void> {
  const text = await writeReport(file.current(), directory);
  process.stdout.write(`\n${text}`);
}

/** Aborted by the first Ctrl-C or SIGTERM; the second ends the process at once. */
function onInterrupt(): AbortSignal {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    process.stderr.write("\nInterrupted: what was measured is kept; once more to stop at once.\n");
    controller.abort();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  return controller.signal;
}

/** Progress is for a person, and stays out of a file that the report goes into. */
const say = (text: string) => process.stderr.write(`${text}\n`);

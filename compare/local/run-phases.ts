import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import { join } from "node:path";
import { say } from "../../tools/progress.ts";
import type { FluentBit } from "../firelens/find-fluent-bit.ts";
import { openFirelensPath } from "../firelens/firelens-path.ts";
import { LAMBDA_PATH, openLambdaPath } from "../lambda/lambda-path.ts";
import type { Model } from "../modelled.ts";
import type { RunningPath } from "../path.ts";
import type { PathInfo, Phase, Warning } from "../result.ts";
import type { ResultFile } from "../write-result.ts";
import { firelensRunner } from "./firelens-runner.ts";
import type { Intakes } from "./intakes.ts";
import type { LocalOptions } from "./options.ts";
import { CALM_PHASES, FAULT_PHASES, loadMsOf, type PhaseSpec, QUICK_PHASES, scaled } from "./phases.ts";
import { runPhase } from "./run-phase.ts";
import { type StartingLine, startingLine } from "./starting-line.ts";

export interface Run {
  readonly options: LocalOptions;
  readonly model: Model;
  /** Without one, FireLens is modelled. */
  readonly fluentBit: FluentBit | undefined;
  /** Gets each phase when it has ended. */
  readonly file: ResultFile;
}

const BUCKET = "store";
const PROFILES = ["as-documented", "hardened"] as const;
const PHASE_IDS = [...CALM_PHASES, ...FAULT_PHASES].map(({ id }) => id);
const PATH_IDS = [LAMBDA_PATH.id, ...PROFILES.map((profile) => `firelens-${profile}`)];

/** Calm phases one after the other, then those with faults side by side. @returns why it ended early */
export async function runPhases(run: Run, interrupt: AbortSignal): Promise<string | undefined> {
  const chosen = phasesOf(run.options);
  const calm = chosen.filter(({ id }) => CALM_PHASES.some((phase) => phase.id === id));
  const faulty = chosen.filter((phase) => !calm.includes(phase));
  const abort = new AbortController();
  interrupt.addEventListener("abort", () => abort.abort(), { once: true });
  let problem: string | undefined;
  const runWith = async (spec: PhaseSpec, start: StartingLine) => {
    if (abort.signal.aborted) return;
    say(`${spec.title}: ${(loadMsOf(spec) / 1_000).toFixed(0)} s of load …`);
    const ended = await runOne(spec, run, start.reached, abort.signal);
    // One that never got there must not keep the others waiting.
    start.reached();
    problem ??= ended;
    if (ended !== undefined) abort.abort();
  };
  for (const spec of calm) await runWith(spec, startingLine(1));
  const together = startingLine(faulty.length);
  await Promise.all(faulty.map((spec) => runWith(spec, together)));
  return problem ?? (interrupt.aborted ? "it was interrupted." : undefined);
}

async function runOne(
  spec: PhaseSpec,
  run: Run,
  mayBegin: () => Promise<void>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const workDirectory = await mkdtemp(join(os.tmpdir(), "sidecarless-"));
  const apiKey = randomUUID();
  const opened: PathInfo[] = [];
  const openPaths = async (intakes: Intakes) => {
    const paths = await openAll(spec, run, intakes, apiKey, workDirectory);
    opened.push(...paths.map(({ info }) => info));
    return paths;
  };
  try {
    const settings = { ...run.options, apiKey, bucket: BUCKET, pathIds: PATH_IDS, openPaths, mayBegin };
    const ran = await runPhase(spec, settings, signal);
    await keep(run, ran.phase, opened, ran.warnings);
    say(`${spec.title}: ${arrivedText(ran.phase, opened)}`);
    return ran.problem ?? silentPath(ran.phase, opened, signal);
  } catch (error) {
    return `${spec.title}: ${(error as Error).message}`;
  } finally {
    await rm(workDirectory, { recursive: true, force: true });
  }
}

async function openAll(
  spec: PhaseSpec,
  { options, model, fluentBit }: Run,
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
    // Other delays in each phase: the same ones would count as new evidence, and start all sandboxes at once.
    seed: options.seed + PHASE_IDS.indexOf(spec.id),
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
  { file, model }: Run,
  phase: Phase,
  paths: readonly PathInfo[],
  warnings: readonly Warning[],
): Promise<void> {
  const place = ({ id }: Phase) => PHASE_IDS.indexOf(id);
  const phases = [...file.current().phases, phase].sort((a, b) => place(a) - place(b));
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

import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import { join } from "node:path";
import { say } from "../../tools/progress.ts";
import type { FluentBit } from "../firelens/find-fluent-bit.ts";
import type { Model } from "../modelled.ts";
import type { RecordFile } from "../record/record-file.ts";
import type { PathInfo, Phase } from "../result.ts";
import { newCertificate } from "./certificate.ts";
import { asRepeat, mergePaths } from "./merge-phases.ts";
import { openPaths, PATH_IDS } from "./open-paths.ts";
import { loadMsOf, type PhaseSpec } from "./phases.ts";
import type { RunOptions } from "./run-options.ts";
import { type RanPhase, runPhase } from "./run-phase.ts";

export interface Run {
  readonly options: RunOptions;
  readonly model: Model;
  /** Without one, FireLens is modelled. */
  readonly fluentBit: FluentBit | undefined;
  /** Gets each phase when it has ended. */
  readonly file: RecordFile;
  /** The phases for a seed, in their order; those whose load nothing breaks run one path at a time. */
  readonly phasesFor: (seed: number) => readonly PhaseSpec[];
}

interface Round {
  readonly run: Run;
  readonly seed: number;
  /** Of all its phases; the first round is the record, the others tell what of it is chance. */
  readonly number: number;
  readonly signal: AbortSignal;
}

/** Calm phases one after the other, one path at a time, then those with faults side by side. @returns why it ended early */
export async function runPhases(run: Run, interrupt: AbortSignal): Promise<string | undefined> {
  const abort = new AbortController();
  interrupt.addEventListener("abort", () => abort.abort(), { once: true });
  if (interrupt.aborted) abort.abort();
  let problem: string | undefined;
  const watched = async (running: Promise<string | undefined>) => {
    const ended = await running;
    problem ??= ended;
    if (ended !== undefined) abort.abort();
  };
  for (let number = 0; number < run.options.repeat && !abort.signal.aborted; number++) {
    const seed = run.options.seed + number;
    if (run.options.repeat > 1) say(`Run ${number + 1} of ${run.options.repeat}, seed ${seed}`);
    const round = { run, seed, number, signal: abort.signal };
    const phases = run.phasesFor(seed);
    const faulty = phases.filter(({ fault }) => fault);
    for (const spec of phases.filter(({ fault }) => !fault)) await watched(runCalm(spec, round));
    const together = startingLine(faulty.length);
    await Promise.all(faulty.map((spec) => watched(runBroken(spec, round, together))));
  }
  return problem ?? (interrupt.aborted ? "it was interrupted." : undefined);
}

/** One path after the other: what one takes of the machine, no other misses. */
async function runCalm(spec: PhaseSpec, round: Round): Promise<string | undefined> {
  const parts: RanPhase[] = [];
  const opened: PathInfo[] = [];
  let problem: string | undefined;
  for (const pathId of round.run.options.pathIds) {
    if (round.signal.aborted || problem !== undefined) break;
    const ran = await runOnce(spec, [pathId], round, opened);
    if (ran.part) parts.push(ran.part);
    problem = ran.problem;
  }
  await keep(
    round,
    mergePaths(
      parts.map(({ phase }) => phase),
      opened,
    ),
    opened,
  );
  return problem;
}

async function runBroken(spec: PhaseSpec, round: Round, together: StartingLine): Promise<string | undefined> {
  const opened: PathInfo[] = [];
  const ran = await runOnce(spec, round.run.options.pathIds, round, opened, together.reached);
  // One that never got there must not keep the others waiting.
  together.reached();
  await keep(round, ran.part?.phase, opened);
  return ran.problem;
}

async function runOnce(
  spec: PhaseSpec,
  pathIds: readonly string[],
  { run, seed, signal }: Round,
  opened: PathInfo[],
  mayBegin?: () => Promise<void>,
): Promise<{ readonly part?: RanPhase; readonly problem?: string }> {
  if (signal.aborted) return {};
  const { options, model, fluentBit } = run;
  say(
    `${spec.title}${pathIds.length === 1 ? `, ${pathIds[0]}` : ""}: ${(loadMsOf(spec) / 1_000).toFixed(0)} s of load …`,
  );
  const workDirectory = await mkdtemp(join(os.tmpdir(), "sidecarless-"));
  const apiKey = randomUUID();
  // Other delays in each phase: the same ones would count as new evidence, and start all sandboxes at once.
  const chance = seed * SEEDS_OF_A_RUN + run.phasesFor(seed).findIndex(({ id }) => id === spec.id);
  const paths: PathInfo[] = [];
  try {
    const certificate = options.tls ? await newCertificate(workDirectory) : undefined;
    const part = await runPhase(
      spec,
      {
        ...options,
        seed,
        apiKey,
        certificate,
        pathIds,
        openPaths: async (intakes) => {
          const all = {
            ...options,
            pathIds,
            intakes,
            apiKey,
            caFile: certificate?.certFile,
            workDirectory,
            model,
            fluentBit,
            seed: chance,
          };
          const running = await openPaths(all);
          paths.push(...running.map(({ info }) => info));
          return running;
        },
        ...(mayBegin && { mayBegin }),
      },
      signal,
    );
    opened.push(...paths);
    say(`${spec.title}: ${arrivedText(part.phase, paths)}`);
    const problem = part.problem ?? silentPath(part.phase, paths, signal);
    return { part, ...(problem !== undefined && { problem }) };
  } catch (error) {
    return { problem: `${spec.title}: ${(error as Error).message}` };
  } finally {
    await rm(workDirectory, { recursive: true, force: true });
  }
}

/** More than a run has phases. */
const SEEDS_OF_A_RUN = 1_000;

/** The record with one more phase, in the order in which phases are listed, not in which they end. */
async function keep(
  { run: { file, model, phasesFor }, seed, number }: Round,
  phase: Phase | undefined,
  opened: readonly PathInfo[],
): Promise<void> {
  if (!phase) return;
  const { phases: before, paths: known } = file.current();
  const order = phasesFor(seed).map(({ id }) => id);
  const place = ({ id }: Phase) => order.indexOf(id);
  const repeat = asRepeat(phase, seed);
  const phases =
    number === 0
      ? [...before, phase].sort((a, b) => place(a) - place(b))
      : before.map((one) =>
          one.id === phase.id ? { ...one, repeats: [...(one.repeats ?? [asRepeat(one, seed - number)]), repeat] } : one,
        );
  const all = new Map([...known, ...opened].map((path) => [path.id, path]));
  const paths = PATH_IDS.flatMap((id) => all.get(id) ?? []);
  await file.update({ phases, paths, modelled: model.used() });
}

/** Of a path that brings nothing at all, figures would only be zeros: it is broken, and the run with it. */
function silentPath(phase: Phase, paths: readonly PathInfo[], signal: AbortSignal): string | undefined {
  if (signal.aborted) return undefined;
  const silent = paths.find(({ id }) => phase.paths[id]?.arrivedMs.every((ms) => ms === null));
  return silent && `${phase.title}: not one line arrived over ${silent.title}.`;
}

function arrivedText({ dueMs, paths: samples, void: why }: Phase, paths: readonly PathInfo[]): string {
  const texts = paths.map(({ id, title }) => {
    const arrived = samples[id]?.arrivedMs.filter((ms) => ms !== null).length ?? 0;
    return `${title} ${arrived}`;
  });
  return `${dueMs.length} lines sent; arrived: ${texts.join(", ")}${why ? ". Void" : ""}`;
}

export interface StartingLine {
  /** Says that one more has got here; resolves when all have. Saying it again counts as once more. */
  readonly reached: () => Promise<void>;
}

/** Where so many wait for each other. */
export function startingLine(count: number): StartingLine {
  const { promise, resolve } = Promise.withResolvers<void>();
  let missing = count;
  return {
    reached: () => {
      missing -= 1;
      if (missing <= 0) resolve();
      return promise;
    },
  };
}

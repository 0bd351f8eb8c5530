import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import type { RunningPath } from "../path.ts";
import type { Phase, Warning } from "../result.ts";
import { collect } from "./collect.ts";
import { generate } from "./generate.ts";
import type { IntakeArrival } from "./intake-process.ts";
import { type Intakes, startIntakes } from "./intakes.ts";
import { loadMsOf, type PhaseSpec, scheduleOf } from "./phases.ts";
import { phaseWarnings } from "./warnings.ts";
import { workloadLines } from "./workload.ts";

export interface PhaseSettings {
  readonly seed: number;
  readonly linesPerSecond: number;
  readonly lineBytes: number;
  /** How long a path may go on after the load, before it is stopped. */
  readonly tailMs: number;
  readonly apiKey: string;
  readonly bucket: string;
  readonly pathIds: readonly string[];
  readonly openPaths: (intakes: Intakes) => Promise<readonly RunningPath[]>;
  /** Resolves when the load may begin: phases that run side by side begin when all are ready. */
  readonly mayBegin?: () => Promise<void>;
}

export interface RanPhase {
  readonly phase: Phase;
  readonly warnings: readonly Warning[];
  /** Why it ended early. */
  readonly problem?: string;
}

/** What has come over one path: requests, and the numbers of the lines in them. */
interface Arrived {
  readonly arrivals: IntakeArrival[];
  readonly seqs: Set<number>;
}

/** What is under way when a path has stopped arrives within this. */
const LAST_ARRIVALS_MS = 300;
const WATCH_MS = 250;
/** From opening the paths to the first line: so that none of it falls into the time of opening. */
const LEAD_MS = 200;

/** One load on all paths at once, each with an intake of its own. Ends everything that it starts. */
export async function runPhase(spec: PhaseSpec, settings: PhaseSettings, signal: AbortSignal): Promise<RanPhase> {
  const { apiKey, bucket, pathIds } = settings;
  const arrived = new Map(pathIds.map((id): [string, Arrived] => [id, { arrivals: [], seqs: new Set() }]));
  const intakes = await startIntakes({ paths: pathIds, apiKey, bucket }, (arrival) => {
    const { arrivals, seqs } = arrived.get(arrival.path) as Arrived;
    arrivals.push(arrival);
    for (const seq of arrival.seqs) if (seq >= 0) seqs.add(seq);
  });
  let paths: readonly RunningPath[] = [];
  try {
    paths = await settings.openPaths(intakes);
    await settings.mayBegin?.();
    return await load(spec, settings, intakes, paths, arrived, signal);
  } finally {
    await Promise.all(paths.map((path) => path.kill()));
    await intakes.stop();
  }
}

async function load(
  spec: PhaseSpec,
  settings: PhaseSettings,
  intakes: Intakes,
  paths: readonly RunningPath[],
  arrived: ReadonlyMap<string, Arrived>,
  signal: AbortSignal,
): Promise<RanPhase> {
  const dueMs = scheduleOf(spec, settings.linesPerSecond);
  const startMs = Date.now() + LEAD_MS;
  const watch = watchFor(() => intakes.problem() ?? paths.map(problemOf).find(Boolean), signal);
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const fault = applyFault(spec, startMs, intakes, paths, watch.signal);
  const lines = workloadLines({ ...settings, run: spec.id, dueMs });
  const write: RunningPath["write"] = (line) => {
    for (const path of paths) path.write(line);
  };
  const generated = await generate(lines, dueMs, startMs, write, watch.signal);
  delay.disable();
  await fault;
  await settleAll(paths, arrived, generated.written, Date.now() + settings.tailMs, watch.signal);
  await sleep(LAST_ARRIVALS_MS);
  const summary = await intakes.summary();
  watch.end();
  const written = { startMs, dueMs: dueMs.slice(0, generated.written), lineBytes: generated.lineBytes };
  const samples = paths.map((path) => {
    const { id } = path.info;
    const arrivals = arrived.get(id)?.arrivals ?? [];
    return [id, collect(path, { ...written, arrivals, summary: summary.paths[id] })] as const;
  });
  const phase = phaseOf(spec, settings, written, Object.fromEntries(samples));
  return {
    phase,
    warnings: phaseWarnings({ phase, generated, summary, delay }),
    ...(watch.problem() && { problem: watch.problem() }),
  };
}

const problemOf = ({ info, problem }: RunningPath) => {
  const told = problem();
  return told && `${info.title}: ${told}`;
};

/** Aborted when the run is, or when something that it depends on has ended by itself. */
function watchFor(problem: () => string | undefined, signal: AbortSignal) {
  const controller = new AbortController();
  let found: string | undefined;
  const interrupted = () => controller.abort();
  const check = () => {
    found ??= problem();
    if (found !== undefined) controller.abort();
  };
  const timer = setInterval(check, WATCH_MS);
  signal.addEventListener("abort", interrupted, { once: true });
  if (signal.aborted) interrupted();
  return {
    signal: controller.signal,
    problem: () => found,
    end: () => {
      clearInterval(timer);
      signal.removeEventListener("abort", interrupted);
    },
  };
}

async function applyFault(
  { fault }: PhaseSpec,
  startMs: number,
  intakes: Intakes,
  paths: readonly RunningPath[],
  signal: AbortSignal,
): Promise<void> {
  if (!fault) return;
  await until(startMs + fault.fromMs, signal);
  if (signal.aborted) return;
  if (!fault.intake) {
    await Promise.all(paths.map((path) => path.disrupt()));
    return;
  }
  intakes.setFaults(fault.intake);
  await until(startMs + fault.toMs, signal);
  intakes.setFaults(undefined);
}

/** Waits for every path to come to its end, then stops it as a task is stopped. */
async function settleAll(
  paths: readonly RunningPath[],
  arrived: ReadonlyMap<string, Arrived>,
  written: number,
  deadlineMs: number,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(
    paths.map(async (path) => {
      const allArrived = () => signal.aborted || (arrived.get(path.info.id)?.seqs.size ?? 0) >= written;
      const aborted = new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        else signal.addEventListener("abort", () => resolve(), { once: true });
      });
      await Promise.race([path.settle(deadlineMs, allArrived), aborted]);
      if (!signal.aborted) await path.stop();
    }),
  );
}

async function until(atMs: number, signal: AbortSignal): Promise<void> {
  await sleep(Math.max(0, atMs - Date.now()), undefined, { signal }).catch(() => undefined);
}

function phaseOf(
  spec: PhaseSpec,
  { linesPerSecond }: PhaseSettings,
  { startMs, dueMs }: Pick<Phase, "startMs" | "dueMs">,
  paths: Phase["paths"],
): Phase {
  const { id, title, fault } = spec;
  return {
    id,
    title,
    startMs,
    loadMs: loadMsOf(spec),
    linesPerSecond,
    ...(fault && { fault: { title: fault.title, fromMs: fault.fromMs, toMs: fault.toMs } }),
    dueMs: dueMs.map((ms) => Math.round(ms * 10) / 10),
    paths,
  };
}

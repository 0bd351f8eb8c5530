import { setTimeout as sleep } from "node:timers/promises";
import { watchLateness } from "../../functions/recorder/lateness.ts";
import type { RunningPath, Tail } from "../path.ts";
import { toTenth } from "../record/columns.ts";
import type { Phase } from "../result.ts";
import type { Certificate } from "./certificate.ts";
import { collect } from "./collect.ts";
import { generate } from "./generate.ts";
import type { IntakeArrival } from "./intake-process.ts";
import { type Intakes, startIntakes } from "./intakes.ts";
import { loadMsOf, type PhaseSpec, scheduleOf } from "./phases.ts";
import { voidReasons } from "./void.ts";
import { workloadLines } from "./workload.ts";

export interface PhaseSettings {
  readonly seed: number;
  readonly linesPerSecond: number;
  readonly lineBytes: number;
  /** A path is given up after so long without an arrival. @default what its retries can take */
  readonly patienceMs?: number;
  readonly apiKey: string;
  /** With one, the recorders speak TLS. */
  readonly certificate?: Certificate;
  readonly pathIds: readonly string[];
  readonly openPaths: (intakes: Intakes) => Promise<readonly RunningPath[]>;
  /** Resolves when the load may begin: phases that run side by side begin when all are ready. */
  readonly mayBegin?: () => Promise<void>;
}

export interface RanPhase {
  readonly phase: Phase;
  /** Why it ended early. */
  readonly problem?: string;
}

/** What has come over one path: requests, and the numbers of the lines in them. */
interface Arrived {
  readonly arrivals: IntakeArrival[];
  readonly seqs: Set<number>;
  /** By this process's steady clock. */
  lastMs: number;
}

/** What is under way when a path has stopped arrives within this. */
const LAST_ARRIVALS_MS = 300;
const WATCH_MS = 250;
/** From opening the paths to the first line: so that none of it falls into the time of opening. */
const LEAD_MS = 200;

/** One load on all paths at once, each with an intake of its own. Ends everything that it starts. */
export async function runPhase(spec: PhaseSpec, settings: PhaseSettings, signal: AbortSignal): Promise<RanPhase> {
  const { apiKey, pathIds, certificate } = settings;
  const arrived = new Map(pathIds.map((id): [string, Arrived] => [id, { arrivals: [], seqs: new Set(), lastMs: 0 }]));
  const intakes = await startIntakes({ paths: pathIds, apiKey, certificate }, (arrival) => {
    const onPath = arrived.get(arrival.path) as Arrived;
    onPath.arrivals.push(arrival);
    onPath.lastMs = performance.now();
    for (const seq of arrival.seqs) if (seq >= 0) onPath.seqs.add(seq);
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
  const { linesPerSecond = settings.linesPerSecond, lineBytes = settings.lineBytes, warmUpMs } = spec;
  const dueMs = scheduleOf(spec, linesPerSecond);
  const startMs = Date.now() + LEAD_MS;
  const watch = watchFor(() => intakes.problem() ?? paths.map(problemOf).find(Boolean), signal);
  const lateness = watchLateness();
  lateness.start();
  intakes.loadBegins();
  const fault = applyFault(spec, startMs, intakes, paths, watch.signal);
  const lines = workloadLines({ seed: settings.seed, run: spec.id, dueMs, lineBytes });
  const write: RunningPath["write"] = (line) => {
    for (const path of paths) path.write(line);
  };
  const generated = await generate({ lines, dueMs, startMs, write }, watch.signal);
  lateness.stop();
  await fault;
  await settleAll(spec, settings, paths, arrived, generated.written, watch.signal);
  await sleep(LAST_ARRIVALS_MS);
  const summary = await intakes.summary();
  watch.end();
  // Phases with a fault run side by side: that a start takes longer then changes no loss.
  const starved = paths.map(({ info: { title }, usage }) =>
    spec.fault ? { title } : { title, starvedShare: usage().starvedShare },
  );
  const why = voidReasons({ generated, timers: lateness.read(), recorder: summary.watch, paths: starved });
  const written = {
    startMs,
    dueMs: dueMs.slice(0, generated.written).map(toTenth),
    lineBytes: generated.lineBytes,
    ...(warmUpMs !== undefined && { warmUpMs }),
    isBroken: spec.fault !== undefined,
  };
  const samples = paths.map((path) => {
    const { id } = path.info;
    const arrivals = arrived.get(id)?.arrivals ?? [];
    const collected = collect(path, { ...written, arrivals, summary: summary.paths[id] });
    return [id, { ...(why.length > 0 && { void: why }), ...collected }] as const;
  });
  const { id, title, fault: broken } = spec;
  const phase: Phase = {
    id,
    title,
    startMs,
    loadMs: loadMsOf(spec),
    linesPerSecond,
    ...(spec.lineBytes !== undefined && { lineBytes }),
    ...(warmUpMs !== undefined && { warmUpMs }),
    ...(broken && { fault: { title: broken.title, fromMs: broken.fromMs, toMs: broken.toMs } }),
    ...(why.length > 0 && { void: why }),
    dueMs: written.dueMs,
    paths: Object.fromEntries(samples),
  };
  return { phase, ...(watch.problem() && { problem: watch.problem() }) };
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
  const { does, fromMs, toMs } = fault;
  await until(startMs + fromMs, signal);
  if (signal.aborted) return;
  if ("paths" in does) {
    await Promise.all(paths.map((path) => path.disrupt(does.paths)));
    return;
  }
  intakes.setFaults(does.intake);
  await until(startMs + toMs, signal);
  intakes.setFaults(undefined);
}

/** Waits for every path to come to its end, then stops it as a task is stopped. */
async function settleAll(
  { fault }: PhaseSpec,
  { patienceMs }: PhaseSettings,
  paths: readonly RunningPath[],
  arrived: ReadonlyMap<string, Arrived>,
  written: number,
  signal: AbortSignal,
): Promise<void> {
  const beginsMs = performance.now();
  const aborted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
  await Promise.all(
    paths.map(async (path) => {
      const onPath = arrived.get(path.info.id);
      const tail: Tail = {
        allArrived: () => signal.aborted || (onPath?.seqs.size ?? 0) >= written,
        quietMs: () => performance.now() - Math.max(beginsMs, onPath?.lastMs ?? 0),
        brokenMs: fault && "intake" in fault.does ? fault.toMs - fault.fromMs : 0,
        ...(patienceMs !== undefined && { patienceMs }),
      };
      await Promise.race([path.settle(tail), aborted]);
      if (!signal.aborted) await path.stop();
    }),
  );
}

async function until(atMs: number, signal: AbortSignal): Promise<void> {
  await sleep(Math.max(0, atMs - Date.now()), undefined, { signal }).catch(() => undefined);
}

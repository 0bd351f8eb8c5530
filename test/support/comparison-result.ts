import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import {
  type PathInfo,
  type PathSamples,
  type Phase,
  RESULT_SCHEMA,
  RESULT_VERSION,
  type Result,
  type Usage,
} from "../../compare/result.ts";

export const LAMBDA: PathInfo = {
  id: "lambda",
  kind: "lambda",
  title: "Lambda",
  basis: "mixed",
  stages: [
    { id: "driver", title: "Driver wait", basis: "modelled" },
    { id: "ingestion", title: "Ingestion", basis: "modelled" },
    { id: "subscription", title: "Subscription", basis: "modelled" },
    { id: "start", title: "Lambda start", basis: "measured" },
    { id: "forwarder", title: "Forwarder", basis: "measured" },
    { id: "network", title: "Network", basis: "measured" },
  ],
};

const sidecar = (id: string, title: string): PathInfo => ({
  id,
  kind: "firelens",
  title,
  basis: "measured",
  stages: [
    { id: "buffer", title: "Buffer and flush", basis: "measured" },
    { id: "network", title: "Network", basis: "measured" },
  ],
});
export const AS_DOCUMENTED = sidecar("firelens-as-documented", "FireLens, as documented");
export const HARDENED = sidecar("firelens-hardened", "FireLens, hardened");

interface Plan {
  readonly id: string;
  readonly title: string;
  readonly loadMs: number;
  readonly rate: number;
  readonly fault?: Phase["fault"];
}

const fault = (title: string, fromMs: number, toMs: number) => ({ title, fromMs, toMs });

export const PLANS: readonly Plan[] = [
  { id: "steady", title: "Steady load", loadMs: 20_000, rate: 1 },
  { id: "burst", title: "Burst", loadMs: 10_000, rate: 4 },
  { id: "outage-10s", title: "Intake down for 10 s", loadMs: 25_000, rate: 1, fault: fault("503", 5_000, 15_000) },
  { id: "outage-60s", title: "Intake down for 60 s", loadMs: 75_000, rate: 1, fault: fault("503", 5_000, 65_000) },
  {
    id: "silent-intake",
    title: "Intake accepts and never answers",
    loadMs: 25_000,
    rate: 1,
    fault: fault("no answer", 5_000, 15_000),
  },
  { id: "throttled", title: "429 storm", loadMs: 25_000, rate: 1, fault: fault("429", 5_000, 15_000) },
  { id: "killed", title: "Path killed", loadMs: 20_000, rate: 1, fault: fault("killed", 10_000, 11_000) },
];

/** A record as a run would leave it: made up, the same every time, with losses and duplicates where they belong. */
export function comparisonResult(
  settings: { readonly linesPerSecond?: number; readonly phases?: readonly string[] } = {},
): Result {
  const { linesPerSecond = 100, phases } = settings;
  const plans = PLANS.filter(({ id }) => phases?.includes(id) ?? true);
  return {
    schema: RESULT_SCHEMA,
    version: RESULT_VERSION,
    where: "local",
    status: "complete",
    startedAt: "2026-11-20T10:00:00.000Z",
    endedAt: "2026-11-20T10:04:10.000Z",
    command: "npm run compare -- local --seed 7 --lines-per-second 100",
    environment: {
      os: "Linux 6.1",
      arch: "x64",
      cpuModel: "Example CPU at 2.5 GHz",
      cores: 2,
      memoryMb: 4_096,
      versions: { sidecarless: "0.1.0", node: "24.21.0", fluentBit: "5.0.9" },
    },
    settings: { seed: 7, linesPerSecond, lineBytes: 200, quick: false, forwarderMemoryMb: 512 },
    modelled: [
      {
        name: "driver.flushIntervalMs",
        value: 5_000,
        unit: "ms",
        source: "awslogs driver (2026-11)",
        overridden: false,
      },
      { name: "subscription.delayMs.p50", value: 2_000, unit: "ms", source: "assumed", overridden: false },
      { name: "ingestion.delayMs", value: 150, unit: "ms", source: "assumed", overridden: true },
    ],
    paths: [LAMBDA, AS_DOCUMENTED, HARDENED],
    phases: plans.map((plan, index) => phaseOf(plan, linesPerSecond, index)),
    warnings: [
      {
        kind: "generator-late",
        phase: "burst",
        message: "The generator was up to 120 ms late; use fewer lines a second.",
      },
      {
        kind: "modelled-path",
        path: "lambda",
        message: "What AWS does before the function is modelled, not measured.",
      },
    ],
  };
}

/** One phase of one path with given arrivals. */
export function samplesOf(arrivedMs: readonly (number | null)[], more: Partial<PathSamples> = {}): PathSamples {
  const arrived = arrivedMs.filter((at) => at !== null).length;
  return {
    arrivedMs,
    stagesMs: {},
    duplicates: [],
    outOfOrder: 0,
    pieces: 0,
    usage: usageOf(arrivedMs.length, arrived),
    notes: [],
    ...more,
  };
}

const usageOf = (sent: number, arrived: number, wireBytesPerLine = 90): Usage => ({
  cpuSeconds: 0.4 + sent * 25e-6,
  peakMemoryMb: 21 + sent / 1_000,
  lineBytes: sent * 200,
  wireBytes: arrived * wireBytesPerLine,
  rawBytes: arrived * 650,
  requests: Math.ceil(arrived / 100),
  answers: { "202": Math.ceil(arrived / 100), ...(arrived < sent && { "503": 12 }) },
  overLimit: 0,
});

function phaseOf(plan: Plan, linesPerSecond: number, index: number): Phase {
  const rate = linesPerSecond * plan.rate;
  const random = randomOf(index + 1);
  const dueMs = Array.from({ length: Math.round((rate * plan.loadMs) / 1_000) }, (_, line) => (line * 1_000) / rate);
  return {
    id: plan.id,
    title: plan.title,
    startMs: Date.UTC(2026, 10, 20, 10) + index * 100_000,
    loadMs: plan.loadMs,
    linesPerSecond: rate,
    ...(plan.fault && { fault: plan.fault }),
    dueMs,
    paths: {
      [LAMBDA.id]: lambdaSamples(plan, dueMs, random),
      [AS_DOCUMENTED.id]: sidecarSamples(plan, dueMs, random, false),
      [HARDENED.id]: sidecarSamples(plan, dueMs, random, true),
    },
  };
}

type Random = () => number;

function randomOf(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  return () => uniformFloat64(generator);
}

const isKill = ({ id }: Plan) => id === "killed";

/** Waits for the driver's next flush, then for a subscription whose delay differs from batch to batch. */
function lambdaSamples(plan: Plan, dueMs: readonly number[], random: Random): PathSamples {
  const batches = Array.from({ length: Math.ceil(plan.loadMs / 5_000) + 1 }, (_, batch) => ({
    subscription: 900 + 4_000 * random() ** 2,
    start: batch === 0 || (isKill(plan) && batch === 3) ? 240 : 2,
  }));
  const { fault } = plan;
  const rows = dueMs.map((due) => {
    const flush = Math.floor(due / 5_000) + 1;
    const { subscription = 0, start = 0 } = batches[flush - 1] ?? {};
    const ready = flush * 5_000 + 150 + subscription + start;
    const hit = fault && !isKill(plan) && ready >= fault.fromMs && ready < fault.toMs;
    // A long outage outlasts the function: the payload is stored, and replayed after five minutes.
    const held = !hit ? 0 : fault.toMs - ready > 30_000 ? 300_000 : fault.toMs - ready + 400 * random();
    const stages = [flush * 5_000 - due, 150, subscription, start, 14 + held, 1 + random()];
    return { stages, arrived: due + stages.reduce((sum, stage) => sum + stage, 0), stored: held === 300_000 };
  });
  const stored = rows.filter((row) => row.stored).length;
  const samples = samplesOf(rows.map(({ arrived }) => arrived));
  return {
    ...samples,
    stagesMs: columns(
      LAMBDA,
      rows.map(({ stages }) => stages),
    ),
    duplicates: isKill(plan) ? dueMs.flatMap((due, line) => (due >= 10_000 && due < 10_400 ? [line] : [])) : [],
    outOfOrder: stored > 0 ? 40 : 0,
    notes: isKill(plan) ? ["sandbox killed 10.0 s after the start"] : [],
    usage: {
      ...samples.usage,
      lambda: {
        memoryMb: 512,
        invocations: batches.length,
        coldStarts: isKill(plan) ? 2 : 1,
        billedMs: batches.length * 35 + 240,
        ingestedBytes: dueMs.length * 226,
        storedLines: stored,
        replayedLines: stored,
      },
    },
  };
}

/** Flushes every second; one retry loses what an outage holds up, many do not. */
function sidecarSamples(plan: Plan, dueMs: readonly number[], random: Random, hardened: boolean): PathSamples {
  const { fault } = plan;
  const rows = dueMs.map((due) => {
    const ready = Math.floor(due / 1_000) * 1_000 + 1_000 + 8;
    const hit = fault && ready >= fault.fromMs && ready < fault.toMs;
    const lost = hit && (isKill(plan) ? !hardened && random() < 0.7 : !hardened && fault.toMs - ready > 8_000);
    const wedged = plan.id === "silent-intake" && !hardened && fault && ready >= fault.fromMs;
    if (lost || wedged) return { stages: [null, null], arrived: null };
    const held = hit ? fault.toMs - ready + 4_000 * random() ** 2 : 0;
    const stages = [ready - due + held, 2 + 3 * random()];
    return { stages, arrived: due + stages.reduce((sum, stage) => sum + stage, 0) };
  });
  const info = hardened ? HARDENED : AS_DOCUMENTED;
  const arrivedMs = rows.map(({ arrived }) => arrived);
  const arrived = arrivedMs.filter((at) => at !== null).length;
  const usage = usageOf(dueMs.length, arrived, hardened ? 86 : 640);
  return samplesOf(arrivedMs, {
    stagesMs: columns(
      info,
      rows.map(({ stages }) => stages),
    ),
    duplicates: isKill(plan) && hardened ? [1_001, 1_002, 1_002].filter((line) => line < dueMs.length) : [],
    usage: { ...usage, overLimit: !hardened && plan.id === "burst" ? 9 : 0 },
    notes: isKill(plan) ? ["task stopped 10.0 s after the start"] : [],
  });
}

const columns = ({ stages }: PathInfo, rows: readonly (readonly (number | null)[])[]) =>
  Object.fromEntries(stages.map(({ id }, stage) => [id, rows.map((row) => row[stage] ?? null)]));

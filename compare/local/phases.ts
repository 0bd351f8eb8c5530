import type { FaultPlan } from "../../functions/recorder/faults.ts";

export interface PhaseSpec {
  readonly id: string;
  readonly title: string;
  /** The load: so long at so many times the rate, one after the other. */
  readonly load: readonly { readonly ms: number; readonly times: number }[];
  readonly fault?: {
    readonly title: string;
    readonly fromMs: number;
    readonly toMs: number;
    /** What the intake does meanwhile; without it, both paths themselves are hit at `fromMs`. */
    readonly intake?: FaultPlan;
  };
}

const BEFORE_MS = 5_000;
const AFTER_MS = 5_000;

const outage = (seconds: number): PhaseSpec => ({
  id: `outage-${seconds}s`,
  title: `Intake down for ${seconds} s`,
  ...around(seconds * 1_000, `503 for ${seconds} s`, { always: { kind: "status", status: 503 } }),
});

function around(ms: number, title: string, intake: FaultPlan): Pick<PhaseSpec, "load" | "fault"> {
  return {
    load: [{ ms: BEFORE_MS + ms + AFTER_MS, times: 1 }],
    fault: { title, fromMs: BEFORE_MS, toMs: BEFORE_MS + ms, intake },
  };
}

/** How much of the intake's answers are 429 in a storm, each asking for a second of patience. */
const THROTTLED_SHARE = 0.8;

/** One after the other: nothing else goes on while speed and cost are measured. */
export const CALM_PHASES: readonly PhaseSpec[] = [
  { id: "steady", title: "Steady load", load: [{ ms: 20_000, times: 1 }] },
  {
    id: "burst",
    title: "Burst of ten times the load",
    load: [
      { ms: 4_000, times: 1 },
      { ms: 4_000, times: 10 },
      { ms: 4_000, times: 1 },
    ],
  },
];

/** At the same time, each with paths and an intake of its own: they are about loss, and last long but do little. */
export const FAULT_PHASES: readonly PhaseSpec[] = [
  outage(10),
  outage(60),
  {
    id: "silent-intake",
    title: "Intake accepts and never answers",
    ...around(20_000, "no answer for 20 s", { always: { kind: "hang" } }),
  },
  {
    id: "throttled",
    title: "Storm of 429",
    ...around(20_000, "429 for 4 of 5 requests", {
      probability: THROTTLED_SHARE,
      fault: { kind: "status", status: 429, retryAfter: "1" },
      seed: 1,
    }),
  },
  {
    id: "killed",
    title: "Task stopped, sandbox killed",
    load: [{ ms: 20_000, times: 1 }],
    fault: { title: "task stopped, sandbox killed", fromMs: 10_000, toMs: 11_000 },
  },
];

export const QUICK_PHASES: readonly PhaseSpec[] = [...CALM_PHASES, outage(10)];

export const loadMsOf = ({ load }: PhaseSpec): number => load.reduce((sum, { ms }) => sum + ms, 0);

/** When each line is due, ms from the phase's start: by the clock, whatever the paths do. */
export function scheduleOf({ load }: PhaseSpec, linesPerSecond: number): number[] {
  const due: number[] = [];
  let fromMs = 0;
  for (const { ms, times } of load) {
    const count = Math.round((linesPerSecond * times * ms) / 1_000);
    for (let i = 0; i < count; i++) due.push(fromMs + (i * ms) / count);
    fromMs += ms;
  }
  return due;
}

/** The same phase in less time: for a look at the tool, not for figures. */
export function scaled(phase: PhaseSpec, scale: number): PhaseSpec {
  const { fault } = phase;
  return {
    ...phase,
    load: phase.load.map(({ ms, times }) => ({ ms: ms * scale, times })),
    ...(fault && { fault: { ...fault, fromMs: fault.fromMs * scale, toMs: fault.toMs * scale } }),
  };
}

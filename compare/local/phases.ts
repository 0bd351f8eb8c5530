import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { mersenne } from "pure-rand/generator/mersenne";
import type { FaultPlan } from "../../functions/recorder/faults.ts";
import type { Disruption } from "../path.ts";

interface FaultSpec {
  readonly title: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Either what the intake does meanwhile, or what happens to the paths themselves at `fromMs`. */
  readonly does: { readonly intake: FaultPlan } | { readonly paths: Disruption };
}

export interface PhaseSpec {
  readonly id: string;
  readonly title: string;
  /** The load: so long at so many times the rate, one after the other. */
  readonly load: readonly { readonly ms: number; readonly times: number }[];
  /** Lines due before this are in no percentile: the first sandbox starts, the first chunk fills. */
  readonly warmUpMs?: number;
  /** Other than the run's. */
  readonly linesPerSecond?: number;
  readonly lineBytes?: number;
  readonly fault?: FaultSpec;
}

/** A phase for a time scale: titles say how long it takes. */
interface Kind {
  readonly id: string;
  readonly at: (scale: number) => Omit<PhaseSpec, "id">;
}

const BEFORE_MS = 5_000;
const AFTER_MS = 5_000;
/** As long as the awslogs driver waits: a moment within it is left to chance, or each run would meet the same one. */
const CHANCE_MS = 5_000;

/** How much of the intake's answers are 429 in a storm, each asking for a second of patience. */
const THROTTLED_SHARE = 0.8;

/** One path after the other: nothing else goes on while speed and cost are measured. */
const CALM: readonly Kind[] = [
  {
    id: "steady",
    at: (scale) => ({
      title: "Steady load",
      load: [{ ms: 25_000 * scale, times: 1 }],
      warmUpMs: 5_000 * scale,
    }),
  },
  {
    id: "burst",
    at: (scale) => ({
      title: "Burst of ten times the load",
      load: [
        { ms: 4_000 * scale, times: 1 },
        { ms: 4_000 * scale, times: 10 },
        { ms: 4_000 * scale, times: 1 },
      ],
    }),
  },
];

const OUTAGE: FaultPlan = { always: { kind: "status", status: 503 } };
const STORM: FaultPlan = {
  probability: THROTTLED_SHARE,
  fault: { kind: "status", status: 429, retryAfter: "1" },
  seed: 1,
};

/** At the same time, each with paths and an intake of its own: they are about loss, and last long but do little. */
const FAULTS: readonly Kind[] = [
  broken("outage-10s", 10_000, (time) => [`Intake down for ${time}`, `503 for ${time}`], OUTAGE),
  broken("outage-60s", 60_000, (time) => [`Intake down for ${time}`, `503 for ${time}`], OUTAGE),
  broken("silent-intake", 20_000, (time) => ["Intake accepts and never answers", `no answer for ${time}`], {
    always: { kind: "hang" },
  }),
  broken("throttled", 20_000, (time) => ["Storm of 429", `429 for 4 of 5 requests for ${time}`], STORM),
  hit("killed", "Task stopped, sandbox killed", "stopped"),
  hit("host-lost", "Host lost", "host-lost"),
];

function broken(
  id: string,
  ms: number,
  titles: (time: string) => readonly [phase: string, fault: string],
  intake: FaultPlan,
): Kind {
  return {
    id,
    at: (scale) => {
      const [title, fault] = titles(`${Number(((ms * scale) / 1_000).toPrecision(3))} s`);
      const fromMs = BEFORE_MS * scale;
      return {
        title,
        load: [{ ms: (BEFORE_MS + ms + AFTER_MS) * scale, times: 1 }],
        fault: { title: fault, fromMs, toMs: fromMs + ms * scale, does: { intake } },
      };
    },
  };
}

function hit(id: string, title: string, paths: Disruption): Kind {
  return {
    id,
    at: (scale) => ({
      title,
      load: [{ ms: 20_000 * scale, times: 1 }],
      fault: { title: title.toLowerCase(), fromMs: 8_000 * scale, toMs: 9_000 * scale, does: { paths } },
    }),
  };
}

const QUICK = ["steady", "burst", "outage-10s"];

export const PHASE_IDS: readonly string[] = [...CALM, ...FAULTS].map(({ id }) => id);

export interface PhaseChoice {
  readonly quick: boolean;
  readonly phases?: readonly string[];
  /** So many times as long; below 1 for a look at the tool, not for figures. */
  readonly timeScale: number;
  readonly seed: number;
}

/** In the order in which they are listed, whatever order was asked for. */
export function phasesOf({ quick, phases, timeScale, seed }: PhaseChoice): PhaseSpec[] {
  const wanted = phases ?? (quick ? QUICK : PHASE_IDS);
  return [...CALM, ...FAULTS]
    .filter(({ id }) => wanted.includes(id))
    .map(({ id, at }) => moved({ id, ...at(timeScale) }, CHANCE_MS * timeScale * uniformFloat64(mersenne(seed))));
}

/** What hits the paths themselves does so somewhat later. */
function moved(phase: PhaseSpec, byMs: number): PhaseSpec {
  const { fault } = phase;
  if (!fault || !("paths" in fault.does)) return phase;
  return { ...phase, fault: { ...fault, fromMs: fault.fromMs + byMs, toMs: fault.toMs + byMs } };
}

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

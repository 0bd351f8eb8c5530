import { cpuSlowdown } from "../lambda/lambda-usage.ts";
import type { Model } from "../modelled.ts";
import type { ScaleFigureName, ScaleFigures } from "./figures.ts";

/** Entries in an object, and the figures that were measured with them. */
const POINTS = [
  [10, "replayer.objectsPerMinute.10", "replayer.cpuMs.10"],
  [100, "replayer.objectsPerMinute.100", "replayer.cpuMs.100"],
  [1_000, "replayer.objectsPerMinute.1000", "replayer.cpuMs.1000"],
] as const satisfies readonly (readonly [number, ScaleFigureName, ScaleFigureName])[];

/** A run that finds nothing to do ends at once, and the next one begins at the next full minute. */
const SCHEDULE_SECONDS = 60;

/**
 * Objects a minute that the replayer sends, if each holds so many entries. Between what was measured it is a straight line
 * on logarithmic axes; larger objects take longer in proportion, smaller ones as long as the smallest measured. The function's
 * share of a CPU may be less than it takes.
 */
export function objectsPerMinute(entries: number, memoryMb: number, figures: ScaleFigures, model: Model): number {
  const stretched = 1 + cpuSlowdown(memoryMb, model.get("lambda.mbPerVcpu"));
  const rates = POINTS.map(([count, rate, cpuMs]): [number, number] => [
    count,
    Math.min(figures(rate), 60_000 / (figures(cpuMs) * stretched)),
  ]);
  return rateAt(entries, rates);
}

function rateAt(entries: number, rates: readonly (readonly [number, number])[]): number {
  const [first, last] = [rates[0], rates.at(-1)];
  if (!first || !last) return Number.NaN;
  if (entries <= first[0]) return first[1];
  if (entries >= last[0]) return (last[1] * last[0]) / entries;
  const next = rates.findIndex(([count]) => count >= entries);
  const [from, to] = [rates[next - 1] ?? first, rates[next] ?? last];
  const way = Math.log(entries / from[0]) / Math.log(to[0] / from[0]);
  return from[1] * (to[1] / from[1]) ** way;
}

/** From the moment the intake is back until the bucket is empty: one replayer, run after run, each within a minute of the other. */
export function drainSeconds(objects: number, perMinute: number, figures: ScaleFigures): number {
  if (objects === 0) return 0;
  const runSeconds = figures("replayer.runSeconds");
  const sending = (objects / perMinute) * 60;
  const pauses = Math.floor(sending / runSeconds);
  const cycle = Math.ceil(runSeconds / SCHEDULE_SECONDS) * SCHEDULE_SECONDS;
  return SCHEDULE_SECONDS + sending + pauses * (cycle - runSeconds);
}

import { formatMs } from "../../words/format.ts";
import { AXIS_LABEL, AXIS_LINE, GRID_LINE } from "./axis-style.ts";

const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];

/** Where people have words for durations; as far apart as a logarithmic axis can label them. */
const LOG_TICKS_MS = [1, 10, 100, SECOND, 10 * SECOND, MINUTE, 10 * MINUTE, HOUR, 10 * HOUR, 100 * HOUR];

export interface DurationRange {
  readonly min: number;
  readonly max: number;
}

/** From a tick to a tick. @param values in ms; those below 1 are drawn as 1 */
export function logDurationRange(values: Iterable<number>): DurationRange {
  const [low, high] = extent(values);
  return {
    min: LOG_TICKS_MS.findLast((tick) => tick <= Math.max(1, low)) ?? 1,
    max: LOG_TICKS_MS.find((tick) => tick >= high && tick > low) ?? LOG_TICKS_MS.at(-1) ?? high,
  };
}

/** A logarithmic axis over durations, labelled `10 ms`, `1 s`, `1 min`. */
export function logDurationAxis({ min, max }: DurationRange) {
  const ticks = LOG_TICKS_MS.filter((tick) => tick >= min && tick <= max);
  return { type: "log", min, max, ...ticksAt(ticks) };
}

/** A linear axis from zero, with at most six steps of a length that people count in. */
export function linearDurationAxis(maxMs: number) {
  const step = ROUND_MS.find((round) => maxMs / round <= 6) ?? Math.ceil(maxMs / 6 / HOUR) * HOUR;
  const ticks = Array.from({ length: Math.floor(maxMs / step) + 1 }, (_, index) => index * step);
  return { type: "value", min: 0, max: maxMs, ...ticksAt(ticks) };
}

const ROUND_MS = [1, 2, 5, 10, 20, 50, 100, 200, 500].concat(
  [1, 2, 5, 10, 15, 20, 30].map((seconds) => seconds * SECOND),
  [1, 2, 5, 10, 15, 20, 30].map((minutes) => minutes * MINUTE),
  [1, 2, 5, 10].map((hours) => hours * HOUR),
);

const ticksAt = (customValues: readonly number[]) => ({
  // Grid lines are drawn where ticks are.
  axisTick: { show: false, customValues },
  axisLabel: { ...AXIS_LABEL, customValues, formatter: tickText },
  axisLine: AXIS_LINE,
  splitLine: GRID_LINE,
});

/** Whole minutes and hours as such, where a figure in a table would be in seconds. */
function tickText(ms: number): string {
  if (ms === 0) return "0";
  if (ms >= HOUR && ms % HOUR === 0) return `${ms / HOUR} h`;
  return ms >= MINUTE && ms % MINUTE === 0 ? `${ms / MINUTE} min` : formatMs(ms);
}

function extent(values: Iterable<number>): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return low <= high ? [low, high] : [1, SECOND];
}

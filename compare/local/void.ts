import { isLate, type Lateness } from "../../functions/recorder/lateness.ts";
import type { Generated } from "./generate.ts";

/** Of the time in which a path was to work. */
const STARVED_SHARE = 0.2;

export interface RunItself {
  readonly generated: Pick<Generated, "lateP99Ms" | "lateMaxMs">;
  /** Of the process with the generator and the log drivers. */
  readonly timers: Lateness;
  /** Of the process with the recorders. */
  readonly recorder: Lateness & { readonly refused: number };
  /** Those that ran at this time. */
  readonly paths: readonly { readonly title: string; readonly starvedShare?: number }[];
}

/**
 * Why nothing of a phase may be quoted, as far as the run itself can tell: none or one sentence, since what is late at the
 * same time has one cause.
 */
export function voidReasons({ generated, timers, recorder, paths }: RunItself): string[] {
  const starved = paths.filter(({ starvedShare = 0 }) => starvedShare > STARVED_SHARE);
  const late = [
    isLate({ p99Ms: generated.lateP99Ms, maxMs: generated.lateMaxMs }) &&
      `one line in a hundred was written ${ms(generated.lateP99Ms)} or more after it was due, the worst ${ms(generated.lateMaxMs)}`,
    isLate(timers) && `timers fired ${ms(timers.p99Ms)} late (99th percentile), ${ms(timers.maxMs)} at worst`,
    recorder.refused > 0 &&
      `the recorder was full, and answered ${recorder.refused} of the requests with 503, which no fault asked for`,
    isLate(recorder) && `the recorder was ${ms(recorder.p99Ms)} late at its work, ${ms(recorder.maxMs)} at worst`,
    ...starved.map(
      ({ title, starvedShare = 0 }) =>
        `${title} waited for a processor ${(starvedShare * 100).toFixed(0)} % of the time in which it was to work`,
    ),
  ].filter((part) => part !== false);
  if (late.length === 0) return [];
  const during = paths.length === 1 ? ` while ${paths[0]?.title} ran` : "";
  return [
    `The machine did not keep up${during}: ${late.join("; ")}. Run it on an idle machine, on one with more cores, or at a lower rate (--rate; of a sweep --rates).`,
  ];
}

const ms = (value: number) => `${value.toFixed(0)} ms`;

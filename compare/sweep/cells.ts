import type { PhaseSpec } from "../local/phases.ts";
import type { SweepOptions } from "./options.ts";

const WARM_UP_MS = 5_000;

/** One phase for each rate with each size of a line. */
export function sweepPhases({
  rates,
  lineSizes,
  seconds,
}: Pick<SweepOptions, "rates" | "lineSizes" | "seconds">): PhaseSpec[] {
  return lineSizes.flatMap((lineBytes) =>
    rates.map((linesPerSecond) => ({
      id: `${linesPerSecond}-of-${lineBytes}b`,
      title: `${linesPerSecond.toLocaleString("en-US")} lines/s of ${lineBytes.toLocaleString("en-US")} bytes`,
      load: [{ ms: WARM_UP_MS + seconds * 1_000, times: 1 }],
      warmUpMs: WARM_UP_MS,
      linesPerSecond,
      lineBytes,
    })),
  );
}

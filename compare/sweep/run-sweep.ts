import type { PhaseSpec } from "../local/phases.ts";
import { runAndReport } from "../local/run-and-report.ts";
import { wantsColor } from "../report/terminal/screen.ts";
import { HELP, parseSweepOptions, type SweepOptions } from "./options.ts";
import { renderSweep } from "./render-sweep.ts";

/** Runs the paths at one rate after the other. @returns the exit code. @throws UsageError */
export async function runSweep(args: readonly string[]): Promise<number> {
  const options = parseSweepOptions(args);
  if (options === "help") {
    process.stdout.write(HELP);
    return 0;
  }
  const phases = sweepPhases(options);
  const { exitCode, result } = await runAndReport({
    command: ["npm run compare -- sweep", ...args].join(" "),
    options,
    quick: false,
    phasesFor: () => phases,
  });
  process.stdout.write(`\n${renderSweep(result, wantsColor())}`);
  return exitCode;
}

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

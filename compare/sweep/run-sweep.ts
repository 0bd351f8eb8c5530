import { runAndReport } from "../local/run-and-report.ts";
import { wantsColor } from "../report/terminal/screen.ts";
import { sweepPhases } from "./cells.ts";
import { HELP, parseSweepOptions } from "./options.ts";
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

import { HELP, parseLocalOptions } from "./options.ts";
import { phasesOf } from "./phases.ts";
import { runAndReport } from "./run-and-report.ts";

/** Runs the paths on this machine. @returns the exit code. @throws UsageError */
export async function runLocal(args: readonly string[]): Promise<number> {
  const options = parseLocalOptions(args);
  if (options === "help") {
    process.stdout.write(HELP);
    return 0;
  }
  const { exitCode } = await runAndReport({
    command: ["npm run compare -- local", ...args].join(" "),
    options,
    quick: options.quick,
    phasesFor: (seed) => phasesOf({ ...options, seed }),
  });
  return exitCode;
}

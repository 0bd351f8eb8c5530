import { readArguments, UsageError } from "../../tools/arguments.ts";
import { numberOption } from "../number-option.ts";
import { PHASE_IDS } from "./phases.ts";
import {
  LINE_BYTES_RANGE,
  meaning,
  parseRunOptions,
  RATE_RANGE,
  RUN_ARGUMENTS,
  RUN_EXIT_CODES,
  RUN_HELP,
  type RunOptions,
} from "./run-options.ts";

export const HELP = `Paths under one load on this machine: latency, loss and usage. No account,
nothing leaves the machine.

Usage: npm run compare -- local [options]

  --quick               only steady load, burst, and an outage of 10 s (about 4
                        minutes instead of 6)
  --phases LIST         ${meaning(`only these, comma-separated: ${PHASE_IDS.join(", ")}`)}
  --rate N              lines per second, 1 to 20000 (default 200; the burst has
                        ten times that)
  --line-bytes N        average size of a line, 80 to 10000 (default 200)
  --time-scale X        makes phases X times as long; below 1 only to try the
                        tool, not for figures (default 1)
${RUN_HELP}
${RUN_EXIT_CODES}`;

export interface LocalOptions extends RunOptions {
  readonly quick: boolean;
  readonly phases?: readonly string[];
  readonly timeScale: number;
}

/** @throws UsageError with every problem */
export function parseLocalOptions(args: readonly string[]): LocalOptions | "help" {
  const { values } = readArguments({
    args: [...args],
    options: {
      ...RUN_ARGUMENTS,
      quick: { type: "boolean", default: false },
      phases: { type: "string" },
      rate: { type: "string", default: "200" },
      "line-bytes": { type: "string", default: "200" },
      "time-scale": { type: "string", default: "1" },
    },
  });
  if (values.help) return "help";
  const problems: string[] = [];
  const phases = values.phases?.split(",").map((id) => id.trim());
  for (const id of phases ?? []) {
    if (!PHASE_IDS.includes(id)) problems.push(`--phases: there is no "${id}"; there are ${PHASE_IDS.join(", ")}.`);
  }
  if (phases && values.quick) problems.push("Give --quick or --phases, not both.");
  const options: LocalOptions = {
    linesPerSecond: numberOption("rate", values.rate, RATE_RANGE, problems),
    lineBytes: numberOption("line-bytes", values["line-bytes"], LINE_BYTES_RANGE, problems),
    ...parseRunOptions(values, problems),
    quick: values.quick,
    ...(phases && { phases }),
    timeScale: numberOption("time-scale", values["time-scale"], { min: 0.02, max: 100, whole: false }, problems),
  };
  if (problems.length > 0) throw new UsageError(problems.join("\n"));
  return options;
}

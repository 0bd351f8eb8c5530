import { readArguments, UsageError } from "../../tools/arguments.ts";
import {
  LINE_BYTES_RANGE,
  meaning,
  parseRunOptions,
  RATE_RANGE,
  RUN_ARGUMENTS,
  RUN_EXIT_CODES,
  RUN_HELP,
  type RunOptions,
} from "../local/run-options.ts";
import { numberOption } from "../number-option.ts";

const RATES = "100,1000,5000,10000";

export const HELP = `One steady load after the other, one path at a time: what each path loses, how
late it is and what it uses by rate, and the highest rate that it carries
without loss or lateness.

Usage: npm run compare -- sweep [options]

  --rates LIST          ${meaning(`lines per second, comma-separated, ${RATE_RANGE.min} to ${RATE_RANGE.max} (default ${RATES})`)}
  --line-bytes LIST     ${meaning(`average sizes of a line, comma-separated, ${LINE_BYTES_RANGE.min} to ${LINE_BYTES_RANGE.max} (default 200); every rate runs with every size`)}
  --seconds N           length of each load, after five of warm-up (default 10)
${RUN_HELP}
${RUN_EXIT_CODES}`;

export interface SweepOptions extends RunOptions {
  /** Ascending, each once. */
  readonly rates: readonly number[];
  readonly lineSizes: readonly number[];
  readonly seconds: number;
}

/** @throws UsageError with every problem */
export function parseSweepOptions(args: readonly string[]): SweepOptions | "help" {
  const { values } = readArguments({
    args: [...args],
    options: {
      ...RUN_ARGUMENTS,
      rates: { type: "string", default: RATES },
      "line-bytes": { type: "string", default: "200" },
      seconds: { type: "string", default: "10" },
    },
  });
  if (values.help) return "help";
  const problems: string[] = [];
  const list = (name: "rates" | "line-bytes", range: typeof RATE_RANGE | typeof LINE_BYTES_RANGE) =>
    [...new Set(values[name].split(",").map((text) => numberOption(name, text, range, problems)))].sort(
      (a, b) => a - b,
    );
  const [rates, lineSizes] = [list("rates", RATE_RANGE), list("line-bytes", LINE_BYTES_RANGE)];
  const options: SweepOptions = {
    ...parseRunOptions(values, problems),
    rates,
    lineSizes,
    linesPerSecond: rates[0] ?? Number.NaN,
    lineBytes: lineSizes[0] ?? Number.NaN,
    seconds: numberOption("seconds", values.seconds, { min: 1, max: 3_600, whole: true }, problems),
  };
  if (problems.length > 0) throw new UsageError(problems.join("\n"));
  return options;
}

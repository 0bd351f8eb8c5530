import { readArguments, UsageError } from "../../tools/arguments.ts";
import { type FigureName, parseOverrides } from "../modelled.ts";
import { numberOption } from "../number-option.ts";
import { CALM_PHASES, FAULT_PHASES } from "./phases.ts";

export const HELP = `Both paths under one load on this machine: latency, loss and usage. No account, nothing leaves the machine.

Usage: npm run compare -- local [options]

  --quick               only steady load, burst, and an outage of 10 s (about 1.5 minutes instead of 3)
  --phases LIST         only these, comma-separated: ${[...CALM_PHASES, ...FAULT_PHASES].map(({ id }) => id).join(", ")}
  --rate N              lines per second, 1 to 20000 (default 200; the burst has ten times that)
  --line-bytes N        of a line on average, 80 to 10000 (default 200)
  --seed N              the same seed sends the same lines (default 1)
  --tail SECONDS        how long a path may go on after the load, before it is stopped (default 45)
  --time-scale X        phases X times as long; below 1 for a look at the tool, not for figures (default 1)
  --memory-mb N         of the forwarder (default 512)
  --fluent-bit FILE     the Fluent Bit to run (default: fluent-bit on PATH; without one, FireLens is modelled)
  --modelled-firelens   model FireLens even if there is a Fluent Bit
  --model NAME=VALUE    another value for a modelled figure; repeatable, see docs/comparison.md
  --out DIR             where result.json, report.html and report.md go (default comparison/<time>)
  --help                this text

Exit code: 0 if the run is complete, 1 if it ended early (result.json has what there is), 2 if it was called wrongly,
130 after Ctrl-C.
`;

export interface LocalOptions {
  readonly quick: boolean;
  readonly phases?: readonly string[];
  readonly linesPerSecond: number;
  readonly lineBytes: number;
  readonly seed: number;
  readonly tailMs: number;
  readonly timeScale: number;
  readonly memoryMb: number;
  readonly fluentBit?: string;
  readonly modelledFirelens: boolean;
  readonly model: Partial<Record<FigureName, number>>;
  readonly out?: string;
}

/** @throws UsageError with every problem */
export function parseLocalOptions(args: readonly string[]): LocalOptions | "help" {
  const { values } = readArguments({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      phases: { type: "string" },
      rate: { type: "string", default: "200" },
      "line-bytes": { type: "string", default: "200" },
      seed: { type: "string", default: "1" },
      tail: { type: "string", default: "45" },
      "time-scale": { type: "string", default: "1" },
      "memory-mb": { type: "string", default: "512" },
      "fluent-bit": { type: "string" },
      "modelled-firelens": { type: "boolean", default: false },
      model: { type: "string", multiple: true, default: [] },
      out: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return "help";
  const problems: string[] = [];
  const number = (
    name: "rate" | "line-bytes" | "seed" | "tail" | "time-scale" | "memory-mb",
    min: number,
    max: number,
    whole = true,
  ) => numberOption(name, values[name], { min, max, whole }, problems);
  const phases = values.phases?.split(",").map((id) => id.trim());
  const known = [...CALM_PHASES, ...FAULT_PHASES].map(({ id }) => id);
  for (const id of phases ?? []) {
    if (!known.includes(id)) problems.push(`--phases: there is no "${id}"; there are ${known.join(", ")}.`);
  }
  if (phases && values.quick) problems.push("--quick and --phases exclude each other.");
  const model = parseOverrides(values.model, problems);
  const options: LocalOptions = {
    quick: values.quick,
    ...(phases && { phases }),
    linesPerSecond: number("rate", 1, 20_000),
    lineBytes: number("line-bytes", 80, 10_000),
    seed: number("seed", 0, 2 ** 31 - 1),
    tailMs: number("tail", 1, 3_600) * 1_000,
    timeScale: number("time-scale", 0.02, 100, false),
    memoryMb: number("memory-mb", 128, 10_240),
    ...(values["fluent-bit"] !== undefined && { fluentBit: values["fluent-bit"] }),
    modelledFirelens: values["modelled-firelens"],
    model,
    ...(values.out !== undefined && { out: values.out }),
  };
  if (problems.length > 0) throw new UsageError(problems.join("\n"));
  return options;
}

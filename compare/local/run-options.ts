import { wrapText } from "../../tools/wrap-text.ts";
import type { SidecarChanges } from "../firelens/agent-config.ts";
import { parseSidecarChanges } from "../firelens/sidecar-options.ts";
import { type FigureName, parseOverrides } from "../modelled.ts";
import { numberOption } from "../number-option.ts";
import { type Limit, parseLimits } from "../stats/limits.ts";
import { PATH_CHOICES, PATH_IDS } from "./open-paths.ts";

/** What every run on this machine can be told. */
export interface RunOptions {
  readonly pathIds: readonly string[];
  readonly linesPerSecond: number;
  readonly lineBytes: number;
  readonly seed: number;
  /** How often, each time with another seed. */
  readonly repeat: number;
  readonly patienceMs?: number;
  readonly memoryMb: number;
  readonly fluentBit?: string;
  readonly modelledFirelens: boolean;
  readonly sidecar: SidecarChanges;
  /** Between all paths and their recorders. */
  readonly tls: boolean;
  readonly model: Partial<Record<FigureName, number>>;
  /** What makes the command fail. */
  readonly failIf: readonly Limit[];
  readonly out?: string;
}

export const RATE_RANGE = { min: 1, max: 20_000, whole: true } as const;
export const LINE_BYTES_RANGE = { min: 80, max: 10_000, whole: true } as const;

const USUAL_PATHS = "lambda,firelens";

/** For `readArguments`. */
export const RUN_ARGUMENTS = {
  paths: { type: "string", default: USUAL_PATHS },
  seed: { type: "string", default: "1" },
  repeat: { type: "string", default: "1" },
  tail: { type: "string" },
  "memory-mb": { type: "string", default: "512" },
  "fluent-bit": { type: "string" },
  "modelled-firelens": { type: "boolean", default: false },
  flush: { type: "string" },
  "retry-limit": { type: "string" },
  compress: { type: "string" },
  "fluent-bit-option": { type: "string", multiple: true, default: [] as string[] },
  tls: { type: "boolean", default: false },
  model: { type: "string", multiple: true, default: [] as string[] },
  "fail-if": { type: "string", multiple: true, default: [] as string[] },
  out: { type: "string" },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** What an option means, behind its name, in as many lines as it takes. */
export const meaning = (text: string): string =>
  wrapText(text, { indent: " ".repeat(24) })
    .join("\n")
    .trimStart();

export const RUN_HELP = `  --paths LIST          ${meaning(`any of ${Object.keys(PATH_CHOICES).join(", ")} (default ${USUAL_PATHS}; firelens means all three of its kinds)`)}
  --seed N              the same seed sends the same lines (default 1)
  --repeat N            runs everything N times, each with the next seed: shows
                        how much of a loss is chance (default 1)
  --tail SECONDS        gives a path up when nothing has arrived for this long
                        (default: as long as its retries can take)
  --memory-mb N         memory of the forwarder (default 512)
  --fluent-bit FILE     the Fluent Bit to run (default: fluent-bit on PATH;
                        without one, FireLens is modelled)
  --modelled-firelens   model FireLens even if there is a Fluent Bit
  --flush SECONDS       flush interval of all FireLens paths (default 1)
  --retry-limit N       retries of a chunk on all FireLens paths, or no_limits
  --compress gzip|off   compression on all FireLens paths
  --fluent-bit-option KEY=VALUE
                        any other option of Fluent Bit's output, on all FireLens
                        paths; repeatable
  --tls                 TLS between all paths and their recorders; needs openssl
  --model NAME=VALUE    another value for a modelled figure; repeatable, see
                        docs/comparison.md
  --fail-if LIMIT       exits with 1 if this is true, such as "lambda.loss>0";
                        repeatable, see compare report --help
  --out DIR             where result.json, report.html and report.md go (default
                        comparison/<time>)
  --help                this text
`;

export const RUN_EXIT_CODES = `Exit code: 0 if the run is complete; 1 if it ended early (result.json has what
there is), if a phase is void, or by --fail-if; 2 if it was called wrongly; 130
after Ctrl-C.
`;

/** What `readArguments` makes of them. */
interface Values {
  readonly paths: string;
  readonly seed: string;
  readonly repeat: string;
  readonly "memory-mb": string;
  readonly tail?: string;
  readonly "fluent-bit"?: string;
  readonly "modelled-firelens": boolean;
  readonly flush?: string;
  readonly "retry-limit"?: string;
  readonly compress?: string;
  readonly "fluent-bit-option": string[];
  readonly tls: boolean;
  readonly model: string[];
  readonly "fail-if": string[];
  readonly out?: string;
}

/** @returns all but the load; one more problem for each value that is none */
export function parseRunOptions(values: Values, problems: string[]): Omit<RunOptions, "linesPerSecond" | "lineBytes"> {
  const number = (name: "seed" | "repeat" | "memory-mb", min: number, max: number) =>
    numberOption(name, values[name], { min, max, whole: true }, problems);
  const tail = values.tail && numberOption("tail", values.tail, { min: 1, max: 3_600, whole: true }, problems);
  const modelledFirelens = values["modelled-firelens"];
  return {
    pathIds: parsePaths(values.paths, problems),
    seed: number("seed", 0, 2 ** 31 - 1),
    repeat: number("repeat", 1, 100),
    ...(tail && { patienceMs: tail * 1_000 }),
    memoryMb: number("memory-mb", 128, 10_240),
    ...(values["fluent-bit"] !== undefined && { fluentBit: values["fluent-bit"] }),
    modelledFirelens,
    sidecar: parseSidecarChanges(
      {
        flush: values.flush,
        retryLimit: values["retry-limit"],
        compress: values.compress,
        options: values["fluent-bit-option"],
        modelled: modelledFirelens,
      },
      problems,
    ),
    tls: values.tls,
    model: parseOverrides(values.model, problems),
    failIf: parseLimits(values["fail-if"], problems),
    ...(values.out !== undefined && { out: values.out }),
  };
}

function parsePaths(list: string, problems: string[]): string[] {
  const given = list.split(",").map((id) => id.trim());
  const unknown = given.filter((id) => !Object.hasOwn(PATH_CHOICES, id));
  for (const id of unknown)
    problems.push(`--paths: there is no "${id}"; there are ${Object.keys(PATH_CHOICES).join(", ")}.`);
  const wanted = given.flatMap((id) => PATH_CHOICES[id] ?? []);
  return PATH_IDS.filter((id) => wanted.includes(id));
}

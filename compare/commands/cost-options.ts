import { readFileSync } from "node:fs";
import { readArguments, UsageError } from "../../tools/arguments.ts";
import { whyOf } from "../../tools/file-error.ts";
import { completeInput } from "../cost/complete-input.ts";
import { FARGATE_SIZES } from "../cost/fargate.ts";
import { neededSizes } from "../cost/firelens-cost.ts";
import type { CostInput } from "../cost/types.ts";
import { usageFromResult } from "../cost/usage-from-result.ts";
import { FIRELENS_PROFILES } from "../firelens/agent-config.ts";
import { type Model, openModel, parseOverrides } from "../modelled.ts";
import { type NumberRange, numberOption } from "../number-option.ts";
import { type Prices, regionsOf } from "../prices/prices.ts";
import { parseRecord } from "../record/record-text.ts";

export interface CostOptions {
  readonly input: CostInput;
  /** With what was overridden. */
  readonly model: Model;
  readonly json: boolean;
}

/** By option: what it sets, from, to, and whether it must be whole. */
const NUMBERS = {
  "gb-per-day": { field: "gbPerDay", min: 0.001, max: 1_000_000, whole: false },
  tasks: { field: "tasks", min: 1, max: 100_000, whole: true },
  "line-bytes": { field: "lineBytes", min: 1, max: 1_000_000, whole: false },
  "retention-days": { field: "retentionDays", min: 1, max: 3_653, whole: true },
  "sidecar-vcpu": { field: "sidecarVcpu", min: 0, max: 16, whole: false },
  "sidecar-memory-mb": { field: "sidecarMemoryMb", min: 0, max: 122_880, whole: false },
  "task-vcpu": { field: "taskVcpu", min: 0.25, max: 16, whole: false },
  "task-memory-mb": { field: "taskMemoryMb", min: 512, max: 122_880, whole: true },
  "batch-events": { field: "batchEvents", min: 1, max: 10_000, whole: false },
  "memory-mb": { field: "forwarderMemoryMb", min: 128, max: 10_240, whole: true },
  "cold-starts": { field: "coldStartsPerMonth", min: 0, max: 100_000_000, whole: false },
} as const satisfies Record<string, NumberRange & { readonly field: keyof CostInput }>;

const EGRESS = ["internet", "nat", "privatelink"] as const;
const ARCHS = ["arm64", "x86_64"] as const;

const strings = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, { type: "string" as const }]));

/** What tells the usage that dollars are for, wherever it is asked. */
export const USAGE_OPTIONS = {
  ...strings(["region", "egress", "arch", "profile", ...Object.keys(NUMBERS)]),
  model: { type: "string", multiple: true },
  "in-cloudwatch-anyway": { type: "boolean" },
} as const;

export type Values = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

/**
 * What is asked for, completed: options before what the record measured before defaults.
 * @throws UsageError with every problem; ResultError if the record of --from can't be used
 */
export function parseCostOptions(args: readonly string[], prices: Prices): CostOptions | "help" {
  const options = {
    ...USAGE_OPTIONS,
    from: { type: "string" },
    json: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  } as const;
  const values = readArguments({ args: [...args], options }).values as Values;
  if (values.help === true) return "help";
  const problems: string[] = [];
  const { given, model } = parseUsage(values, prices, problems);
  const measured = typeof values.from === "string" ? usageOf(values.from, model, prices, problems) : {};
  if (problems.length > 0) throw new UsageError(problems.join("\n"));
  const input = completeInput({ ...measured, ...given }, model);
  checkTaskSize(input);
  return { input, model, json: values.json === true };
}

/** Only what was asked for. */
export function parseUsage(
  values: Values,
  prices: Prices,
  problems: string[],
): { readonly given: Partial<CostInput>; readonly model: Model } {
  const text = (name: string) => values[name] as string | undefined;
  const oneOf = <T extends string>(name: string, known: readonly T[]): T | undefined => {
    const value = text(name);
    if (value === undefined || (known as readonly string[]).includes(value)) return value as T | undefined;
    problems.push(`--${name} must be one of ${known.join(", ")}; it is "${value}".`);
    return undefined;
  };
  const region = oneOf("region", regionsOf(prices));
  const egress = oneOf("egress", EGRESS);
  const arch = oneOf("arch", ARCHS);
  const profile = oneOf("profile", FIRELENS_PROFILES);
  const numbers = parseNumbers(text, problems);
  const model = openModel(parseOverrides((values.model as string[] | undefined) ?? [], problems));
  const given = {
    ...numbers,
    ...(region && { region }),
    ...(egress && { egress }),
    ...(arch && { arch }),
    ...(profile && { profile }),
    ...(values["in-cloudwatch-anyway"] === true && { inCloudwatchAnyway: true }),
  };
  return { given, model };
}

function parseNumbers(text: (name: string) => string | undefined, problems: string[]): Partial<CostInput> {
  const numbers: Record<string, number> = {};
  for (const [name, { field, ...range }] of Object.entries(NUMBERS)) {
    const value = text(name);
    if (value !== undefined) numbers[field] = numberOption(name, value, range, problems);
  }
  return numbers;
}

function usageOf(file: string, model: Model, prices: Prices, problems: string[]): Partial<CostInput> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    problems.push(`--from: ${file} can't be read: ${whyOf(error)}.`);
    return {};
  }
  const { region, ...usage } = usageFromResult(parseRecord(text, file), model);
  // Measured where there are no prices: what was used counts, at the prices of another region.
  return region !== undefined && regionsOf(prices).includes(region) ? { region, ...usage } : usage;
}

/** @throws UsageError if Fargate has no such size */
export function checkTaskSize(input: CostInput): void {
  const { task, both } = neededSizes(input);
  const sizes = FARGATE_SIZES.filter(({ vcpu }) => vcpu === task.vcpu).map(({ memoryMb }) => memoryMb);
  if (!sizes.includes(task.memoryMb)) {
    const offered = sizes.length > 0 ? `with ${sizes.join(", ")} MB` : "not at all: 0.25, 0.5, 1, 2, 4, 8 and 16 only";
    throw new UsageError(
      `--task-vcpu ${task.vcpu} and --task-memory-mb ${task.memoryMb} are not a size that Fargate offers; it has ${task.vcpu} vCPU ${offered}.`,
    );
  }
  if (!FARGATE_SIZES.some(({ vcpu, memoryMb }) => vcpu >= both.vcpu && memoryMb >= both.memoryMb)) {
    throw new UsageError(
      `Fargate has no size for a task of ${task.vcpu} vCPU and ${task.memoryMb} MB with a sidecar of ${input.sidecarVcpu} vCPU and ${input.sidecarMemoryMb} MB.`,
    );
  }
}

import { readFileSync } from "node:fs";
import { readArguments, UsageError } from "../../tools/arguments.ts";
import { type Model, openModel, parseOverrides } from "../modelled.ts";
import { type NumberRange, numberOption } from "../number-option.ts";
import { parseResult } from "../result.ts";
import { completeInput } from "./complete-input.ts";
import { FARGATE_SIZES } from "./fargate.ts";
import { neededSizes } from "./firelens-cost.ts";
import { type Prices, regionsOf } from "./prices.ts";
import type { CostInput } from "./types.ts";
import { usageFromResult } from "./usage-from-result.ts";

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

/**
 * What is asked for, completed: options before what the record measured before defaults.
 * @throws UsageError with every problem; ResultError if the record of --from can't be used
 */
export function parseCostOptions(args: readonly string[], prices: Prices): CostOptions | "help" {
  const values = parsed(args);
  if (values.help === true) return "help";
  const problems: string[] = [];
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
  const numbers = parseNumbers(text, problems);
  const model = openModel(parseOverrides((values.model as string[] | undefined) ?? [], problems));
  const from = text("from");
  const measured = from === undefined ? {} : usageOf(from, model, prices, problems);
  const given = { ...numbers, ...(region && { region }), ...(egress && { egress }), ...(arch && { arch }) };
  if (problems.length > 0) throw new UsageError(problems.join("\n"));
  const input = completeInput({ ...measured, ...given }, model);
  checkTaskSize(input);
  return { input, model, json: values.json === true };
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
    problems.push(`--from: ${file} can't be read (${(error as NodeJS.ErrnoException).code}).`);
    return {};
  }
  const { region, ...usage } = usageFromResult(parseResult(text, file), model);
  // Measured where there are no prices: what was used counts, at the prices of another region.
  return region !== undefined && regionsOf(prices).includes(region) ? { region, ...usage } : usage;
}

function checkTaskSize(input: CostInput): void {
  const { task, both } = neededSizes(input);
  const sizes = FARGATE_SIZES.filter(({ vcpu }) => vcpu === task.vcpu).map(({ memoryMb }) => memoryMb);
  if (!sizes.includes(task.memoryMb)) {
    const offered = sizes.length > 0 ? `with ${sizes.join(", ")} MB` : "not at all: 0.25, 0.5, 1, 2, 4, 8 and 16 only";
    throw new UsageError(
      `--task-vcpu ${task.vcpu} and --task-memory-mb ${task.memoryMb} are no size of Fargate's; it has ${task.vcpu} vCPU ${offered}.`,
    );
  }
  if (!FARGATE_SIZES.some(({ vcpu, memoryMb }) => vcpu >= both.vcpu && memoryMb >= both.memoryMb)) {
    throw new UsageError(
      `Fargate has no size for a task of ${task.vcpu} vCPU and ${task.memoryMb} MB with a sidecar of ${input.sidecarVcpu} vCPU and ${input.sidecarMemoryMb} MB.`,
    );
  }
}

function parsed(args: readonly string[]): Record<string, string | boolean | string[] | undefined> {
  const texts = ["region", "egress", "arch", "from", ...Object.keys(NUMBERS)];
  const options = {
    ...Object.fromEntries(texts.map((name) => [name, { type: "string" as const }])),
    model: { type: "string", multiple: true },
    json: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  } as const;
  return readArguments({ args: [...args], options }).values as ReturnType<typeof parsed>;
}

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseCostOptions } from "../../../compare/commands/cost-options.ts";
import { completeInput } from "../../../compare/cost/complete-input.ts";
import { loadPrices, regionsOf } from "../../../compare/prices/prices.ts";
import { ResultError } from "../../../compare/result.ts";
import { UsageError } from "../../../tools/arguments.ts";
import { comparisonResult } from "../../support/comparison-result.ts";

const prices = loadPrices();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sidecarless-"));
});
afterAll(() => rm(folder, { recursive: true }));

function parsed(...args: string[]) {
  const options = parseCostOptions(args, prices);
  if (options === "help") throw new Error("it gave help");
  return options;
}

test("without options, defaults", () => {
  expect(parsed()).toMatchObject({ input: completeInput(), json: false });
});

test("every option reaches its field", () => {
  const text =
    "--gb-per-day 2.5 --tasks 4 --line-bytes 300 --region ap-northeast-1 --retention-days 7 --egress nat --sidecar-vcpu 0.1 --sidecar-memory-mb 100 --task-vcpu 1 --task-memory-mb 2048 --batch-events 40 --memory-mb 256 --cold-starts 9 --arch x86_64 --model cost.zones=3 --json";
  const { input, model, json } = parsed(...text.split(" "));
  expect(input).toMatchObject({
    gbPerDay: 2.5,
    tasks: 4,
    lineBytes: 300,
    region: "ap-northeast-1",
    retentionDays: 7,
    egress: "nat",
    sidecarVcpu: 0.1,
    sidecarMemoryMb: 100,
    taskVcpu: 1,
    taskMemoryMb: 2_048,
    batchEvents: 40,
    forwarderMemoryMb: 256,
    coldStartsPerMonth: 9,
    arch: "x86_64",
  });
  expect({ zones: model.get("cost.zones"), json }).toEqual({ zones: 3, json: true });
});

test("overridden figures reach the defaults that come of them", () => {
  const { input, model } = parsed("--model", "cost.wireRatioLambda=0.5", "--cold-starts", "3");
  expect(input.wireRatioLambda).toBe(0.5);
  const used = model.used().map(({ name }) => name);
  expect(used).toContain("cost.wireRatioLambda");
  expect(used).not.toContain("cost.coldStartsPerMonth");
});

test("the sidecar as documented costs what it reserves and sends, uncompressed", () => {
  const { input } = parsed("--profile", "as-documented");
  expect(input).toMatchObject({ sidecarMemoryMb: 50, wireRatioFirelens: 3.3, inCloudwatchAnyway: false });
  expect(parsed("--in-cloudwatch-anyway").input.inCloudwatchAnyway).toBe(true);
});

test("--help wins", () => {
  expect(parseCostOptions(["--tasks", "none", "--help"], prices)).toBe("help");
});

test("every problem is told at once", () => {
  const args =
    "--gb-per-day 0 --tasks 1.5 --region mars-1 --profile soft --egress pigeon --arch z80 --model x=1 --from /nowhere";
  const problems = [
    `--region must be one of ${regionsOf(prices).join(", ")}; it is "mars-1".`,
    '--profile must be one of as-documented, manual, hardened; it is "soft".',
    '--egress must be one of internet, nat, privatelink; it is "pigeon".',
    '--arch must be one of arm64, x86_64; it is "z80".',
    '--gb-per-day must be a number from 0.001 to 1000000; it is "0".',
    '--tasks must be a whole number from 1 to 100000; it is "1.5".',
  ];
  let message = "";
  try {
    parsed(...args.split(" "));
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    message = (error as Error).message;
  }
  for (const problem of problems) expect(message.split("\n")).toContain(problem);
  expect(message).toContain('--model: "x" is no modelled figure');
  expect(message).toContain("--from: /nowhere can't be read: there is no such file or folder.");
});

test.each<[string, string[], string]>([
  ["an unknown option", ["--gb", "1"], "Unknown option '--gb'"],
  ["no number", ["--line-bytes", ""], '--line-bytes must be a number from 1 to 1000000; it is "".'],
  [
    "memory that Fargate does not have with it",
    ["--task-vcpu", "0.25", "--task-memory-mb", "4096"],
    "--task-vcpu 0.25 and --task-memory-mb 4096 are not a size that Fargate offers; it has 0.25 vCPU with 512, 1024, 2048 MB.",
  ],
  [
    "vCPU that Fargate does not have",
    ["--task-vcpu", "3"],
    "it has 3 vCPU not at all: 0.25, 0.5, 1, 2, 4, 8 and 16 only",
  ],
  [
    "no size for task and sidecar",
    ["--task-vcpu", "16", "--task-memory-mb", "122880"],
    "Fargate has no size for a task of 16 vCPU and 122880 MB with a sidecar of 0 vCPU and 128 MB.",
  ],
])("%s", (_what, args, message) => {
  expect(() => parsed(...args)).toThrow(UsageError);
  expect(() => parsed(...args)).toThrow(message);
});

async function resultFile(name: string, content: unknown): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

test("--from: what was measured goes before defaults, options before both", async () => {
  const file = await resultFile("result.json", comparisonResult());
  const { input } = parsed("--from", file, "--batch-events", "40");
  expect(input).toMatchObject({ wireRatioFirelens: 0.43, sidecarMemoryMb: 128, batchEvents: 40, gbPerDay: 10 });
});

test("--from a region without prices: its usage at the default's prices", async () => {
  const result = comparisonResult();
  const environment = { ...result.environment, region: "mars-1" };
  const file = await resultFile("elsewhere.json", { ...result, where: "aws", environment });
  expect(parsed("--from", file).input).toMatchObject({ region: "us-east-1", wireRatioFirelens: 0.43 });
});

test("--from something else than a result", async () => {
  const file = await resultFile("other.json", "{}");
  expect(() => parsed("--from", file)).toThrow(ResultError);
});

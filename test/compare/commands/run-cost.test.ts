import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { CostComparison } from "../../../compare/cost/types.ts";
import { loadPrices, regionsOf } from "../../../compare/prices/prices.ts";
import { endCommands, runCommand, startCommand } from "../../support/command.ts";
import { comparisonResult } from "../../support/comparison-result.ts";

const SCRIPT = "compare/commands/cli.ts";
const cost = (...args: string[]) => runCommand(SCRIPT, ["cost", ...args]);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sidecarless-"));
});
afterEach(endCommands);
afterAll(() => rm(folder, { recursive: true }));

test("--help tells every option and region", async () => {
  const { code, stdout, stderr } = await cost("--help");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("Usage: npm run compare -- cost");
  for (const region of regionsOf(loadPrices())) expect(stdout).toContain(region);
  for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(120);
});

test("alone it tells what each path costs, plainly, within 80 columns", async () => {
  const { code, stdout, stderr } = await cost();
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  for (const text of [
    "10 GB a day from 10 tasks (30.4 GB per task and month) in us-east-1",
    "CloudWatch ingestion",
    "Fargate, for the sidecar",
    "First question: do you keep these logs in CloudWatch anyway?",
    "Together",
    "In CloudWatch anyway",
    "By the bytes of the bodies",
    "Per GB of log text",
    "Break-even",
    "Recommendation",
    "Prices of us-east-1 of 20",
    "Not counted:",
  ]) {
    expect(stdout.replaceAll("\n", " ")).toContain(text);
  }
  expect(stdout.indexOf("First question")).toBe(0);
  expect(stdout).not.toContain("\u001b");
  for (const line of stdout.split("\n")) expect([...line].length, line).toBeLessThanOrEqual(80);
});

test("the table stays within 80 columns with all items and large sums", async () => {
  const { stdout } = await cost("--gb-per-day", "100000", "--tasks", "5000", "--egress", "nat");
  for (const line of stdout.split("\n")) expect([...line].length, line).toBeLessThanOrEqual(80);
  expect(stdout).toMatch(/^NAT gateway +\$/m);
  expect(stdout).not.toMatch(/NaN|Infinity|undefined|…/);
});

test("--json is the comparison, with the figures and prices that it was made with", async () => {
  const { code, stdout } = await cost("--json", "--region", "eu-west-1", "--model", "cost.storageRatio=0.3");
  expect(code).toBe(0);
  const value = JSON.parse(stdout) as CostComparison & {
    modelled: { name: string; value: number; overridden: boolean }[];
    prices: Record<string, { source: string }>;
  };
  expect(value.input.region).toBe("eu-west-1");
  expect(value.estimates).toHaveLength(5);
  expect(value.modelled.find(({ name }) => name === "cost.storageRatio")).toMatchObject({
    value: 0.3,
    overridden: true,
  });
  expect(value.prices["egress-gb"]?.source).toMatch(/^https:/);
});

test("--from takes what a run measured", async () => {
  const file = join(folder, "result.json");
  await writeFile(file, JSON.stringify(comparisonResult()));
  const { code, stdout } = await cost("--from", file, "--json");
  expect(code).toBe(0);
  const { input } = JSON.parse(stdout) as CostComparison;
  expect(input).toMatchObject({ lineBytes: 200, wireRatioFirelens: 0.43, billedMsPerColdStart: 240 });
});

test.each<[string, string[], RegExp]>([
  ["wrong values", ["--tasks", "0", "--egress", "x"], /--egress must be .*\n--tasks must be /],
  ["a file that is no result", ["--from", "package.json"], /package\.json is no result of "compare/],
])("%s: exit code 2, and what to do", async (_what, args, message) => {
  const { code, stdout, stderr } = await cost(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/ {4}at /);
});

test("a reader that has seen enough is no error to speak of", async () => {
  const command = startCommand(SCRIPT, ["cost"]);
  command.stdout.destroy();
  const { code, stderr } = await command.ended;
  expect([0, 1]).toContain(code);
  expect(stderr).toBe("");
});

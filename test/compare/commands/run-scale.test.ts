import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { ScaleCase } from "../../../compare/scale/scale.ts";
import { endCommands, runCommand } from "../../support/command.ts";

const scale = (...args: string[]) => runCommand("compare/commands/cli.ts", ["scale", ...args]);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sidecarless-"));
});
afterEach(endCommands);
afterAll(() => rm(folder, { recursive: true }));

test("--help tells every option", async () => {
  const { code, stdout, stderr } = await scale("--help");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const options = "gb-per-day streams line-bytes outage-hours accounts region model chart json csv docs".split(" ");
  for (const option of options) expect(stdout).toContain(`--${option} `);
  for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(120);
});

describe("within 80 columns, plainly", () => {
  test.each([
    ["from 1 GB to 100 TB", []],
    ["a small service", ["--gb-per-day", "1", "--streams", "3"]],
    ["a very large one", ["--gb-per-day", "1000000", "--streams", "1000000", "--outage-hours", "48"]],
    ["with more than a log stream can carry", ["--gb-per-day", "5000", "--streams", "1"]],
    ["in several accounts, elsewhere", ["--accounts", "3", "--region", "ap-northeast-1", "--streams", "90000"]],
  ])("%s", async (_what, args) => {
    const { code, stdout, stderr } = await scale(...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const line of stdout.split("\n")) expect([...line].length, line).toBeLessThanOrEqual(80);
    expect(stdout).not.toMatch(/NaN|Infinity|undefined|…/);
    expect(stdout).not.toContain("\u001b");
  });
});

test("--json has what the table says, and every figure with its source", async () => {
  const { stdout } = await scale("--json", "--gb-per-day", "10000", "--model", "lambda.concurrency=5000");
  const { cases, figures, modelled } = JSON.parse(stdout) as {
    cases: ScaleCase[];
    figures: { name: string; value: number; source: string }[];
    modelled: { name: string }[];
  };
  expect(cases).toHaveLength(1);
  expect(cases[0]?.verdict).toMatchObject({ word: "direct", accounts: 1 });
  expect(figures.find(({ name }) => name === "lambda.concurrency")).toMatchObject({ value: 5_000 });
  expect(modelled.map(({ name }) => name)).toContain("cost.deliveryRatio");
});

test("--csv has a row for each volume, and as many cells in each", async () => {
  const { stdout } = await scale("--csv");
  const rows = stdout
    .trimEnd()
    .split("\r\n")
    .map((line) => line.split(","));
  expect(rows).toHaveLength(7);
  expect(new Set(rows.map(({ length }) => length)).size).toBe(1);
  expect(rows[0]?.slice(0, 4)).toEqual(["verdict", "accounts", "decidedBy", "gbPerDay"]);
  expect(rows.slice(1).map((row) => row[3])).toEqual(["1", "10", "100", "1000", "10000", "100000"]);
});

test("--chart writes an SVG of the lines and the region that were asked for", async () => {
  const file = join(folder, "a", "chart.svg");
  const { code } = await scale(
    "--chart",
    file,
    "--region",
    "ap-northeast-1",
    "--line-bytes",
    "500",
    "--gb-per-day",
    "1",
  );
  expect(code).toBe(0);
  const chart = await readFile(file, "utf8");
  expect(chart).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  expect(chart).toContain("lines of 500 bytes, ap-northeast-1");
});

test.each<[string, string[], RegExp]>([
  [
    "all that is wrong, at once",
    ["--gb-per-day", "0", "--streams", "1.5", "--accounts", "x", "--region", "mars-1", "--json", "--csv"],
    /--region must be one of .*\nGive --json or --csv, not both\.\n--gb-per-day must be .*\n--streams must be a whole .*\n--accounts must be /,
  ],
  ["an unknown figure", ["--model", "lambda.speed=1"], /--model: "lambda\.speed" is no modelled figure/],
  ["a limit that is no number", ["--model", "lambda.concurrency=many"], /lambda\.concurrency must be a number above 0/],
  ["an account as new ones are", ["--model", "lambda.concurrency=10"], /must be 120 at least.*have it raised first/],
  ["an unknown option", ["--gb", "1"], /Unknown option '--gb'/],
])("%s: exit code 2, and what to do", async (_what, args, message) => {
  const { code, stdout, stderr } = await scale(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/ {4}at /);
});

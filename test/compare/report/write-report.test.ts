import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { runReport } from "../../../compare/commands/run-report.ts";
import { writeReport } from "../../../compare/report/write-report.ts";
import { ResultError } from "../../../compare/result.ts";
import { UsageError } from "../../../tools/arguments.ts";
import { endCommands, runCommand } from "../../support/command.ts";
import { comparisonResult } from "../../support/comparison-result.ts";
import { WITHOUT_PHASES } from "../../support/report-records.ts";

const whole = comparisonResult({ linesPerSecond: 20, phases: ["steady", "outage-10s"] });
let folder: string;
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sidecarless-"));
});
afterEach(endCommands);
afterAll(() => rm(folder, { recursive: true }));

const newFolder = () => join(folder, String(count++));
const write = async (content: string) => {
  const file = join(folder, `${count++}.json`);
  await writeFile(file, content);
  return file;
};

describe("writeReport", () => {
  test("writes a page and Markdown into a new directory, and says where, below the tables", async () => {
    const directory = join(newFolder(), "deep");
    const text = await writeReport(whole, directory);
    expect((await readdir(directory)).sort()).toEqual(["figures.csv", "report.html", "report.md"]);
    expect(await readFile(join(directory, "report.html"), "utf8")).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
    expect(await readFile(join(directory, "report.md"), "utf8")).toMatch(/^## Lambda and FireLens compared/);
    expect(text).toMatch(/^At a glance /);
    expect(text).toContain("In “Intake down for 10 s”, Lambda lost 0");
    expect(
      text.endsWith(
        `\nReport: ${join(directory, "report.html")}, ${join(directory, "report.md")}, ${join(directory, "figures.csv")}\n`,
      ),
    ).toBe(true);
  });

  test("shows cost everywhere", async () => {
    const directory = newFolder();
    const text = await writeReport(whole, directory);
    expect(text).toContain("Dollars are modelled");
    expect(await readFile(join(directory, "report.html"), "utf8")).toContain('<h2 id="cost">');
    expect(await readFile(join(directory, "report.md"), "utf8")).toContain("### Cost");
  });

  test("a run in a region without prices is reported without cost, and says so", async () => {
    const directory = newFolder();
    const text = await writeReport(
      { ...whole, environment: { ...whole.environment, region: "xx-nowhere-1" } },
      directory,
    );
    expect(text).toContain('Without cost: There are no prices of region "xx-nowhere-1"');
    expect(text).not.toContain("$");
    expect(await readFile(join(directory, "report.html"), "utf8")).not.toContain('id="cost"');
  });

  test("writes over the report of the run before", async () => {
    const directory = newFolder();
    await writeReport(WITHOUT_PHASES, directory);
    const small = (await stat(join(directory, "report.html"))).size;
    await writeReport(whole, directory);
    expect((await stat(join(directory, "report.html"))).size).toBeGreaterThan(small);
  });

  test("has no colour where it goes to no terminal", async () => {
    expect(await writeReport(whole, newFolder())).not.toContain("\u001b[");
  });
});

describe("runReport", () => {
  const report = (...args: string[]) => runCommand("compare/commands/cli.ts", ["report", ...args]);

  test("writes beside the record, or where it is told, the same as after the run", async () => {
    const directory = newFolder();
    const file = await write(JSON.stringify(whole));
    const { code, stdout, stderr } = await report(file, "--out", directory);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(await writeReport(whole, directory));
    expect((await report(file)).code).toBe(0);
    expect(await readFile(join(folder, "report.html"), "utf8")).toBe(
      await readFile(join(directory, "report.html"), "utf8"),
    );
  });

  test("dollars are for the usage that is asked for, each path with its own sidecar", async () => {
    const file = await write(JSON.stringify(whole));
    const { stdout } = await report(
      file,
      "--gb-per-day",
      "2",
      "--tasks",
      "20",
      "--in-cloudwatch-anyway",
      "--region",
      "eu-central-1",
    );
    expect(stdout.replaceAll("\n", " ")).toContain("Dollars are modelled, for 2 GB a day from 20 tasks");
    expect(stdout).toContain("in eu-central-1:");
    expect(stdout).toContain("The logs are in CloudWatch anyway, as you say");
  });

  test("fails by a limit that the run breaks, and tells by which", async () => {
    const file = await write(JSON.stringify(whole));
    const kept = await report(file, "--fail-if", "lambda.loss>0", "--fail-if", "lambda.p99>1s");
    expect(kept.code).toBe(1);
    expect(kept.stderr).toMatch(/^Failed by --fail-if "lambda\.p99>1s": [\d.]+ s in “Steady load”/);
    expect(kept.stderr).not.toContain("loss");
    expect((await report(file, "--fail-if", "lambda.loss>0")).code).toBe(0);
  });

  test("tells how it is used", async () => {
    const { code, stdout } = await report("--help");
    expect(code).toBe(0);
    expect(stdout).toContain("Usage: npm run compare -- report result.json [options]");
  });

  test("ends with 2 and one clear line where there is no record", async () => {
    const { code, stdout, stderr } = await report(join(folder, "none.json"));
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(
      /none\.json can't be read: there is no such file or folder\. Give the result\.json of a run\.\n/,
    );
    expect(stderr).not.toContain("    at ");
  });

  test.each<[string, () => Promise<string[]> | string[], typeof UsageError | typeof ResultError, string]>([
    ["no file", () => [], UsageError, "Which record?"],
    ["two files", () => ["a", "b"], UsageError, "One record at a time: b is too much."],
    ["a limit that is none", () => ["a", "--fail-if", "loss"], UsageError, '--fail-if: "loss" is no limit'],
    ["a size that Fargate has not", () => ["a", "--task-vcpu", "3"], UsageError, "are not a size that Fargate offers"],
    ["an unknown option", () => ["a", "--pdf"], UsageError, "--pdf"],
    ["a directory", () => [folder], ResultError, "it is a folder. Give the result.json of a run."],
    ["no JSON", async () => [await write("{")], ResultError, "is not JSON: it is cut off"],
    ["other JSON", async () => [await write("{}")], ResultError, 'is no result of "compare local"'],
    [
      "another version",
      async () => [await write(JSON.stringify({ ...whole, version: 99 }))],
      ResultError,
      "has version 99; this program reads 1 and 2.",
    ],
  ])("refuses %s, and says why", async (_what, argsOf, kind, message) => {
    const ran = runReport(await argsOf());
    await expect(ran).rejects.toThrow(kind);
    await expect(ran).rejects.toThrow(message);
  });
});

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { endCommands, runCommand, startCommand } from "../../support/command.ts";

const SCRIPT = "compare/commands/cli.ts";
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sidecarless-"));
});
afterEach(endCommands);
afterAll(() => rm(folder, { recursive: true }));

test.each([["--help"], ["-h"]])("%s names the commands", async (option) => {
  const { code, stdout, stderr } = await runCommand(SCRIPT, [option]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  for (const name of ["local", "aws", "cost", "report", "diff"])
    expect(stdout).toMatch(new RegExp(`^ {2}${name} `, "m"));
});

test.each(["local", "aws", "cost", "report", "diff"])("%s --help tells its options", async (name) => {
  const { code, stdout, stderr } = await runCommand(SCRIPT, [name, "--help"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(new RegExp(`^Usage: +npm run compare -- ${name}`, "m"));
});

test.each<[string, string[], RegExp]>([
  [
    "an unknown command",
    ["locl"],
    /There is no command "locl"; did you mean local\?\nThe commands are local, .*\nSee npm run compare -- --help\.\n$/,
  ],
  ["a name that every object has", ["toString"], /There is no command "toString"/],
  [
    "an unknown option, for the default command",
    ["--quik"],
    /Unknown option '--quik'; did you mean --quick\?\nSee npm run compare -- local --help/,
  ],
  [
    "an unknown option of a command",
    ["cost", "--tsks", "3"],
    /; did you mean --tasks\?\nSee npm run compare -- cost --help/,
  ],
  ["an option without its value", ["cost", "--tasks"], /^--tasks needs a value\.\nSee npm run compare -- cost --help/],
  ["a value that could be an option", ["cost", "--tasks", "--json"], /^--tasks needs a value\. .*: --tasks=VALUE\.\n/],
  ["a value for an option that has none", ["cost", "--json=yes"], /^--json takes no value\./],
  ["an argument too much", ["cost", "10"], /^Unexpected argument '10': this command takes options only\./],
  ["a record that is not there", ["report", "/nowhere.json"], /^\/nowhere\.json can't be read: there is no such file/],
  ["a record that is a folder", ["report", "/tmp"], /^\/tmp can't be read: it is a folder\. Give the result\.json/],
  ["a record that is no JSON", ["report", "README.md"], /^README\.md is not JSON/],
  ["a record that is no record", ["report", "package.json"], /^package\.json is no result/],
  ["several wrong values", ["local", "--rate", "0", "--seed", "x"], /--rate must be .*\n--seed must be /],
  ["an unknown phase", ["local", "--phases", "calm"], /--phases: there is no "calm"; there are steady, /],
  ["an unknown figure", ["local", "--model", "x=1"], /--model: "x" is no modelled figure/],
  [
    "a Fluent Bit that is none",
    ["local", "--fluent-bit", "/nowhere"],
    /--fluent-bit \/nowhere is not Fluent Bit: there is no such file/,
  ],
  ["a report of nothing", ["report"], /result\.json/],
])("%s: exit code 2, and what to do", async (_what, args, message) => {
  const { code, stdout, stderr } = await runCommand(SCRIPT, args, { environment: { HOME: folder } });
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/ {4}at /);
});

test("a reader that has seen enough is no error to speak of", async () => {
  const command = startCommand(SCRIPT, ["local", "--help"]);
  command.stdout.destroy();
  const { code, stderr } = await command.ended;
  expect([0, 1]).toContain(code);
  expect(stderr).toBe("");
});

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { renderDiff, USUAL_FIGURES } from "../../../compare/report/terminal/render-diff.ts";
import { FIGURE_NAMES } from "../../../compare/stats/figure-table.ts";
import { endCommands, runCommand } from "../../support/command.ts";
import { comparisonResult } from "../../support/comparison-result.ts";
import { ALL_SILENT, RECORDS } from "../../support/report-records.ts";

const diff = (...args: string[]) => runCommand("compare/commands/cli.ts", ["diff", ...args]);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sidecarless-"));
  const faster = comparisonResult({ linesPerSecond: 200, phases: ["steady", "outage-10s"] });
  await writeFile(join(folder, "a.json"), JSON.stringify(comparisonResult()));
  await writeFile(join(folder, "b.json"), JSON.stringify(faster));
});
afterEach(endCommands);
afterAll(() => rm(folder, { recursive: true }));

test("two runs side by side, within 80 columns", async () => {
  const { code, stdout, stderr } = await diff(join(folder, "a.json"), join(folder, "b.json"));
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("- linesPerSecond: 100 → 200");
  expect(stdout).toContain("- only in a: Burst,");
  expect(stdout).toMatch(/^ {2}FireLens, as documented: lost +200 +400 +\+100 %$/m);
  expect(stdout).toMatch(/^ {2}Lambda: p50 +5\.96 s +5\.96 s +≈ /m);
  expect(stdout).not.toContain("requests over limits");
  for (const line of stdout.split("\n").filter((line) => !line.includes(folder)))
    expect(line.length).toBeLessThanOrEqual(80);
});

test("--all has every figure", async () => {
  const { stdout } = await diff("--all", join(folder, "a.json"), join(folder, "a.json"));
  expect(stdout).toMatch(/^ {2}Lambda: requests over limits +0 +0 +same$/m);
  expect(stdout).not.toContain("Not the same in both");
});

test.each<[string, string[], RegExp]>([
  ["one record", ["a.json"], /^Which two records\? Give the result\.json of one run, then that of another\./],
  ["three", ["a", "b", "c"], /^Which two records\?/],
  [
    "a file that is not there",
    ["a.json", "/nowhere.json"],
    /can't be read: there is no such file or folder\. Give the result\.json of a run\./,
  ],
])("%s: exit code 2, and what to do", async (_what, args, message) => {
  const { code, stdout, stderr } = await diff(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(message);
});

test.each(Object.entries(RECORDS))("%s beside another run has no figure that is none", (_name, result) => {
  const other = { file: "b.json", result: comparisonResult({ phases: ["steady"] }) };
  for (const figures of [USUAL_FIGURES, FIGURE_NAMES]) {
    const text =
      renderDiff({ file: "a.json", result }, other, figures) + renderDiff(other, { file: "a.json", result }, figures);
    expect(text).not.toMatch(/NaN|undefined|null|Infinity|∞/);
  }
});

test("runs without a phase in common say so", () => {
  const [a, b] = ["steady", "burst"].map((phase) => ({ file: phase, result: comparisonResult({ phases: [phase] }) }));
  if (!a || !b) throw new Error("no runs");
  expect(renderDiff(a, b, USUAL_FIGURES)).toContain("They have no phase in common.");
  expect(renderDiff({ ...a, result: ALL_SILENT }, a, USUAL_FIGURES)).toContain("Steady load");
});

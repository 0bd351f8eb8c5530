import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { recordText } from "../../compare/record/record-text.ts";
import { endCommands, runCommand } from "../support/command.ts";
import { comparisonResult } from "../support/comparison-result.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "sidecarless-"));
});
afterAll(async () => {
  await endCommands();
  rmSync(folder, { recursive: true, force: true });
});

const COMPARE = "compare/commands/cli.ts";
const INIT = ["--api-key-secret", "dd-key", "--log-groups", "/ecs/a", "--yes"];

/** Every command that writes where it is told to, with where that can't be: below a file, and, for a file, a folder. */
test.each<[name: string, script: string, args: string[]]>([
  ["compare report", COMPARE, ["report", "RECORD", "--out", "/dev/null/reports"]],
  ["compare local", COMPARE, ["local", "--paths", "lambda", "--out", "/dev/null/run"]],
  ["compare sweep", COMPARE, ["sweep", "--paths", "lambda", "--out", "/dev/null/run"]],
  ["compare aws", COMPARE, ["aws", "--outputs", "OUTPUTS", "--out", "/dev/null/run"]],
  ["compare scale", COMPARE, ["scale", "--chart", "/dev/null/chart.svg"]],
  ["compare scale, a folder", COMPARE, ["scale", "--chart", "FOLDER"]],
  ["init", "tools/init/init.ts", [...INIT, "--out", "/dev/null/x.json"]],
  ["init, a folder", "tools/init/init.ts", [...INIT, "--force", "--out", "FOLDER"]],
  ["package", "tools/package/package.ts", ["--out", "/dev/null/made"]],
  ["moving-over", "tools/moving-over/moving-over.ts", ["--env", "-", "--out", "/dev/null/x.json"]],
])("%s says in one sentence that it can't write, and ends with 1", async (_name, script, args) => {
  const record = path.join(folder, "result.json");
  writeFileSync(record, recordText(comparisonResult({ linesPerSecond: 5, phases: ["steady"] })));
  const places: Readonly<Record<string, string>> = { RECORD: record, FOLDER: folder, OUTPUTS: stackOutputs() };
  const { code, stdout, stderr } = await runCommand(
    script,
    args.map((arg) => places[arg] ?? arg),
    { input: "DD_SITE=datadoghq.eu" },
  );
  expect(stderr).toMatch(
    /^\/[^\n]+ can't be written: (a part of its path is a file, not a folder|it is a folder)\.\n$/,
  );
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
});

function stackOutputs(): string {
  const file = path.join(folder, "outputs.json");
  const names = ["ClusterName", "LambdaServiceName", "FirelensServiceName", "ForwarderLogGroup", "ForwarderName"];
  const recorder = ["FirelensProfile", "RecorderLogGroup", "RecorderServiceName"];
  const outputs = Object.fromEntries([...names, ...recorder].map((name) => [name, "x"]));
  writeFileSync(file, JSON.stringify({ "sidecarless-comparison": { ...outputs, Intake: "recorder" } }));
  return file;
}

import { execFile } from "node:child_process";
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseResult, type Result } from "../../../compare/result.ts";
import { endCommands, startCommand } from "../../support/command.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sidecarless-"));
});
afterEach(async () => {
  await endCommands();
  await rm(folder, { recursive: true });
});

/** What takes time in AWS takes next to none here. */
const FAST = [
  ["driver.flushIntervalMs", 200],
  ["ingestion.delayMs", 5],
  ["subscription.delayMs.p50", 20],
  ["subscription.delayMs.p99", 60],
  ["firelens.flushIntervalMs", 100],
  ["firelens.retryBaseMs", 200],
].flatMap(([name, value]) => ["--model", `${name}=${value}`]);

const start = (...args: string[]) =>
  startCommand("compare/cli.ts", ["local", "--out", folder, "--tail", "5", ...FAST, ...args], {
    // No Fluent Bit on this PATH, nor one where its packages put it, is taken.
    environment: { PATH: process.env.PATH ?? "" },
  });
const modelled = (...args: string[]) => start("--modelled-firelens", "--time-scale", "0.05", ...args);
const record = async () => parseResult(await readFile(join(folder, "result.json"), "utf8"), "result.json");
const ids = (of: readonly { readonly id: string }[]) => of.map(({ id }) => id);
const lost = ({ phases }: Result, phase: string, path: string) =>
  phases.find(({ id }) => id === phase)?.paths[path]?.arrivedMs.filter((ms) => ms === null).length;

describe("a run", () => {
  test("goes through its phases, writes the record and the reports, and says what came out", async () => {
    const { code, stdout, stderr } = await modelled("--phases", "burst,steady,outage-10s").ended;
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(await readdir(folder)).toEqual(expect.arrayContaining(["report.html", "report.md", "result.json"]));
    const result = await record();
    expect(result).toMatchObject({ status: "complete", where: "local", settings: { seed: 1, linesPerSecond: 200 } });
    expect(ids(result.phases)).toEqual(["steady", "burst", "outage-10s"]);
    expect(ids(result.paths)).toEqual(["lambda", "firelens-as-documented", "firelens-hardened"]);
    for (const { id } of result.phases) expect(lost(result, id, "lambda")).toBe(0);
    expect(result.modelled).toContainEqual(
      expect.objectContaining({ name: "driver.flushIntervalMs", value: 200, overridden: true }),
    );
    expect(result.warnings).toContainEqual(expect.objectContaining({ kind: "modelled-path" }));
    expect(stderr).toContain("As asked for: the FireLens path is modelled");
    expect(stdout).toContain("Steady load");
    // Progress and warnings of the runtime are not part of what may be piped into a file.
    expect(stdout).not.toContain("of load …");
    expect(stdout + stderr).not.toMatch(/run=steady seq=/);
  });

  test("sends the same lines for the same seed", async () => {
    const bytes = async (...args: string[]) => {
      expect((await modelled("--phases", "steady", ...args).ended).code).toBe(0);
      const { phases } = await record();
      return phases.map(({ dueMs, paths }) => [dueMs, paths.lambda?.usage.lineBytes]);
    };
    const first = await bytes("--seed", "5");
    expect(await bytes("--seed", "5")).toEqual(first);
    expect(await bytes("--seed", "6")).not.toEqual(first);
  });

  test("through every kind of fault, the Lambda path loses nothing", async () => {
    const { code } = await modelled("--phases", "outage-60s,silent-intake,throttled,killed", "--tail", "15").ended;
    expect(code).toBe(0);
    const result = await record();
    expect(ids(result.phases)).toEqual(["outage-60s", "silent-intake", "throttled", "killed"]);
    for (const { id } of result.phases) expect([id, lost(result, id, "lambda")]).toEqual([id, 0]);
  }, 90_000);
});

describe("a run that breaks keeps what there is, says why, and ends", () => {
  test("interrupted: exit code 130", async () => {
    const run = start("--modelled-firelens", "--phases", "steady");
    await run.says("s of load …", "stderr");
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    run.signal("SIGINT");
    const { code, stderr } = await run.ended;
    expect({ code, stderr }).toMatchObject({ code: 130 });
    expect(stderr).toContain("The run ended early: it was interrupted.");
    const result = await record();
    expect(result.status).toBe("partial");
    expect(result.phases[0]?.dueMs.length).toBeGreaterThan(0);
    expect(run.isThere()).toBe(false);
  });

  test("the recorder dies", async () => {
    const run = start("--modelled-firelens", "--phases", "steady");
    await run.says("s of load …", "stderr");
    process.kill(await intakeProcess(folder), "SIGKILL");
    const { code, stderr } = await run.ended;
    expect({ code, stderr }).toMatchObject({ code: 1 });
    expect(stderr).toMatch(/The run ended early: .*the recorder ended by itself \(SIGKILL\)/);
    expect((await record()).status).toBe("partial");
    expect(run.isThere()).toBe(false);
  });

  test("Fluent Bit does not run", async () => {
    const file = join(folder, "fluent-bit");
    const script =
      '#!/bin/sh\n[ "$1" = --version ] && { echo "Fluent Bit v9.9.9"; exit 0; }\necho "[error] no licence"; exit 3\n';
    await writeFile(file, script);
    await chmod(file, 0o755);
    const run = start("--fluent-bit", file, "--phases", "steady");
    const { code, stderr } = await run.ended;
    expect({ code, stderr }).toMatchObject({ code: 1 });
    expect(stderr).toMatch(/The run ended early: Steady load: .*ended by itself, exit code 3.*no licence/);
    expect(await record()).toMatchObject({ status: "partial", environment: { versions: { fluentBit: "9.9.9" } } });
    expect(run.isThere()).toBe(false);
  });
});

/** The process of the run's recorders: the one that has our folder's run as its parent. */
async function intakeProcess(out: string): Promise<number> {
  const list = async () => {
    const { stdout } = await promisify(execFile)("ps", ["-A", "-ww", "-o", "pid=,ppid=,args="]);
    return stdout.split("\n").map((line) => line.trim().split(/\s+/));
  };
  for (;;) {
    const processes = await list();
    const run = processes.find((fields) => fields.includes(out));
    const intake = processes.find(
      ([, parent, ...args]) => parent === run?.[0] && args.join().includes("intake-process"),
    );
    if (intake?.[0]) return Number(intake[0]);
  }
}

import { execFile } from "node:child_process";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { newFolder, recordIn, startRun } from "../../support/local-run.ts";

describe("a run that breaks keeps what there is, says why, and ends", () => {
  test("interrupted: exit code 130", async () => {
    const folder = await newFolder();
    const run = startRun(folder, "--modelled-firelens", "--phases", "steady");
    await run.says("s of load …", "stderr");
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    run.signal("SIGINT");
    const { code, stderr } = await run.ended;
    expect({ code, stderr }).toMatchObject({ code: 130 });
    expect(stderr).toContain("The run ended early: it was interrupted.");
    const result = await recordIn(folder);
    expect(result.status).toBe("partial");
    expect(result.phases[0]?.dueMs.length).toBeGreaterThan(0);
    expect(run.isThere()).toBe(false);
  });

  test("the recorder dies", async () => {
    const folder = await newFolder();
    const run = startRun(folder, "--modelled-firelens", "--phases", "steady");
    await run.says("s of load …", "stderr");
    process.kill(await intakeProcess(folder), "SIGKILL");
    const { code, stderr } = await run.ended;
    expect({ code, stderr }).toMatchObject({ code: 1 });
    expect(stderr).toMatch(/The run ended early: .*the recorder ended by itself \(SIGKILL\)/);
    expect((await recordIn(folder)).status).toBe("partial");
    expect(run.isThere()).toBe(false);
  });

  test("Fluent Bit does not run", async () => {
    const folder = await newFolder();
    const file = join(folder, "fluent-bit");
    const script =
      '#!/bin/sh\n[ "$1" = --version ] && { echo "Fluent Bit v9.9.9"; exit 0; }\necho "[error] no licence"; exit 3\n';
    await writeFile(file, script);
    await chmod(file, 0o755);
    const run = startRun(folder, "--fluent-bit", file, "--phases", "steady", "--paths", "firelens");
    const { code, stderr } = await run.ended;
    expect({ code, stderr }).toMatchObject({ code: 1 });
    expect(stderr).toMatch(/The run ended early: Steady load: .*ended by itself, exit code 3.*no licence/);
    expect(await recordIn(folder)).toMatchObject({
      status: "partial",
      environment: { versions: { fluentBit: "9.9.9" } },
    });
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

import { readdir } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { exitCodeOf, ids, lost, newFolder, recordIn, startModelled } from "../../support/local-run.ts";

describe("a run", () => {
  test("goes through its phases, writes the record and the reports, and says what came out", async () => {
    const folder = await newFolder();
    const paths = "firelens-hardened,lambda";
    const args = ["--phases", "burst,steady,outage-10s", "--paths", paths, "--repeat", "2"];
    const { code, stdout, stderr } = await startModelled(folder, ...args).ended;
    expect(await readdir(folder)).toEqual(expect.arrayContaining(["report.html", "report.md", "result.json"]));
    const result = await recordIn(folder);
    expect({ code, stderr }).toMatchObject({ code: exitCodeOf(result) });
    expect(result).toMatchObject({ status: "complete", where: "local", settings: { seed: 1, linesPerSecond: 200 } });
    expect(ids(result.phases)).toEqual(["steady", "burst", "outage-10s"]);
    expect(ids(result.paths)).toEqual(["lambda", "firelens-hardened"]);
    // Nothing is measured beside anything else, and yet each phase has all paths; the second seed is beside the first.
    for (const { paths, repeats = [] } of result.phases) {
      expect(Object.keys(paths)).toEqual(expect.arrayContaining(["lambda", "firelens-hardened"]));
      expect(repeats.map(({ seed, paths: of }) => [seed, Object.keys(of).length])).toEqual([
        [1, 2],
        [2, 2],
      ]);
    }
    for (const { id } of result.phases) expect(lost(result, id, "lambda")).toBe(0);
    expect(result.modelled).toContainEqual(
      expect.objectContaining({ name: "driver.flushIntervalMs", value: 200, overridden: true }),
    );
    expect(result.warnings).toContainEqual(expect.objectContaining({ kind: "modelled-path" }));
    expect(stderr).toMatch(/Steady load, lambda: .*arrived: Lambda.*Steady load, firelens-hardened: .*arrived: /s);
    expect(stderr).toContain("As asked for: the FireLens path is modelled");
    expect(stdout).toContain("Steady load");
    // Progress and warnings of the runtime are not part of what may be piped into a file.
    expect(stdout).not.toContain("of load …");
    expect(stdout + stderr).not.toMatch(/run=steady seq=/);
  });

  test("sends the same lines for the same seed", async () => {
    const bytes = async (...args: string[]) => {
      const folder = await newFolder();
      const { stderr } = await startModelled(folder, "--phases", "steady", "--paths", "lambda", ...args).ended;
      const { phases, status } = await recordIn(folder);
      expect({ status, stderr }).toMatchObject({ status: "complete" });
      return phases.map(({ dueMs, paths }) => [dueMs, paths.lambda?.usage.lineBytes]);
    };
    const [first, same, other] = await Promise.all([bytes("--seed", "5"), bytes("--seed", "5"), bytes("--seed", "6")]);
    expect(same).toEqual(first);
    expect(other).not.toEqual(first);
  });
});

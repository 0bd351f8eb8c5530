import { readdir } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { ids, lost, newFolder, recordIn, startModelled } from "../../support/local-run.ts";

describe("a run", () => {
  test("goes through its phases, writes the record and the reports, and says what came out", async () => {
    const folder = await newFolder();
    const { code, stdout, stderr } = await startModelled(folder, "--phases", "burst,steady,outage-10s").ended;
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(await readdir(folder)).toEqual(expect.arrayContaining(["report.html", "report.md", "result.json"]));
    const result = await recordIn(folder);
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
      const folder = await newFolder();
      expect((await startModelled(folder, "--phases", "steady", ...args).ended).code).toBe(0);
      const { phases } = await recordIn(folder);
      return phases.map(({ dueMs, paths }) => [dueMs, paths.lambda?.usage.lineBytes]);
    };
    const [first, same, other] = await Promise.all([bytes("--seed", "5"), bytes("--seed", "5"), bytes("--seed", "6")]);
    expect(same).toEqual(first);
    expect(other).not.toEqual(first);
  });
});

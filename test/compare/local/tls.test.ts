import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { lost, newFolder, recordIn, startModelled } from "../../support/local-run.ts";

const hasOpenssl = (() => {
  try {
    execFileSync("openssl", ["version"]);
    return true;
  } catch {
    return false;
  }
})();

test.skipIf(!hasOpenssl)(
  "with --tls the recorders speak nothing else, and both paths reach them",
  async () => {
    const folder = await newFolder();
    const args = ["--tls", "--phases", "outage-10s", "--paths", "lambda,firelens-hardened"];
    const { stderr } = await startModelled(folder, ...args).ended;
    const result = await recordIn(folder);
    expect({ status: result.status, stderr }).toMatchObject({ status: "complete" });
    expect(lost(result, "outage-10s", "lambda")).toBe(0);
    expect(lost(result, "outage-10s", "firelens-hardened")).toBe(0);
  },
  60_000,
);

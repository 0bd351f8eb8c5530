import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A folder as the project's, where `cdk` runs, with settings of its own. */
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "app-"));
  const { context } = JSON.parse(readFileSync(path.join(ROOT, "cdk.json"), "utf8"));
  const app = `"${process.execPath}" "${path.join(ROOT, "infra/app.ts")}"`;
  writeFileSync(path.join(folder, "cdk.json"), JSON.stringify({ app, context }));
});
afterEach(() => rmSync(folder, { recursive: true }));

const settings = (content: object) => writeFileSync(path.join(folder, "sidecarless.json"), JSON.stringify(content));

function cdk(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const script = path.join(ROOT, "node_modules/aws-cdk/bin/cdk");
  const env = {
    PATH: process.env.PATH,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
    HOME: folder,
    CDK_HOME: folder,
    CDK_DISABLE_VERSION_CHECK: "1",
    CDK_DISABLE_CLI_TELEMETRY: "1",
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [script, "--no-notices", ...args], { cwd: folder, env }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
}

describe("the app, as cdk runs it", () => {
  test("says how to begin where there are no settings, and not where it noticed", async () => {
    const { code, stderr } = await cdk("ls");
    expect(code).toBe(1);
    expect(stderr).toContain("npm run init");
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test("deploys no forwarder without log groups, and the other stacks all the same", async () => {
    settings({ apiKeySecret: "dd-key", name: "payments" });
    expect(await cdk("synth", "--quiet", "sidecarless-payments-comparison")).toMatchObject({ code: 0 });
    const { code, stderr } = await cdk("synth", "--quiet", "sidecarless-payments-forwarder");
    expect(code).toBe(1);
    expect(stderr).toContain("logGroups=none");
  });
});

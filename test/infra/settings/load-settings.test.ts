import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadSettings, SettingsError } from "../../../infra/settings/load-settings.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "settings-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (file: string, content: unknown) => {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), typeof content === "string" ? content : JSON.stringify(content));
};
const load = (context: Record<string, unknown> = {}) => loadSettings(context, folder);

describe("the file", () => {
  test("is sidecarless.json in the folder where cdk runs", () => {
    write("sidecarless.json", { apiKeySecret: "dd-key", logGroups: ["/ecs/a"] });
    expect(load({ env: "prod" })).toMatchObject({ apiKey: { secret: "dd-key" }, logGroups: ["/ecs/a"], env: "prod" });
  });

  test("may be another, which stands alone", () => {
    write("sidecarless.json", { apiKeySecret: "dd-key", env: "dev" });
    write("stages/prod.json", { apiKeyParameter: "/dd/key" });
    expect(load({ settings: "stages/prod.json" })).toMatchObject({ apiKey: { parameter: "/dd/key" }, env: undefined });
  });

  test("need not be there", () => {
    expect(load({ apiKeySecret: "dd-key" })).toMatchObject({ apiKey: { secret: "dd-key" } });
    expect(() => load()).toThrow("npm run init");
  });

  test("must be there if it is named", () => {
    write("sidecarless.json", { apiKeySecret: "dd-key" });
    expect(() => load({ settings: "sidecarless.prod.json" })).toThrow(SettingsError);
    expect(() => load({ settings: "sidecarless.prod.json" })).toThrow(
      `sidecarless.prod.json is not there. Looked for: ${path.join(folder, "sidecarless.prod.json")}.`,
    );
  });

  test("is not read with settings=none", () => {
    write("sidecarless.json", { apiKeyParameter: "/dd/key", env: "dev" });
    expect(load({ apiKeySecret: "dd-key", settings: "none" }).env).toBeUndefined();
  });

  test("may begin with a byte order mark", () => {
    write("sidecarless.json", `\uFEFF{"apiKeySecret":"dd-key"}`);
    expect(load().apiKey).toEqual({ secret: "dd-key" });
  });

  test.each([
    ['{"apiKeySecret": "dd-key",}', /sidecarless\.json is not JSON: .*\(line 1 column 27\)/],
    ["[]", /must hold an object/],
  ])("of nonsense is refused: %s", (content, message) => {
    write("sidecarless.json", content);
    expect(() => load()).toThrow(message);
  });

  test("that is a folder is refused", () => {
    mkdirSync(path.join(folder, "sidecarless.json"));
    expect(() => load()).toThrow("sidecarless.json can't be read (EISDIR)");
  });
});

describe("rules", () => {
  test("are read from beside the settings file", () => {
    write("stages/prod.json", { apiKeySecret: "dd-key", rules: "rules.json" });
    write("stages/rules.json", { rules: [{ logGroup: "/ecs/*", source: "java" }] });
    expect(load({ settings: "stages/prod.json" }).rules?.rules).toHaveLength(1);
  });

  test.each([
    ["{", "rules: rules.json can't be read as JSON"],
    ['{"rules":[{"sample":2}]}', "rules: "],
    [undefined, "rules: rules.json can't be read as JSON: ENOENT"],
  ])("that are wrong are told with all other problems: %s", (content, message) => {
    write("sidecarless.json", { apiKeySecret: "dd-key", rules: "rules.json", memoryMb: 64 });
    if (content !== undefined) write("rules.json", content);
    expect(() => load()).toThrow(message);
    expect(() => load()).toThrow("memoryMb must be");
  });
});

test("what CDK's own commands write to the context is passed over", async () => {
  const cdk = fileURLToPath(new URL("../../../node_modules/aws-cdk/bin/cdk", import.meta.url));
  write("cdk.json", { app: "true" });
  // A home of its own: the CLI keeps a cache there.
  const env = { PATH: process.env.PATH, HOME: folder, CDK_HOME: folder, CDK_DISABLE_VERSION_CHECK: "1" };
  for (const command of [
    ["cli-telemetry", "--disable"],
    ["acknowledge", "19836"],
  ]) {
    await promisify(execFile)(process.execPath, [cdk, ...command], { cwd: folder, env });
  }
  const context = JSON.parse(readFileSync(path.join(folder, "cdk.context.json"), "utf8"));
  expect(Object.keys(context)).toEqual(["cli-telemetry", "acknowledged-issue-numbers"]);
  expect(load({ ...context, apiKeySecret: "dd-key" }).apiKey).toEqual({ secret: "dd-key" });
  expect(() => load({ ...context, apiKeySecret: "dd-key", logGroup: "/ecs/a" })).toThrow("did you mean logGroups?");
});

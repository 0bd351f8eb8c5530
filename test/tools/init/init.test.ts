import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadSettings } from "../../../infra/settings/load-settings.ts";
import { endCommands, runCommand, startCommand } from "../../support/command.ts";

const SCRIPT = "tools/init/init.ts";
let folder: string;
let out: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "init-"));
  out = path.join(folder, "sidecarless.json");
});
afterEach(async () => {
  await endCommands();
  rmSync(folder, { recursive: true });
});

const init = (args: readonly string[], input = "") => runCommand(SCRIPT, ["--out", out, ...args], { input });
const written = () => JSON.parse(readFileSync(out, "utf8"));

describe("from flags", () => {
  test("writes what a deployment reads", async () => {
    const flags = [
      "--api-key-secret",
      "dd-key",
      "--log-groups",
      "/ecs/a,/ecs/b",
      "--memory-mb",
      "1024",
      "--no-intake-tls",
    ];
    const { code, stdout, stderr } = await init([...flags, "--log-group-tags", "team,CostCenter=cost_center", "--yes"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const { $schema, ...content } = written();
    expect(content).toEqual({
      apiKeySecret: "dd-key",
      logGroups: ["/ecs/a", "/ecs/b"],
      intakeTls: false,
      logGroupTags: { team: "team", CostCenter: "cost_center" },
      memoryMb: 1024,
    });
    expect(existsSync(path.resolve(folder, $schema))).toBe(true);
    expect(loadSettings({}, folder)).toMatchObject({ apiKey: { secret: "dd-key" }, memoryMb: 1024 });
    expect(stdout).toContain(readFileSync(out, "utf8"));
    expect(stdout).toContain(`npx cdk deploy sidecarless-forwarder -c settings=${out}`);
  });

  test("names the stack of a deployment with a name", async () => {
    const { stdout } = await init(["--api-key-parameter", "/dd/key", "--name", "payments", "--whole-account", "--yes"]);
    expect(stdout).toContain("npx cdk deploy sidecarless-payments-forwarder ");
    expect(written()).toMatchObject({ name: "payments", apiKeyParameter: "/dd/key", wholeAccount: true });
  });

  test("writes none as the word that a deployment wants", async () => {
    await init(["--api-key-secret", "dd-key", "--log-groups", "none", "--yes"]);
    expect(written().logGroups).toBe("none");
    expect(loadSettings({}, folder).logGroups).toEqual([]);
  });

  test("writes a path as seen from the file", async () => {
    const rules = path.join(folder, "rules.json");
    writeFileSync(rules, '{"rules":[]}');
    await init(["--api-key-secret", "dd-key", "--log-groups", "/ecs/a", "--rules", rules, "--yes"]);
    expect(written().rules).toBe("rules.json");
    expect(loadSettings({}, folder).rules?.rules).toEqual([]);
  });

  test.each([
    ["what is needed", ["--yes"], ["Give --api-key-secret NAME or --api-key-parameter NAME", "--log-groups none"]],
    [
      "every bad value",
      ["--memory-mb", "12", "--site", "http://x", "--log-groups", "a b", "--yes"],
      ['--memory-mb must be a whole number from 128 to 10240; it is "12"', "--site must be", "--log-groups, item 1,"],
    ],
    ["a misspelt flag", ["--log-grups", "a"], ["Unknown option '--log-grups'; did you mean --log-groups?"]],
    ["a flag that there is not", ["--colour", "red"], ["Unknown option '--colour'"]],
    [
      "settings that exclude each other",
      ["--api-key-secret", "s", "--log-groups", "/a", "--whole-account", "--yes"],
      ["leave logGroups"],
    ],
  ])("refuses with %s, and writes nothing", async (_, flags, messages) => {
    const { code, stdout, stderr } = await init(flags);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    for (const message of messages) expect(stderr).toContain(message);
    expect(stderr).toContain("See npm run init -- --help.");
    expect(existsSync(out)).toBe(false);
  });

  test("never repeats a key that stands in the place of its name", async () => {
    const key = "0123456789abcdef0123456789abcdef";
    const { code, stderr } = await init(["--api-key-secret", key, "--log-groups", "/a", "--yes"]);
    expect(code).toBe(2);
    expect(stderr).toContain("not the key itself");
    expect(stderr).not.toContain(key);
  });
});

describe("a file that is there", () => {
  const flags = ["--api-key-secret", "dd-key", "--log-groups", "/ecs/a", "--yes"];

  test("stays, and nobody is asked for nothing", async () => {
    writeFileSync(out, "mine");
    for (const args of [flags, []]) {
      const { code, stdout, stderr } = await init(args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toContain("already exists. --force");
    }
    expect(readFileSync(out, "utf8")).toBe("mine");
  });

  test("is written over with --force", async () => {
    writeFileSync(out, "mine, and longer than what comes".repeat(50));
    expect((await init([...flags, "--force"])).code).toBe(0);
    expect(written().apiKeySecret).toBe("dd-key");
  });
});

test("a folder that is not there is told", async () => {
  const flags = [
    "--api-key-secret",
    "dd-key",
    "--log-groups",
    "/ecs/a",
    "--yes",
    "--out",
    path.join(folder, "no", "x.json"),
  ];
  const { code, stderr } = await init(flags);
  expect(code).toBe(1);
  expect(stderr).toBe(`${path.join(folder, "no", "x.json")} can't be written: there is no such file or folder.\n`);
});

describe("by asking", () => {
  test("takes answers, defaults for empty ones, and asks again after a bad one", async () => {
    const answers = ["param", "parameter", "", "datadoghq.eu", "prod", "", "a b", "/ecs/a, /ecs/b", "topic", ""];
    const { code, stdout } = await init([], `${answers.join("\n")}\n`);
    expect(code).toBe(0);
    expect(stdout).toContain("Say secret or parameter.");
    expect(stdout).toContain("Give names, or all, or none.");
    expect(stdout).toContain("It, item 1, must be a log group's name");
    expect(stdout).toContain("It must be the ARN of an SNS topic");
    const { $schema, ...content } = written();
    expect(content).toEqual({
      apiKeyParameter: "/datadog-api-key",
      site: "datadoghq.eu",
      env: "prod",
      logGroups: ["/ecs/a", "/ecs/b"],
    });
  });

  test("all is the whole account", async () => {
    await init([], "\n\n\n\nall\n\n");
    const { $schema, ...content } = written();
    expect(content).toEqual({ apiKeySecret: "datadog-api-key", wholeAccount: true });
  });

  test("leaves out what flags answer", async () => {
    const { stdout } = await init(["--api-key-secret", "dd-key", "--env", "prod", "--whole-account"], "\n\n");
    expect(stdout).not.toMatch(/API key is in|Environment|Log groups/);
    expect(written()).toMatchObject({ apiKeySecret: "dd-key", env: "prod", wholeAccount: true });
  });

  test("writes nothing if the answers end before the questions", async () => {
    const { code, stderr } = await init([], "secret\n");
    expect(code).toBe(2);
    expect(stderr).toContain("Nothing was written.");
    expect(existsSync(out)).toBe(false);
  });

  test("writes nothing after Ctrl-C, and says so with 130", async () => {
    const command = startCommand(SCRIPT, ["--out", out], { input: "open" });
    await command.says("The Datadog API key");
    command.signal("SIGINT");
    expect(await command.ended).toMatchObject({ code: 130, signal: null });
    expect(existsSync(out)).toBe(false);
  });
});

test("the help names every setting", async () => {
  const { code, stdout } = await init(["--help"]);
  expect(code).toBe(0);
  for (const flag of ["--log-groups A,B", "--[no-]whole-account", "--memory-mb N", "--rules FILE"]) {
    expect(stdout).toContain(flag);
  }
});

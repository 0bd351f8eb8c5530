import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { UsageError } from "../../../tools/arguments.ts";
import { confirmed, mustBeAskable } from "../../../tools/datadog/apply/confirm.ts";
import { parseSetupOptions } from "../../../tools/datadog/plan/options.ts";
import { runCommand, startCommand } from "../../support/command.ts";
import type { DatadogApi } from "../../support/datadog-api/server.ts";
import { startWithForeign, stateOf } from "../../support/datadog-setup.ts";

const SCRIPT = "tools/datadog/commands/cli.ts";
const ARCHIVE = ["--archive-bucket", "logs-of-mine", "--archive-role", "arn:aws:iam::123456789012:role/archive"];
const ALL = [...ARCHIVE, "--daily-quota", "1_000_000", "--notify", "@slack-ops"];

let api: DatadogApi;
const outputs: string[] = [];
beforeEach(async () => {
  api = await startWithForeign();
});
afterEach(async () => {
  await api.stop();
  // No output ever holds a key.
  for (const output of outputs.splice(0)) {
    expect(output).not.toContain(api.account.apiKey);
    expect(output).not.toContain(api.account.appKey);
  }
});

async function run(...args: string[]) {
  const ended = await runCommand(SCRIPT, args, { environment: api.environment() });
  outputs.push(ended.stdout, ended.stderr);
  return ended;
}

const writes = () => api.requests.filter(({ method }) => method !== "GET");

describe("plan", () => {
  test("shows what would be made, and changes nothing", async () => {
    const { code, stdout } = await run("plan", ...ALL);
    expect(code).toBe(0);
    expect(stdout).toMatch(/create +archive +sidecarless logs \(main\)/);
    expect(stdout).toMatch(/move +index +sidecarless\n +before main, which takes every log/);
    expect(stdout).toMatch(/By hand[\s\S]*@ecs\.pullMs/);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(writes()).toEqual([]);
  });

  test("says which options make the rest, and has it all for scripts", async () => {
    const { code, stdout } = await run("plan", "--json");
    expect(code).toBe(0);
    const { changes, leftOut, byHand } = JSON.parse(stdout);
    expect(changes.every(({ action }: { action: string }) => action === "create")).toBe(true);
    expect(leftOut.map(({ kind }: { kind: string }) => kind)).toEqual(["index", "archive"]);
    expect(byHand.facets.length).toBeGreaterThan(3);
  });
});

describe("apply", () => {
  test("does it, and a second time has nothing to do; remove takes it away", async () => {
    const before = stateOf(api);
    const first = await run("apply", "--yes", ...ALL);
    expect(first).toMatchObject({ code: 0, stdout: expect.stringMatching(/Done\.\n$/) });
    const second = await run("apply", "--yes", "--json", ...ALL);
    expect(second.code).toBe(0);
    expect(JSON.parse(second.stdout).results).toEqual([]);
    expect((await run("remove", "--yes")).code).toBe(0);
    const last = await run("remove", "index", "--yes", "--json");
    expect(last.code).toBe(0);
    expect(JSON.parse(last.stdout).results).toMatchObject([{ kind: "index", result: "done" }]);
    expect(stateOf(api)).toEqual(before);
  });

  test("asks nobody who is not there: 2, before any request", async () => {
    const { code, stderr } = await run("apply", ...ALL);
    expect(code).toBe(2);
    expect(stderr).toContain("--yes");
    expect(api.requests).toEqual([]);
    expect((await run("remove")).code).toBe(2);
  });

  test("ends with 1 if a right is missing, and names it", async () => {
    api.account.scopes = ["logs_read_config", "logs_read_archives", "dashboards_read", "monitors_read"];
    const { code, stdout, stderr } = await run("apply", "--yes");
    expect(code).toBe(1);
    expect(stderr).toContain("dashboards_write");
    expect(stderr).toContain("monitors_write");
    expect(stdout).toContain("run it again");
  });

  test("goes on after Ctrl-C where it was", async () => {
    const interrupted = startCommand(SCRIPT, ["apply", "--yes", ...ALL], { environment: api.environment() });
    api.hooks.onRequest = ({ method, path }) => {
      if (method === "POST" && path === "/api/v1/dashboard") interrupted.signal("SIGINT");
    };
    const ended = await interrupted.ended;
    outputs.push(ended.stdout, ended.stderr);
    expect(ended.code).toBe(130);
    expect(ended.stderr).toContain("run it again");
    api.hooks.onRequest = undefined;
    const again = await run("apply", "--yes", "--json", ...ALL);
    expect(again.code).toBe(0);
    const kinds = JSON.parse(again.stdout).results.map(({ kind }: { kind: string }) => kind);
    expect(new Set(kinds)).toEqual(new Set(["monitor"]));
  });
});

test("export needs no key and no network", async () => {
  for (const format of ["terraform", "json"]) {
    const { code, stdout } = await runCommand(SCRIPT, ["export", "--format", format, ...ALL]);
    expect(code).toBe(0);
    expect(JSON.stringify(JSON.parse(stdout))).toContain("logs-of-mine");
  }
});

describe("called wrongly, it says how", () => {
  test.each([
    [["--daily-quota", "many"], "--daily-quota must be a whole number"],
    [["--daily-quota", "0"], "--daily-quota must be a whole number above 0"],
    [["--index-name", "x"], "An index needs --daily-quota"],
    [["--retention-days", "3"], "An index needs --daily-quota"],
    [["--daily-quota", "5", "--index-name", "X"], "--index-name must begin with a letter"],
    [["--daily-quota", "5", "--retention-days", "1.5"], "--retention-days must be a whole number"],
    [["--archive-bucket", "b-b"], "both --archive-bucket NAME and --archive-role"],
    [["--archive-bucket", "s3://b", "--archive-role", "r"], "--archive-bucket must be a bucket's name"],
    [["--archive-bucket", "b-b", "--archive-role", "archive"], "--archive-role must be a role's ARN"],
    [["--name", "No Such"], "--name must be"],
    [["--logs", " "], "--logs must be a log search"],
    [["--notify", "me"], "--notify must be a handle"],
    [["--no-such"], "--no-such"],
    [["a-word"], "a-word"],
  ])("%s", (args, says) => {
    expect(() => parseSetupOptions(args)).toThrow(new RegExp(says.replace(/[[\]()]/g, "\\$&")));
    expect(() => parseSetupOptions(args)).toThrow(UsageError);
  });

  test("and takes what is right", () => {
    const options = parseSetupOptions([...ALL, "--all-statistics", "--archive-path", "logs", "--index-name", "own"]);
    expect(options).toMatchObject({
      choices: {
        name: "main",
        statistics: "all",
        notify: ["@slack-ops"],
        archive: { bucket: "logs-of-mine", accountId: "123456789012", roleName: "archive", path: "logs" },
        index: { name: "own", dailyQuota: 1_000_000 },
      },
    });
  });

  test.each([
    [["remove", "--yes", "monitors"], '"monitors" is no KIND'],
    [["export", "--format", "yaml"], "--format must be one of terraform, json"],
    [["plan", "--daily-quota", "many"], "--daily-quota"],
  ])("%s: 2, before any request", async (args, says) => {
    const { code, stderr } = await run(...args);
    expect(stderr).toContain(says);
    expect(code).toBe(2);
    expect(api.requests).toEqual([]);
  });

  test("without an application key: 2, and where to get one", async () => {
    const { DD_APP_KEY: _none, ...environment } = api.environment();
    const { code, stderr } = await runCommand(SCRIPT, ["plan"], { environment });
    expect(code).toBe(2);
    expect(stderr).toContain("DD_APP_KEY");
  });
});

describe("the question", () => {
  const person = (isTTY: boolean) => ({
    input: Object.assign(new PassThrough(), { isTTY }),
    output: Object.assign(new PassThrough(), { isTTY }),
  });

  test.each([
    ["y\n", true],
    ["YES\n", true],
    ["\n", false],
    ["no\n", false],
    ["yesterday\n", false],
  ])("%j is %s", async (answer, is) => {
    const someone = person(true);
    const asked = confirmed("Do this?", someone);
    someone.input.write(answer);
    expect(await asked).toBe(is);
    expect(String(someone.output.read())).toContain("Do this? [y/N]");
  });

  test("no answer is a no", async () => {
    const someone = person(true);
    const asked = confirmed("Do this?", someone);
    someone.input.end();
    expect(await asked).toBe(false);
  });

  test("is for a person at a terminal, unless --yes was said", () => {
    expect(() => mustBeAskable(false, person(false))).toThrow(UsageError);
    expect(() => mustBeAskable(false, person(true))).not.toThrow();
    expect(() => mustBeAskable(true, person(false))).not.toThrow();
  });
});

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { endCommands, runCommand, startCommand } from "../../support/command.ts";

const SCRIPT = "tools/rules/rules.ts";
let folder: string;
let rules: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rules-"));
  rules = join(folder, "rules.json");
  const shop = {
    logGroup: "/ecs/*",
    source: "java",
    multiline: { startPattern: "^\\d" },
    exclude: "/health",
    sample: { rate: 0, key: "id=(\\w+)" },
    redact: ["email"],
  };
  await writeFile(rules, JSON.stringify({ rules: [shop] }));
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(endCommands);

test("shows what becomes of each line, and why", async () => {
  const input = "1 ERROR of bob@x.com\n  at a\n\n2 GET /health\n3 id=1\n";
  const { code, stdout, stderr } = await runCommand(SCRIPT, ["test", "--rules", rules, "--log-group", "/ecs/x"], {
    input,
  });
  expect(stderr).toBe("");
  expect(code).toBe(0);
  expect(stdout).toBe(`rule /ecs/*: source java

keep   1 ERROR of [REDACTED:email]
         at a
       ↳ joined from 2 lines
       ↳ redacted: email took bob@x.com
       ↳ sample_rate 1
drop   2 GET /health
       ↳ excluded by /health
sample 3 id=1
       ↳ sampled out

4 lines = 1 kept + 1 joined to another + 1 filtered + 1 sampled out
1 of the kept had something redacted
`);
});

test("shows which detector took what, each once, and cuts short what is long", async () => {
  const file = join(folder, "several.json");
  const own = { name: "pin", pattern: "pin=\\d+" };
  await writeFile(file, JSON.stringify({ rules: [], default: { redact: ["email", "ipv4", "private-key", own] } }));
  const pem = `-----BEGIN PRIVATE KEY-----\\n${"aZ9/".repeat(40)}\\n-----END PRIVATE KEY-----`;
  const input = `a@b.cc%20c%40d.ee a@b.cc 10.20.30.40 pin=1234\n${pem}\nnothing\n`;
  const { stdout } = await runCommand(SCRIPT, ["test", "--rules", file, "--log-group", "/x"], { input });
  expect(stdout).toContain(`
       ↳ redacted: email took a@b.cc, c%40d.ee
       ↳ redacted: ipv4 took 10.20.30.40
       ↳ redacted: pin took pin=1234
`);
  expect(stdout).toMatch(/↳ redacted: private-key took -----BEGIN PRIVATE KEY-----\S{10,90}…\n/);
  expect(stdout).toContain("2 of the kept had something redacted");
});

test("reads lines of a Lambda function as the forwarder does, newline and all", async () => {
  const file = join(folder, "lambda.json");
  const rule = { logGroup: "/aws/lambda/*", exclude: "ok$", multiline: { startPattern: "^\\S" }, redact: ["email"] };
  await writeFile(file, JSON.stringify({ rules: [rule] }));
  const input = "healthcheck ok\njava.lang.X: of bob@x.com\n\n\tat a.B(B.java:1)\r\nlast";
  const args = ["test", "--rules", file, "--log-group"];
  const { stdout } = await runCommand(SCRIPT, [...args, "/aws/lambda/f"], { input });
  expect(stdout).toContain(`drop   healthcheck ok
       ↳ excluded by ok$
keep   java.lang.X: of [REDACTED:email]
       
       \tat a.B(B.java:1)
       ↳ joined from 3 lines
       ↳ redacted: email took bob@x.com
keep   last

5 lines =`);
  // The awslogs driver leaves empty lines out.
  expect((await runCommand(SCRIPT, [...args, "/ecs/x"], { input })).stdout).toContain("4 lines =");
});

test("joins pieces of one line", async () => {
  const file = join(folder, "pieces.json");
  await writeFile(file, JSON.stringify({ rules: [], default: { multiline: { pieces: true } } }));
  const input = `${"x".repeat(16_384)}\nyz\nnext\n`;
  const { stdout } = await runCommand(SCRIPT, ["test", "--rules", file, "--log-group", "/ecs/x"], { input });
  expect(stdout).toContain("xxyz\n       ↳ joined from 2 lines\nkeep   next\n\n3 lines = 2 kept + 1 joined to another");
});

test("shows colours where they are asked for, and none where they are not wanted", async () => {
  const args = ["test", "--rules", rules, "--log-group", "/x"];
  const colourful = await runCommand(SCRIPT, args, { input: "a\n", environment: { FORCE_COLOR: "1" } });
  expect(colourful.stdout).toContain("\u001b[32mkeep");
  const plain = await runCommand(SCRIPT, args, { input: "a\n", environment: { NO_COLOR: "1" } });
  expect(plain.stdout).not.toContain("\u001b");
});

test("reads Datadog's settings as the default rule", async () => {
  const args = ["test", "--rules", rules, "--log-group", "/x"];
  const { stdout } = await runCommand(SCRIPT, args, { input: "a\nb\n", environment: { INCLUDE_AT_MATCH: "a" } });
  expect(stdout).toContain("rule default");
  expect(stdout).toContain("drop   b\n       ↳ no include pattern matches");
});

test("check says that a file is right", async () => {
  const { code, stdout } = await runCommand(SCRIPT, ["check", "--rules", rules]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${rules} is valid: 1 rule.\n` });
});

test("check lists what is wrong with a file", async () => {
  const wrong = join(folder, "wrong.json");
  await writeFile(wrong, '{"rules":[{"exclude":"("}]}');
  const { code, stderr } = await runCommand(SCRIPT, ["check", "--rules", wrong]);
  expect(code).toBe(2);
  expect(stderr).toContain(`${wrong} has 2 problems:\n- rules[0].logGroup is missing`);
  await writeFile(wrong, "{");
  expect((await runCommand(SCRIPT, ["check", "--rules", wrong])).stderr).toContain("is not JSON");
});

test.each([
  [[], "Name one command: test or check."],
  [["test", "check"], "Name one command: test or check."],
  [["check"], "--rules FILE is missing."],
  [["test", "--rules", "x.json"], "test needs --log-group NAME"],
  [["check", "--rules", "/no/such/file"], "--rules /no/such/file can't be read: there is no such file or folder."],
  [["check", "--nonsense"], "Unknown option '--nonsense'"],
])("%j exits 2 with one clear message", async (args, message) => {
  const { code, stderr } = await runCommand(SCRIPT, args);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
  expect(stderr).not.toContain("    at ");
});

test("--help explains itself", async () => {
  const { code, stdout } = await runCommand(SCRIPT, ["--help"]);
  expect(code).toBe(0);
  expect(stdout).toContain("Usage: npm run rules");
});

test("a reader that has seen enough is no crash", async () => {
  const command = startCommand(SCRIPT, ["test", "--rules", rules, "--log-group", "/x"], { input: "open" });
  command.stdout.destroy();
  command.stdin.end("a line\n".repeat(100_000));
  const { code, stderr } = await command.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadSettings } from "../../../infra/settings/load-settings.ts";
import { endCommands, runCommand } from "../../support/command.ts";

const SCRIPT = "tools/moving-over/moving-over.ts";
const KEY = "0123456789abcdef0123456789abcdef";
let folder: string;
let out: string;
let rules: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "moving-over-"));
  out = path.join(folder, "sidecarless.json");
  rules = path.join(folder, "rules.json");
});
afterEach(async () => {
  await endCommands();
  rmSync(folder, { recursive: true });
});

const move = (input: string | object, args: readonly string[] = []) =>
  runCommand(SCRIPT, ["--env", "-", "--out", out, "--rules-out", rules, ...args], {
    input: typeof input === "string" ? input : JSON.stringify(input),
  });
const settings = () => loadSettings({}, folder);

/** What Datadog's template makes of its defaults and a few wishes. */
const FUNCTION = {
  FunctionName: "DatadogForwarder",
  Runtime: "python3.14",
  MemorySize: 1024,
  Timeout: 120,
  Environment: {
    Variables: {
      DD_API_KEY_SECRET_ARN: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:datadog-AbCdEf",
      DD_S3_BUCKET_NAME: "datadog-forwarder-forwarderbucket-1",
      DD_SITE: "datadoghq.eu",
      DD_TAGS: "env:prod,team:shop",
      DD_TAGS_CACHE_TTL_SECONDS: "300",
      DD_ENRICH_S3_TAGS: "true",
      DD_ENRICH_CLOUDWATCH_TAGS: "true",
      DD_FETCH_S3_TAGS: "false",
      DD_STORE_FAILED_EVENTS: "false",
      DD_USE_VPC: "false",
      DD_LOG_LEVEL: "WARN",
      DD_TRACE_ENABLED: "false",
      DD_ENHANCED_METRICS: "false",
      EXCLUDE_AT_MATCH: '(START|END) RequestId:\\s|"level":"debug"',
      REDACT_EMAIL: "true",
      DD_SCRUBBING_RULE: "(?P<name>password)=\\w+",
      DD_SCRUBBING_RULE_REPLACEMENT: "\\g<name>=…",
    },
  },
};

describe("what is written", () => {
  test("is what a deployment takes, of a function as the template makes it", async () => {
    const { code, stderr } = await move(FUNCTION);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(settings()).toMatchObject({
      apiKey: { secret: FUNCTION.Environment.Variables.DD_API_KEY_SECRET_ARN },
      site: "datadoghq.eu",
      tags: ["env:prod", "team:shop"],
      logGroups: [],
      rules: { default: { redact: [{ detector: "email" }, { name: "DD_SCRUBBING_RULE" }] } },
    });
    expect(existsSync(path.resolve(folder, settings().rules?.$schema ?? "none"))).toBe(true);
  });

  test("is what npm run rules takes, and does with lines what it did", async () => {
    await move(FUNCTION);
    const check = await runCommand("tools/rules/rules.ts", ["check", "--rules", rules]);
    expect(check).toMatchObject({ code: 0, stderr: "" });
    const lines = [
      "START RequestId: 1 Version: 2",
      '{"level":"debug"}',
      "password=jürgen of me@example.com",
      "RESTART RequestId: 1",
      "STARTED RequestId: 1",
    ];
    const tried = await runCommand(
      "tools/rules/rules.ts",
      ["test", "--rules", rules, "--log-group", "/aws/lambda/shop"],
      { input: `${lines.join("\n")}\n` },
    );
    const fates = tried.stdout.match(/^(?:keep|drop).*$/gm);
    expect(fates).toEqual([
      "drop   START RequestId: 1 Version: 2",
      'drop   {"level":"debug"}',
      "keep   password=… of xxxxx@xxxxx.com",
      "drop   RESTART RequestId: 1",
      "keep   STARTED RequestId: 1",
    ]);
  });

  test("names a secret to put the key in where the key itself was given", async () => {
    const { code, stdout } = await move(`DD_API_KEY=${KEY}\nDD_SITE=datadoghq.com\n`);
    expect(code).toBe(1);
    expect(stdout).toContain("Put the API key into a secret named datadog-api-key");
    expect(settings().apiKey).toMatchObject({ secret: "datadog-api-key" });
    expect(existsSync(rules)).toBe(false);
    expect(stdout + readFileSync(out, "utf8")).not.toContain(KEY);
  });

  test("has the VPC of a function", async () => {
    const VpcConfig = { VpcId: "vpc-0123abcd", SubnetIds: ["subnet-0123abcd"], SecurityGroupIds: ["sg-0123abcd"] };
    await move({ ...FUNCTION, VpcConfig });
    expect(settings()).toMatchObject({
      vpcId: "vpc-0123abcd",
      subnetIds: ["subnet-0123abcd"],
      securityGroupIds: ["sg-0123abcd"],
    });
  });

  test("has what a stack's parameters say", async () => {
    const parameters = {
      DdApiKeySsmParameterName: "/dd/key",
      DdSite: "us5.datadoghq.com",
      RedactIp: "true",
      DdTags: "",
    };
    const Parameters = Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
      ParameterKey,
      ParameterValue,
    }));
    expect((await move({ Stacks: [{ StackName: "datadog", Parameters }] })).code).toBe(0);
    expect(settings()).toMatchObject({
      apiKey: { parameter: "/dd/key" },
      site: "us5.datadoghq.com",
      rules: { default: { redact: [{ detector: "ipv4", lookalikes: true }] } },
    });
  });

  test("keeps the path of the rules as seen from the settings, wherever both are", async () => {
    const elsewhere = path.join(folder, "x.rules.json");
    const { code } = await move("REDACT_IP=true\nDD_API_KEY_SSM_NAME=/k", ["--rules-out", elsewhere]);
    expect(code).toBe(0);
    expect(JSON.parse(readFileSync(out, "utf8")).rules).toBe("x.rules.json");
    expect(settings().rules?.default).toBeDefined();
  });

  test("redacts what is written with and without the backslashes of JSON", async () => {
    await move(
      `DD_API_KEY_SSM_NAME=/k\nDD_SCRUBBING_RULE='\\\\"pin\\\\":\\\\"\\d+'\nDD_SCRUBBING_RULE_REPLACEMENT=***`,
    );
    const { stdout } = await runCommand("tools/rules/rules.ts", ["test", "--rules", rules, "--log-group", "/x"], {
      input: '{"pin":"1234"}\n"{\\"pin\\":\\"1234\\"}"\n',
    });
    expect(stdout.match(/^keep.*$/gm)).toEqual(['keep   {***"}', 'keep   "{***\\"}"']);
  });
});

describe("the report", () => {
  test("fits 80 columns, whatever it says", async () => {
    const names = `DdForwarderBucketsAccessLogsTarget=${"x".repeat(60)}\n`;
    const { stdout } = await move(
      `${names}DD_SKIP_SSL_VALIDATION=true\nDD_TAGS=${"tag:value,".repeat(1)}other:${"y".repeat(150)}\n`,
    );
    const [report = ""] = stdout.split("\nWrote ");
    expect(report).toContain("Is not taken over");
    for (const line of report.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  test("has one row for each variable, by what becomes of it", async () => {
    const { code, stdout } = await move("DD_SITE=datadoghq.eu\nREDACT_IP=true\nDD_STIE=x\nDD_USE_TCP=true\nDD_URL=\n");
    expect(code).toBe(1);
    expect(stdout).toContain('Becomes a setting (1)\n  DD_SITE     site: "datadoghq.eu".\n');
    expect(stdout).toContain("Becomes a rule (1)\n  REDACT_IP   redact, in the default rule.\n");
    expect(stdout).toContain("do this instead (1)\n  DD_USE_TCP  Logs are sent over HTTPS only.\n");
    expect(stdout).toContain("Datadog's forwarder (1)\n  DD_STIE     Did you mean DD_SITE?\n");
    expect(stdout).toContain("Is not set (1)\n  DD_URL\n");
  });

  test("is JSON alone with --json, without values that may be keys", async () => {
    const { code, stdout } = await move(`DD_SITE=datadoghq.eu\nDD_API_KEY=${KEY}\nX=${KEY}\n`, ["--json"]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      read: "lines NAME=value",
      variables: [
        { name: "DD_SITE", fate: "setting", says: 'site: "datadoghq.eu".', settings: { site: "datadoghq.eu" } },
        { name: "DD_API_KEY", fate: "notTakenOver", says: expect.stringContaining("Put it into a secret") },
        { name: "X", fate: "unknown", says: "Nothing reads it." },
      ],
      files: [out],
      open: [expect.stringContaining("secret"), expect.stringContaining("logGroups")],
    });
    expect(stdout).not.toContain(KEY);
  });

  test("is the one that the page shows", async () => {
    const variables = ["DD_SITE=datadoghq.eu", "DD_TAGS=env:prod,team:shop", "EXCLUDE_AT_MATCH=GET /health\\s"];
    const { stdout } = await move([...variables, "DD_FETCH_LAMBDA_TAGS=true", "DD_LOG_LEVEL=WARN"].join("\n"));
    const page = readFileSync(new URL("../../../docs/moving-over.md", import.meta.url), "utf8");
    expect(page).toContain(`\`\`\`\n${stdout.split("\nWrote ")[0]}\`\`\`\n`);
  });

  test("says the steps that follow, with the files' names", async () => {
    const { stdout } = await move("REDACT_IP=true\n");
    expect(stdout).toContain(`npm run rules -- check --rules ${rules}`);
    expect(stdout).toContain(`npx cdk deploy sidecarless-forwarder -c settings=${out}`);
  });
});

describe("files that are there", () => {
  test.each(["sidecarless.json", "rules.json"])("stay, both of them, if %s is one of them", async (name) => {
    writeFileSync(path.join(folder, name), "mine");
    const { code, stdout, stderr } = await move(FUNCTION);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(`${name} already exists. --force`);
    expect([out, rules].filter((each) => existsSync(each))).toEqual([path.join(folder, name)]);
    expect(readFileSync(path.join(folder, name), "utf8")).toBe("mine");
  });

  test("are written over with --force", async () => {
    writeFileSync(out, "mine, and longer than what comes".repeat(50));
    expect((await move("DD_API_KEY_SSM_NAME=/k\n", ["--force"])).code).toBe(0);
    expect(settings().apiKey).toMatchObject({ parameter: "/k" });
  });

  test("do not hinder --dry-run, which writes nothing", async () => {
    writeFileSync(out, "mine");
    const { code, stdout } = await move(FUNCTION, ["--dry-run"]);
    expect(code).toBe(0);
    expect(stdout).toContain("Nothing was written.");
    expect(readFileSync(out, "utf8")).toBe("mine");
    expect(existsSync(rules)).toBe(false);
  });
});

test.each([
  ["no file", [], "--env FILE is missing"],
  ["a file that is not there", ["--env", "/no/such/file"], "can't be read: there is no such file or folder."],
  ["an option that there is not", ["--colour"], "Unknown option '--colour'"],
])("%s is told, with code 2", async (_, args, message) => {
  const { code, stdout, stderr } = await runCommand(SCRIPT, args, { input: "DD_SITE=datadoghq.eu" });
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(message);
  expect(stderr).toContain("See npm run moving-over -- --help.");
});

test("--help fits 80 columns", async () => {
  const { code, stdout } = await runCommand(SCRIPT, ["--help"]);
  expect(code).toBe(0);
  for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
});

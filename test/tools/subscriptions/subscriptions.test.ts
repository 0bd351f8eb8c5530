import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { awsLogsApi } from "../../../functions/subscriber/logs-api.ts";
import type { Decision } from "../../../functions/subscriber/plan.ts";
import { parseLogGroupRule } from "../../../functions/subscriber/rule.ts";
import { WHYS, type Why } from "../../../functions/subscriber/whys.ts";
import { HELP, type Options, parseOptions } from "../../../tools/subscriptions/options.ts";
import { planText } from "../../../tools/subscriptions/print.ts";
import { survey } from "../../../tools/subscriptions/survey.ts";
import { AWS_CREDENTIALS } from "../../support/aws.ts";
import { endCommands, runCommand } from "../../support/command.ts";
import { type LogsServer, startLogs } from "../../support/logs-server.ts";
import { manualClock } from "../../support/sends.ts";
import { filter, foreign } from "../../support/subscriber.ts";

const SCRIPT = "tools/subscriptions/cli.ts";
const FUNCTION = "arn:aws:lambda:eu-west-1:111122223333:function:forwarder";
const NAME = "sidecarless-sidecarless-forwarder";
const ours = (pattern = "") => filter(`${NAME}@rule`, FUNCTION, { filterPattern: pattern });

Object.assign(process.env, AWS_CREDENTIALS);

let folder: string;
let server: LogsServer;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "subscriptions-"));
  // Whoever waits in real time is none of this test's.
  server = await startLogs(manualClock(), { readsASecond: 1_000 });
  server.make("/ecs/new");
  server.make("/ecs/changed", { filters: [ours("ERROR")] });
  server.make("/ecs/good", { filters: [ours()] });
  server.make("/ecs/deployed", { filters: [filter(NAME, FUNCTION)] });
  server.make("/ecs/full", { filters: [1, 2, 3, 4, 5].map(foreign) });
  server.make("/ecs/two", { filters: [foreign(1), foreign(2)] });
  server.make("/ecs/off", { tags: { logs: "off" }, filters: [ours()] });
  server.make("/rds/main");
});
afterEach(async () => {
  await endCommands();
  await Promise.all([server.stop(), rm(folder, { recursive: true })]);
});

/** As a person runs it: calls are made no faster than AWS bears, so this is for few log groups. */
const run = (...args: string[]) =>
  runCommand(SCRIPT, args, { environment: { ...AWS_CREDENTIALS, AWS_ENDPOINT_URL: server.endpoint } });
/** The same without a process of its own, and with a clock that does not make anybody wait. */
async function planned(...args: string[]) {
  const { wish, region = "eu-west-1", all } = parseOptions(["plan", ...args], folder) as Options;
  const api = awsLogsApi({ endpoint: server.endpoint, region });
  const decisions = await survey(api, wish, () => undefined, manualClock());
  return { decisions, text: planText(decisions, wish, all) };
}
const RULE = ["--include", "/ecs/*,/ecz/*", "--exclude-tags", "logs=off"];

test("shows what would be done, and why, and does nothing", async () => {
  const { text } = await planned(...RULE);
  expect(text).toBe(`Filters: sidecarless-sidecarless-forwarder@rule
Rule: include /ecs/*, /ecz/*; excludeTags logs=off

add     /ecs/new
add     /ecs/two
        not subscribed yet; AWS may refuse one more filter there (2 filters)
update  /ecs/changed
        has another filter pattern
remove  /ecs/off
        excluded by a tag
leave   /ecs/deployed
        another filter delivers it to the same place
        (sidecarless-sidecarless-forwarder)
leave   /ecs/full
        has as many filters as AWS allows (5 filters)

8 log groups: 2 to add, 1 to update, 1 to remove, 4 to leave
     1  another filter delivers it to the same place
     1  has as many filters as AWS allows
     1  up to date
     1  include does not name it
include /ecz/* matches no log group of this account and region.
1 of 8 log groups can't be as the rule says.
Nothing was changed.
`);
  const operations = new Set(server.requests.map(({ operation }) => operation));
  expect([...operations].toSorted()).toEqual([
    "DescribeLogGroups",
    "DescribeSubscriptionFilters",
    "ListTagsForResource",
  ]);
});

test("as JSON has every log group, for programs", async () => {
  for (const name of [...server.logGroups.keys()].slice(3)) server.logGroups.delete(name);
  server.make("/rds/main");
  const { code, stdout, stderr } = await run("plan", "--include", "/ecs/good,/rds/*", "--json");
  const { filterName, rule, logGroups } = JSON.parse(stdout) as {
    filterName: string;
    rule: unknown;
    logGroups: unknown[];
  };
  expect([code, stderr, filterName, rule]).toEqual([0, "", `${NAME}@rule`, { include: ["/ecs/good", "/rds/*"] }]);
  expect(logGroups).toHaveLength(4);
  expect(logGroups).toContainEqual({ logGroup: "/rds/main", action: "add", why: "new", unmet: false });
  expect(logGroups).toContainEqual({ logGroup: "/ecs/good", action: "leave", why: "upToDate", unmet: false });
});

test("takes the rule, the name and the pattern from the settings", async () => {
  const file = join(folder, "sidecarless.json");
  const settings = { apiKeySecret: "dd", name: "prod", includeLogGroups: ["/ecs/*"], filterPattern: "ERROR" };
  await writeFile(file, JSON.stringify(settings));
  expect(parseOptions(["plan"], folder)).toMatchObject({
    wish: {
      rule: { include: ["/ecs/*"] },
      filter: { name: "sidecarless-sidecarless-prod-forwarder@rule", pattern: "ERROR", destinationArn: undefined },
    },
  });
  expect((await planned("--settings", file)).text).toContain("8 log groups: 6 to add, 0 to update, 0 to remove");
  await writeFile(file, JSON.stringify({ apiKeySecret: "dd", logGroups: ["/ecs/a"] }));
  expect(() => parseOptions(["plan"], folder)).toThrow("no includeLogGroups");
});

test("says of what it may not look at that it could not, and of what it may not list what to do", async () => {
  server.fault = (operation, { logGroupName }) =>
    operation === "DescribeSubscriptionFilters" && logGroupName === "/ecs/new" ? "AccessDeniedException" : undefined;
  const some = await run("plan", "--include", "/ecs/new");
  expect(some).toMatchObject({
    code: 1,
    stdout: expect.stringContaining("leave   /ecs/new\n        the role may not"),
  });
  server.fault = () => "AccessDeniedException";
  const none = await run("plan", "--include", "/ecs/new");
  expect(none).toMatchObject({ code: 3, stdout: "" });
  expect(none.stderr).toMatch(/^The log groups can't be listed: AccessDeniedException\..*credentials.*\n$/);
});

describe("called wrongly, it says how", () => {
  test.each<[string[], string]>([
    [[], "Name the command: plan."],
    [["apply"], 'There is no command "apply"; the only one is plan.'],
    [["plan", "--exclude", "/a"], "--exclude and the tags go with --include."],
    [["plan", "--include", "/a", "--settings", "x.json"], "there is one rule"],
    [["plan", "--include", "/a[bc]"], "nothing else is special"],
    [["plan", "--include", "/sidecarless/*"], "never subscribed"],
    [["plan", "--include", "/a", "--destination", "forwarder"], "--destination must be an ARN"],
    [["plan", "--settings", "none"], "Without settings there is no rule"],
    [["plan"], "Or give a rule here"],
    [["plan", "--settings", "nowhere.json"], "is not there"],
    [["plan", "--includes", "/a"], "Unknown option"],
  ])("%j", (args, message) => {
    expect(() => parseOptions(args, folder)).toThrow(message);
  });
});

test("every line has 80 columns at most, whatever the names and reasons are", () => {
  const why = Object.keys(WHYS) as Why[];
  const name = `/${"very-long-".repeat(51)}x`;
  const decisions = why.flatMap((its): Decision[] => [
    { logGroup: name.slice(0, 512), action: "leave", why: its, detail: "d".repeat(200) },
    { logGroup: "/ecs/a", action: "remove", why: its },
  ]);
  const rule = parseLogGroupRule({ include: [name.slice(0, 300), "/ecs/*"] }) as { include: string[] };
  const text = planText(decisions, { filter: { name: "n".repeat(400), pattern: "" }, rule }, true);
  for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  expect(text).toContain("…");
});

test("what is not as the rule says is an exit code of its own", async () => {
  for (const name of server.logGroups.keys()) if (name !== "/ecs/full") server.logGroups.delete(name);
  expect(await run("plan", "--include", "*")).toMatchObject({ code: 1, stderr: "" });
});

test("help fits into 80 columns", () => {
  expect(parseOptions(["--help"], folder)).toBe("help");
  for (const line of HELP.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
});

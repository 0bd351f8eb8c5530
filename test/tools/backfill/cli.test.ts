import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { runCommand, startCommand } from "../../support/command.ts";
import { FORWARDER_ARN, HELD_GROUP, type HeldLogs, heldLogs, startHeldLogs } from "../../support/held-logs-server.ts";

const SCRIPT = "tools/backfill/cli.ts";
const HOUR_MS = 3_600_000;
let held: HeldLogs;
let folder: string;

beforeAll(async () => {
  held = await startHeldLogs();
});
afterAll(() => held.stop());
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "sidecarless-backfill-"));
  held.events = heldLogs(3_000, 3, Date.now() - 30 * HOUR_MS, 1_000);
  held.destinations = [FORWARDER_ARN];
  held.accountDestinations = [];
  held.retentionInDays = undefined;
  held.requests.length = 0;
  held.invoke = report;
});
afterEach(() => rmSync(folder, { recursive: true }));

/** All that the command wants of a report. Each batch has 1,000 events. */
let received: number[];
let functions: string[];
beforeEach(() => {
  received = [];
  functions = [];
});
async function report(event: unknown, name: string): Promise<unknown> {
  const { data } = (event as { awslogs: { data: string } }).awslogs;
  const { gunzipSync } = await import("node:zlib");
  const count = gunzipSync(Buffer.from(data, "base64")).toString().split('{"id":').length - 1;
  received.push(count);
  functions.push(name);
  return { received: count, delivered: count, redated: count };
}

const environment = () => ({
  PATH: process.env.PATH ?? "",
  AWS_ENDPOINT_URL: held.endpoint,
  AWS_REGION: "eu-west-1",
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "secret",
});
const iso = (time: number) => new Date(time).toISOString();
const gap = () => {
  const [first, last] = [held.events[0]?.timestamp ?? 0, held.events.at(-1)?.timestamp ?? 0];
  return ["--log-group", HELD_GROUP, "--from", iso(first), "--to", iso(last + 1)];
};
const progress = () => ["--progress", path.join(folder, "progress.jsonl")];
const run = (...args: string[]) => runCommand(SCRIPT, args, { environment: environment() });

test("sends a gap through the function that the log group's subscription leads to, and shows the sum", async () => {
  held.retentionInDays = 1;
  const { code, stdout, stderr } = await run(...gap(), ...progress());
  expect({ code, stdout }).toMatchObject({ code: 0 });
  expect(stdout).toContain(`through ${FORWARDER_ARN}, tagged backfilled:true, at most 5,000 events a second`);
  expect(stdout).toContain("! The log group keeps 1 day: what is from before");
  expect(stdout).toMatch(/! Datadog takes logs of the last 18 hours: these get the present time/);
  expect(stdout).toMatch(/3,000 events in \d+ invocations = 3,000 delivered\n3,000 events got another date/);
  expect(stderr).toContain("100 %, 3000 events");
  expect(received.reduce((a, b) => a + b)).toBe(3_000);
  expect(new Set(functions)).toEqual(new Set([FORWARDER_ARN]));
  expect(readdirSync(folder)).toEqual(["progress.jsonl"]);

  const again = await run(...gap(), ...progress());
  expect(again.code).toBe(0);
  expect(again.stdout).toContain("3000 events were sent before; this goes on behind them.");
  expect(received.reduce((a, b) => a + b)).toBe(3_000);
});

test("--dry-run counts, sends nothing and writes nothing", async () => {
  held.destinations = [];
  const { code, stdout } = await runCommand(SCRIPT, [...gap(), "--dry-run"], { environment: environment() });
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /1,000 {2}web\/app\/0+2\n[\s\S]*3,000 events in \d+ batches would be sent: \d+ KB of text in 3 streams\./,
  );
  expect(held.count("Invoke")).toBe(0);
  expect(readdirSync(folder)).toEqual([]);
});

test("Ctrl-C ends it behind the batch under way; the same command goes on, and nothing is sent twice", async () => {
  let entered: () => void = () => undefined;
  let goOn: () => void = () => undefined;
  const isUnderWay = new Promise<void>((resolve) => {
    entered = resolve;
  });
  const mayGoOn = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  held.invoke = async (event, name) => {
    entered();
    await mayGoOn;
    return report(event, name);
  };
  const command = startCommand(SCRIPT, [...gap(), ...progress()], { environment: environment() });
  await isUnderWay;
  command.signal("SIGINT");
  await command.says("Interrupted: what is under way is sent first", "stderr");
  goOn();
  const { code, stdout } = await command.ended;
  expect({ code, stdout }).toMatchObject({
    code: 130,
    stdout: expect.stringContaining("Run the same command again to go on."),
  });
  expect(received).toHaveLength(1);

  expect((await run(...gap(), ...progress())).code).toBe(0);
  expect(received.reduce((a, b) => a + b)).toBe(3_000);
});

test("the function of an account-level policy is found, and --function names another", async () => {
  held.destinations = ["arn:aws:firehose:eu-west-1:111122223333:deliverystream/x"];
  held.accountDestinations = [`${FORWARDER_ARN}-2`];
  await run(...gap(), ...progress());
  expect(new Set(functions)).toEqual(new Set([`${FORWARDER_ARN}-2`]));
  await run(...gap(), "--progress", path.join(folder, "other.jsonl"), "--function", "mine");
  expect(functions.at(-1)).toBe("mine");
});

test("the function's ARN tells account and region to who may do nothing but read and invoke", async () => {
  held.fault = (operation) => (operation.startsWith("Describe") ? "AccessDeniedException" : undefined);
  const { AWS_REGION, ...noRegion } = environment();
  const args = [...gap(), ...progress(), "--function", FORWARDER_ARN];
  const { code, stdout } = await runCommand(SCRIPT, args, {
    environment: { ...noRegion, AWS_CONFIG_FILE: "/dev/null" },
  });
  held.fault = () => undefined;
  expect({ code, AWS_REGION }).toEqual({ code: 0, AWS_REGION: "eu-west-1" });
  expect(stdout).toContain(`${HELD_GROUP} in 111122223333, eu-west-1`);
  expect(received.reduce((a, b) => a + b)).toBe(3_000);
});

test("a reason that does not pass is told with what to do, and nothing is lost of what was done", async () => {
  held.fault = (operation) => (operation === "FilterLogEvents" ? "AccessDeniedException" : undefined);
  const { code, stderr } = await run(...gap(), ...progress());
  held.fault = () => undefined;
  expect(code).toBe(1);
  expect(stderr).toContain("AWS refuses logs:FilterLogEvents");
  expect(stderr).toContain("Run the same command again to go on.");
  expect(readdirSync(folder)).toEqual(["progress.jsonl"]);
});

test("no function, several, or no such log group is told", async () => {
  held.destinations = [];
  expect((await run(...gap(), ...progress())).stderr).toContain(
    "No subscription leads from this log group to a function",
  );
  held.destinations = [FORWARDER_ARN, `${FORWARDER_ARN}-2`];
  const { code, stderr } = await run(...gap(), ...progress());
  expect(code).toBe(2);
  expect(stderr).toContain("Subscriptions to 2 functions lead from this log group: name the forwarder with --function");
  held.destinations = [FORWARDER_ARN];
  const other = await run("--log-group", "/ecs/shop", "--from", "2026-01-01", "--to", "2026-01-02");
  expect(other.stderr).toContain("There is no log group /ecs/shop in this account and region.");
});

describe("called wrongly", () => {
  test.each([
    [["--from", "2026-01-01", "--to", "2026-01-02"], "--log-group is missing"],
    [["--log-group", "x", "--to", "2026-01-02"], "--from is missing"],
    [["--log-group", "x", "--from", "2026-01-01"], "--to is missing"],
    [
      ["--log-group", "x", "--from", "yesterday", "--to", "2026-01-02"],
      '--from must be a time such as 2026-11-25T08:00:00Z; it is "yesterday"',
    ],
    [["--log-group", "x", "--from", "2026-01-02", "--to", "2026-01-02"], "--from must be before --to"],
    [["--log-group", "x", "--from", "2026-01-02", "--to", "2926-01-02"], "--to must not be in the future"],
    [
      ["--log-group", "x", "--from", "2026-01-01", "--to", "2026-01-02", "--rate", "0"],
      "--rate must be a whole number",
    ],
    [["--log-group", "x", "--fro", "1"], "Unknown option '--fro'"],
  ])("%j", async (args, message) => {
    const { code, stderr } = await run(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  test("--help tells all", async () => {
    const { code, stdout } = await run("--help");
    expect(code).toBe(0);
    for (const name of [
      "log-group",
      "from",
      "to",
      "log-stream",
      "filter",
      "function",
      "rate",
      "dry-run",
      "progress",
      "region",
    ]) {
      expect(stdout).toContain(`--${name}`);
    }
  });
});

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { UsageError } from "../../../tools/arguments.ts";
import type { CheckEdges } from "../../../tools/datadog/check/context.ts";
import { runCheck } from "../../../tools/datadog/commands/run-check.ts";
import { SITES } from "../../../tools/datadog/sites.ts";
import { endCommands, runCommand, startCommand } from "../../support/command.ts";
import { type Account, type Fault, KEYS, limitRoute } from "../../support/datadog-api/account.ts";
import type { LogIndex } from "../../support/datadog-api/routes/log-indexes.ts";
import { type DatadogApi, startDatadogApi } from "../../support/datadog-api/server.ts";
import { manualClock } from "../../support/sends.ts";

let datadog: DatadogApi;
let clock: ReturnType<typeof manualClock>;
let written: { stdout: string; stderr: string };
beforeEach(async () => {
  clock = manualClock();
  clock.nowMs = Date.UTC(2026, 10, 20, 10);
  datadog = await startDatadogApi({ now: () => clock.nowMs });
  written = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    vi.spyOn(process[stream], "write").mockImplementation((text) => {
      written[stream] += text;
      return true;
    });
  }
});
afterEach(async () => {
  vi.restoreAllMocks();
  await datadog.stop();
  await endCommands();
});

type Environment = Readonly<Record<string, string | undefined>>;

const run = (args: readonly string[] = [], environment: Environment = {}, edges: CheckEdges = {}) =>
  runCheck(args, {
    environment: { ...datadog.environment(), ...environment },
    clock,
    // Whatever is asked, it is asked here.
    apiUrlOf: () => datadog.url,
    ...edges,
  });

interface CheckRecord {
  readonly ok: boolean;
  readonly hops: readonly {
    readonly name: string;
    readonly outcome: string;
    readonly said: string;
    readonly advice?: string[];
  }[];
  readonly searchableMs?: readonly [number, number];
  readonly compared?: readonly {
    readonly name: string;
    readonly verdict: string;
    readonly sent?: string;
    readonly arrived?: string;
  }[];
}

/** The record of a run, and its failed hops in words. */
async function seen(environment: Environment = {}, edges: CheckEdges = {}, ...args: string[]) {
  const code = await run(["--json", ...args], environment, edges);
  const record = JSON.parse(written.stdout) as CheckRecord;
  const failed = record.hops.filter(({ outcome }) => outcome === "failed");
  return {
    code,
    record,
    failed: failed.map(({ name }) => name),
    text: failed.map(({ said, advice = [] }) => [said, ...advice].join(" ")).join(" "),
    outcomes: Object.fromEntries(record.hops.map(({ name, outcome }) => [name, outcome])),
  };
}

describe("all is well", () => {
  test("each hop is told, and what arrived stands beside what was sent, in 80 columns", async () => {
    datadog.account.searchesUntilFound = 2;
    expect(await run([], { DD_ENV: "test", DD_TAGS: "team:logs,floor:3" })).toBe(0);
    const lines = written.stdout.split("\n");
    const line = (text: string) => lines.find((one) => one.includes(text)) ?? `no line with ${text}`;
    expect(line("API key")).toMatch(/^ok {4}API key +valid for datadoghq.com$/);
    expect(line("clock")).toContain("the same as Datadog's");
    expect(line("application key")).toContain("valid, together with the API key");
    expect(line("intake")).toMatch(/http:\/\/127.0.0.1:\d+ answers in 0 ms, takes zstd/);
    expect(line("log sent")).toContain("1 log in 1 request");
    expect(line("log found")).toContain("searchable 1.0 s to 2.5 s after it was sent");
    expect(line("= service")).toMatch(/^= service +sidecarless-check +sidecarless-check$/);
    expect(line("= team")).toMatch(/^= team +logs +logs$/);
    expect(line("= container_name")).toMatch(/check +check$/);
    expect(line("= source ")).toMatch(/ecs +ecs$/);
    expect(line("= aws.awslogs.logGroup")).toMatch(/\/ecs\/sidecarless-check +\/ecs\/sidecarless-check$/);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
    expect(written.stderr).toBe("");
  });

  test("the log goes through the forwarder's own code", async () => {
    expect(await run([], { DD_SERVICE: "shop", DD_SOURCE: "nginx" })).toBe(0);
    const [entry] = datadog.logs.state.entries;
    expect(datadog.logs.state.entries).toHaveLength(1);
    expect(entry).toMatchObject({
      service: "shop",
      ddsource: "nginx",
      ddsourcecategory: "aws",
      timestamp: clock.nowMs,
    });
    expect(String(entry?.ddtags)).toMatch(/forwarder_version:\d/);
    const post = datadog.requests.find(({ path, bytes }) => path === "/api/v2/logs" && bytes.length > 50);
    expect(post?.headers).toMatchObject({ "dd-evp-origin": "sidecarless", "dd-storage-tag": "cloudwatch" });
  });

  test("--json tells the same to a script", async () => {
    datadog.account.searchesUntilFound = 1;
    const { code, record } = await seen();
    expect(code).toBe(0);
    expect(record).toMatchObject({ ok: true, site: "datadoghq.com", searchableMs: [0, 1_000] });
    expect(record.hops.map(({ name }) => name)).toEqual([
      "apiKey",
      "clock",
      "appKey",
      "intake",
      "sent",
      "found",
      "arrived",
    ]);
    expect(record.compared).toContainEqual({
      kind: "field",
      name: "service",
      sent: "sidecarless-check",
      arrived: "sidecarless-check",
      verdict: "same",
    });
  });

  test("a limit on searches is waited for", async () => {
    datadog.account.searchesUntilFound = 4;
    limitRoute(datadog.account, "/api/v2/logs/events/search", 2, 30);
    const { code, record } = await seen();
    expect(code).toBe(0);
    expect(record.searchableMs?.[1]).toBeGreaterThan(30_000);
  });

  test("nothing of a run holds a key", async () => {
    await run();
    datadog.account.outage = { status: 403, errors: [KEYS.apiKey, KEYS.appKey] };
    await run();
    for (const key of Object.values(KEYS)) expect(written.stdout + written.stderr).not.toContain(key);
  });
});

describe("what Datadog makes of a log", () => {
  test("that is changed, missing or added is marked, and fails nothing", async () => {
    datadog.logs.state.process = (log) => {
      const { tags, ...attributes } = log.attributes;
      const others = tags.filter((tag) => !tag.startsWith("team:")).map((tag) => tag.replace("env:test", "env:prod"));
      return { ...log, attributes: { ...attributes, service: "renamed", tags: [...others, "datadog.index:main"] } };
    };
    const { code, record } = await seen({ DD_ENV: "test", DD_TAGS: "team:logs" });
    expect(code).toBe(0);
    const verdicts = Object.fromEntries((record.compared ?? []).map(({ name, verdict }) => [name, verdict]));
    expect(verdicts).toMatchObject({
      service: "changed",
      env: "changed",
      team: "missing",
      "datadog.index": "added",
      host: "same",
    });
    const arrived = record.hops.find(({ name }) => name === "arrived");
    expect(arrived?.outcome).toBe("warning");
    expect(arrived?.said).toContain("service was changed, env was changed, team is missing");
    expect(arrived?.advice?.join()).toContain("Logs > Pipelines");
  });
});

describe("keys", () => {
  test("an API key of another site: which one", async () => {
    const servers = new Map<string, DatadogApi>();
    for (const { site } of SITES) {
      servers.set(site, await startDatadogApi(site === "us5.datadoghq.com" ? {} : { apiKey: "another-key" }));
    }
    try {
      const apiUrlOf = (site: string) => servers.get(site)?.url ?? "";
      const { code, failed, text } = await seen({ DD_API_URL: undefined }, { apiUrlOf });
      expect(code).toBe(1);
      expect(failed).toEqual(["apiKey"]);
      expect(text).toContain("not valid for datadoghq.com, but for us5.datadoghq.com");
      expect(text).toContain("Set DD_SITE=us5.datadoghq.com");
      // Nobody was asked for more than that.
      for (const { requests } of servers.values())
        expect(requests.map(({ path }) => path)).toEqual(["/api/v1/validate"]);
    } finally {
      for (const server of servers.values()) await server.stop();
    }
  });

  test("an API key of no site", async () => {
    const { code, text } = await seen(
      { DD_API_URL: undefined, DD_API_KEY: "f".repeat(32) },
      { apiUrlOf: () => datadog.url },
    );
    expect(code).toBe(1);
    expect(text).toContain("not valid for datadoghq.com, nor for any other site");
    expect(text).toContain("Organization Settings > API Keys");
    expect(datadog.requests).toHaveLength(SITES.length);
  });

  test("with DD_API_URL no other site is asked", async () => {
    const { text } = await seen({ DD_API_KEY: "f".repeat(32) });
    expect(text).toContain(`not valid for ${datadog.url}, which DD_API_URL names`);
    expect(datadog.requests).toHaveLength(1);
  });

  test.each([
    ["an application key", "0123456789".repeat(4)],
    ["an application key", "ddapp_abcdefghijklmnop1234"],
    ["a client token", `pub${"0123456789abcdef".repeat(2)}`],
    ["the id of a key, not the key", "01234567-89ab-cdef-0123-456789abcdef"],
    ["an ARN", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:dd"],
    ["a key in quotation marks", `"${"0123456789abcdef".repeat(2)}"`],
    ["a part of an API key", "0123456789abcdef"],
  ])("%s instead of an API key", async (kind, key) => {
    const { code, failed, text } = await seen({ DD_API_KEY: key });
    expect([code, failed]).toEqual([1, ["apiKey"]]);
    expect(text).toContain(`it looks like ${kind}`);
    expect(text).toContain("Take an API key, 32 characters");
    expect(written.stdout).not.toContain(key);
  });

  test("no application key: the log is sent, and not searched for", async () => {
    const { code, failed, text, outcomes } = await seen({ DD_APP_KEY: undefined });
    expect([code, failed]).toEqual([1, ["appKey"]]);
    expect(text).toContain("Set DD_APP_KEY, or DD_APP_KEY_SECRET_ARN");
    expect(text).toContain("logs_read_data and logs_read_config");
    expect(outcomes).toMatchObject({ apiKey: "ok", sent: "ok", found: "skipped" });
  });

  test("an API key instead of the application key", async () => {
    const { failed, text } = await seen({ DD_APP_KEY: KEYS.apiKey });
    expect(failed).toEqual(["appKey"]);
    expect(text).toContain("not valid for datadoghq.com: it looks like an API key");
    expect(text).toContain("of the same organization as the API key");
  });

  test("an application key that was revoked, or is of elsewhere", async () => {
    const { failed, text } = await seen({ DD_APP_KEY: "f".repeat(40) });
    expect(failed).toEqual(["appKey"]);
    expect(text).toContain("It may have been revoked with its owner");
  });

  test("an application key without the scope for searching", async () => {
    datadog.account.scopes = ["logs_read_config"];
    const { code, failed, text, outcomes } = await seen();
    expect([code, failed]).toEqual([1, ["found"]]);
    expect(outcomes).toMatchObject({ appKey: "ok", sent: "ok" });
    expect(text).toContain("have the scope logs_read_data");
  });

  test("no API key at all is a wrong call", async () => {
    await expect(run([], { DD_API_KEY: undefined })).rejects.toThrow(UsageError);
    await expect(run([], { DD_API_KEY: undefined })).rejects.toThrow("set DD_API_KEY, or DD_API_KEY_SECRET_ARN");
  });
});

describe("the API", () => {
  test.each<[string, Fault]>([
    ["is down", { status: 503 }],
    ["breaks connections", "reset"],
  ])("that %s fails the check, and says where to look", async (_, outage) => {
    datadog.account.outage = outage;
    const { code, failed, text } = await seen();
    expect([code, failed]).toEqual([1, ["apiKey"]]);
    expect(text).toMatch(/status\.datadoghq\.com|Check DD_SITE/);
  });
});

describe("the clock", () => {
  test.each([
    ["ahead of", -7_200_000],
    ["behind", 7_200_000],
  ])("%s Datadog's by two hours", async (side, clockAheadMs) => {
    datadog.account.clockAheadMs = clockAheadMs;
    const { code, failed, text } = await seen();
    expect(code).toBe(1);
    expect(failed).toContain("clock");
    expect(text).toContain(`this machine's is 7200 s ${side} Datadog's`);
    expect(text).toContain("Set the clock (NTP)");
  });

  test("so far off that Datadog drops the log: the search's advice says it first", async () => {
    datadog.account.clockAheadMs = 20 * 3_600_000;
    const { failed, record } = await seen({}, {}, "--timeout", "10");
    expect(failed).toEqual(["clock", "found"]);
    expect(record.hops.find(({ name }) => name === "found")?.advice?.[0]).toContain("The clock is off");
  });

  test("some seconds apart are well", async () => {
    datadog.account.clockAheadMs = 20_000;
    const { code, record } = await seen();
    expect(code).toBe(0);
    expect(record.hops.find(({ name }) => name === "clock")?.said).toBe("20.0 s apart from Datadog's");
  });
});

describe("the intake", () => {
  test("that takes no zstd gets gzip, and the advice names the setting", async () => {
    datadog.logs.state.answerToZstd = 415;
    const { code, record } = await seen({ DD_COMPRESSION: "zstd" });
    expect(code).toBe(0);
    const intake = record.hops.find(({ name }) => name === "intake");
    expect(intake?.said).toContain("takes gzip, but no zstd (http 415)");
    expect(intake?.advice).toEqual([expect.stringContaining("Set DD_COMPRESSION=gzip")]);
    expect(record.hops.find(({ name }) => name === "sent")?.said).toContain("1 log in 2 requests");
  });

  test("that nobody answers at", async () => {
    const gone = await startDatadogApi();
    await gone.stop();
    const { code, failed, text } = await seen({ DD_PORT: String(gone.port) });
    expect([code, failed]).toEqual([1, ["intake"]]);
    expect(text).toContain(`http://127.0.0.1:${gone.port} answers "connection ECONNREFUSED"`);
    expect(text).toContain("check DD_SITE, DD_URL, DD_PORT and DD_NO_SSL");
  });

  test("of another site, which refuses the key", async () => {
    const other = await startDatadogApi({ apiKey: "another-key" });
    try {
      const { failed, text } = await seen({ DD_PORT: String(other.port) });
      expect(failed).toEqual(["intake"]);
      expect(text).toContain("does not take the API key: is it the intake of datadoghq.com?");
    } finally {
      await other.stop();
    }
  });

  test("that is something else", async () => {
    const other = await startDatadogApi();
    other.logs.state.answerToZstd = 404;
    other.logs.state.answer = 404;
    try {
      const { failed, text } = await seen({ DD_PORT: String(other.port) });
      expect(failed).toEqual(["intake"]);
      expect(text).toContain("is no log intake: check DD_URL and DD_PORT");
    } finally {
      await other.stop();
    }
  });

  test("that is down: tried again, then told", async () => {
    datadog.logs.state.answer = 503;
    const { failed, text } = await seen();
    expect(failed).toEqual(["intake"]);
    expect(text).toContain('answers "http 503" Try again later; https://status.datadoghq.com');
    expect(datadog.requests.filter(({ path }) => path === "/api/v2/logs")).toHaveLength(3);
  });

  test("settings of the forwarder that are wrong are a wrong call", async () => {
    await expect(run([], { DD_PORT: "http" })).rejects.toThrow(UsageError);
    await expect(run([], { DD_PORT: "http" })).rejects.toThrow("DD_PORT must be a whole number");
  });
});

describe("a log that is not found", () => {
  const index = (changes: Partial<LogIndex>): LogIndex => ({ name: "main", filter: { query: "" }, ...changes });
  const exclusion = (query: string, rate = 1, enabled = true) =>
    index({ exclusion_filters: [{ name: "noise", is_enabled: enabled, filter: { query, sample_rate: rate } }] });

  test.each<[string, LogIndex[], string]>([
    [
      "by an exclusion filter",
      [exclusion("source:ecs")],
      'The exclusion filter "noise" of the index main excludes such logs (source:ecs)',
    ],
    ["by one of everything", [exclusion("*")], 'The exclusion filter "noise" of the index main excludes such logs (*)'],
    ["by one that keeps a share", [exclusion("service:sidecarless*", 0.9)], "excludes 90 % of such logs"],
    [
      "by a quota",
      [index({ is_rate_limited: true, daily_limit: 1_000 })],
      "The index main has reached its daily quota of 1000 logs, and takes no more until 14:00 UTC",
    ],
    [
      "by a quota with a time of its own",
      [index({ is_rate_limited: true, daily_limit_reset: { reset_time: "02:00", reset_utc_offset: "+09:00" } })],
      "until 02:00 (UTC+09:00)",
    ],
    [
      "by no index",
      [index({ name: "web", filter: { query: "source:nginx" } })],
      "No index takes this log (web: source:nginx)",
    ],
    [
      "by an index before the last",
      [index({ name: "web", filter: { query: "source:nginx" } }), exclusion("-env:prod")],
      'The exclusion filter "noise" of the index main',
    ],
  ])("%s: which", async (_, indexes, advice) => {
    datadog.indexes.indexes.splice(0, 1, ...indexes);
    const { code, failed, text } = await seen({}, {}, "--timeout", "10");
    expect([code, failed]).toEqual([1, ["found"]]);
    expect(text).toContain("took it, but a search does not find it within 10.0 s");
    expect(text).toContain(advice);
    expect(text).toContain("https://app.datadoghq.com/logs/pipelines/indexes");
  });

  test("by something else: a filter that is switched off or of other logs is not blamed", async () => {
    datadog.indexes.indexes.splice(0, 1, exclusion("source:nginx"), exclusion("*", 1, false));
    datadog.account.searchesUntilFound = 1_000;
    const { text } = await seen({}, {}, "--timeout", "10");
    expect(text).not.toContain("noise");
    expect(text).toContain("No index's filter, exclusion or quota explains it");
    expect(text).toContain("Live Tail");
  });

  test("and the indexes may not be read: which scope is missing", async () => {
    datadog.account.scopes = ["logs_read_data"];
    datadog.account.searchesUntilFound = 1_000;
    const { text } = await seen({}, {}, "--timeout", "10");
    expect(text).toContain("lacks the scope logs_read_config");
  });
});

describe("called wrongly", () => {
  test.each([
    [["--function", "my-function"], "--function must be a function's ARN"],
    [["--log-group", "/ecs/a"], "--log-group goes with --function"],
    [["--timeout", "soon"], "--timeout must be a whole number of seconds"],
    [["--nope"], "nope"],
  ])("%j", async (args, problem) => {
    await expect(run(args)).rejects.toThrow(UsageError);
    await expect(run(args)).rejects.toThrow(problem);
    expect(datadog.requests).toEqual([]);
  });

  test("--help explains and does nothing", async () => {
    expect(await run(["--help"])).toBe(0);
    expect(written.stdout).toContain("--function ARN");
    expect(datadog.requests).toEqual([]);
  });
});

describe("as a command", () => {
  const environment = async (changes: Partial<Account> = {}) => {
    Object.assign(datadog.account, { now: Date.now }, changes);
    return { ...datadog.environment(), PATH: process.env.PATH ?? "" };
  };

  test("exits with 0, and shows no key", async () => {
    const { code, stdout, stderr } = await runCommand("tools/datadog/commands/cli.ts", ["check"], {
      environment: await environment(),
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("valid for datadoghq.com");
    expect(stdout).not.toContain(KEYS.apiKey);
  });

  test("exits with 1 if a check fails, with 2 if it is called wrongly", async () => {
    const wrong = await environment({ appKey: undefined });
    expect(await runCommand("tools/datadog/commands/cli.ts", ["check"], { environment: wrong })).toMatchObject({
      code: 1,
    });
    expect(
      await runCommand("tools/datadog/commands/cli.ts", ["check", "--nope"], { environment: wrong }),
    ).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("See npm run datadog -- check --help"),
    });
    expect(await runCommand("tools/datadog/commands/cli.ts", ["chek"], { environment: wrong })).toMatchObject({
      code: 2,
    });
  });

  test("Ctrl-C ends the search with 130", async () => {
    const command = startCommand("tools/datadog/commands/cli.ts", ["check"], {
      environment: await environment({ searchesUntilFound: 1_000 }),
    });
    await command.says("log sent");
    command.signal("SIGINT");
    expect(await command.ended).toMatchObject({ code: 130, stderr: expect.stringContaining("Interrupted") });
  });
});

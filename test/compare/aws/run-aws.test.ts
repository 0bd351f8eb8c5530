import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { runAws } from "../../../compare/aws/run-aws.ts";
import { parseRecord } from "../../../compare/record/record-text.ts";
import type { Result } from "../../../compare/result.ts";
import { troubleLine } from "../../../functions/recorder/arrival-lines.ts";
import { UsageError } from "../../../tools/arguments.ts";
import { AWS_CREDENTIALS } from "../../support/aws.ts";
import { endCommands, startCommand } from "../../support/command.ts";
import { KEYS } from "../../support/datadog-api/account.ts";
import { type DatadogApi, startDatadogApi } from "../../support/datadog-api/server.ts";
import { type AwsServer, startAws } from "./aws-server.ts";
import { deployComparison, leaveTraces, OUTPUTS } from "./simulated-load.ts";

let aws: AwsServer;
let datadog: DatadogApi;
let folder: string;
let written: { stdout: string; stderr: string };

beforeEach(async () => {
  aws = await startAws();
  datadog = await startDatadogApi({ pageSize: 3 });
  deployComparison(aws);
  folder = mkdtempSync(path.join(tmpdir(), "run-aws-"));
  for (const [name, value] of Object.entries(environment())) vi.stubEnv(name, value);
  written = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    vi.spyOn(process[stream], "write").mockImplementation((text) => {
      written[stream] += text;
      return true;
    });
  }
  return async () => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    await Promise.all([aws.stop(), datadog.stop()]);
    rmSync(folder, { recursive: true });
  };
});
afterEach(endCommands);

const environment = () => ({
  ...AWS_CREDENTIALS,
  AWS_ENDPOINT_URL: aws.endpoint,
  ...datadog.environment(),
});

/** A second of load, no tail, and one look at what shows late. */
function argsWith(outputs: Partial<typeof OUTPUTS> = {}, ...others: string[]): string[] {
  const file = path.join(folder, "outputs.json");
  writeFileSync(file, JSON.stringify({ "sidecarless-comparison": { ...OUTPUTS, ...outputs } }));
  const short = ["--seconds", "1", "--rate", "100", "--tail-seconds", "0", "--late-seconds", "0"];
  return ["--outputs", file, "--out", path.join(folder, "out"), ...short, ...others];
}

const result = (): Result => {
  const file = path.join(folder, "out/result.json");
  return parseRecord(readFileSync(file, "utf8"), file);
};
const states = () => aws.tasks.map(({ lastStatus }) => lastStatus);

describe("a run", () => {
  test("measures both paths, and leaves a whole record, a report and no task", async () => {
    aws.onTask = (task) => leaveTraces(aws, task);
    expect(await runAws(argsWith(), { startupMs: 0 })).toBe(0);
    const { status, where, settings, environment: ran, phases, paths, warnings } = result();
    expect({ status, where }).toEqual({ status: "complete", where: "aws" });
    expect(settings).toMatchObject({ linesPerSecond: 100, lineBytes: 200, seed: 1, forwarderMemoryMb: 512 });
    expect(ran).toMatchObject({ region: "eu-west-1", arch: "arm64", cores: 0.25, memoryMb: 512 });
    expect(ran.versions.fluentBit).toBe("aws-for-fluent-bit:3.4.10");
    expect(paths.map(({ id }) => id)).toEqual(["lambda", "firelens-as-documented"]);
    const [steady] = phases;
    expect(steady?.dueMs).toHaveLength(100);
    expect(new Set(steady?.paths.lambda?.arrivedMs)).toEqual(new Set([3_400]));
    expect(new Set(steady?.paths["firelens-as-documented"]?.arrivedMs)).toEqual(new Set([1_600]));
    expect(steady?.paths.lambda?.usage.lambda).toMatchObject({
      memoryMb: 512,
      invocations: 2,
      coldStarts: 1,
      // Lambda's metric of 2 × 203.4 ms, half a millisecond for each rounding, and the init.
      billedMs: 558,
    });
    expect(warnings.map(({ kind }) => kind)).toEqual(["few-samples", "few-samples"]);
    expect(states()).toEqual(["STOPPED", "STOPPED"]);
    expect(written.stdout).not.toBe("");
    const files = ["report.html", "report.md"].map((name) => readFileSync(path.join(folder, "out", name), "utf8"));
    for (const text of [...files, written.stdout, written.stderr]) expect(text).not.toContain(KEYS.apiKey);
  });

  test("is void, and fails, if the recorder had no room for requests", async () => {
    aws.onTask = (task) => {
      leaveTraces(aws, task);
      if (aws.tasks.length < 2) return;
      const message = troubleLine({ atMs: Date.now(), refused: 2, p99Ms: 3, maxMs: 20 }) ?? "";
      const timestamp = Date.now() + 5_000;
      aws.logGroups.get("/recorder")?.push({ stream: "recorder", timestamp, ingestionTime: timestamp, message });
    };
    expect(await runAws(argsWith(), { startupMs: 0 })).toBe(1);
    const { status, phases } = result();
    expect(status).toBe("complete");
    expect(phases[0]?.void?.[0]).toContain("The recorder did not keep up: it answered 2 requests with 503");
    expect(written.stderr).toContain("Void: Steady load.");
    expect(written.stdout).toContain("“Steady load” is void");
  });

  test("tells lines that were lost, and goes on without metrics that it may not read", async () => {
    aws.denied.add("GetMetricData");
    aws.onTask = (task) => leaveTraces(aws, task, { lost: [7, 8, 9] });
    expect(await runAws(argsWith(), { startupMs: 0 })).toBe(0);
    const { phases, warnings } = result();
    expect(phases[0]?.paths.lambda?.arrivedMs.filter((ms) => ms === null)).toHaveLength(3);
    expect(phases[0]?.paths.lambda?.usage.lambda).toMatchObject({ storedLines: 3, replayedLines: 0 });
    expect(warnings.at(-1)?.message).toContain("AWS refuses service:GetMetricData");
  });
});

describe("what goes wrong ends with a partial record, exit code 1 and a message", () => {
  const partial = async (args: readonly string[], message: string | RegExp) => {
    expect(await runAws(args, { startupMs: 0 })).toBe(1);
    const { status, problem, endedAt } = result();
    expect({ status, ended: endedAt !== undefined }).toEqual({ status: "partial", ended: true });
    expect(problem).toMatch(message);
    expect(written.stderr).toContain(problem);
    expect(new Set(states())).not.toContain("RUNNING");
  };

  test("a stack that is gone", async () => {
    await partial(argsWith({ ClusterName: "gone" }), "is the stack still deployed?");
  });

  test("a stack of another kind", async () => {
    await partial(argsWith({ LambdaServiceName: "firelens-service" }), "not those of the comparison stack");
  });

  test("a recorder that does not run, before any load", async () => {
    aws.services.set("recorder-service", { status: "ACTIVE", runningCount: 0 });
    await partial(argsWith(), "The recorder does not run: the service recorder-service has no running task");
    expect(aws.tasks).toEqual([]);
  });

  test("no task, for lack of room", async () => {
    aws.runTaskFailure = { reason: "Capacity is unavailable at this time" };
    await partial(argsWith(), "Capacity is unavailable");
  });

  test("more lines than a record holds, by the stack's own rate", async () => {
    const args = argsWith({}, "--seconds", "80000");
    args.splice(args.indexOf("--rate"), 2);
    await partial(args, "8000000 lines a path");
    expect(aws.tasks).toEqual([]);
  });

  test("a task that ends early", async () => {
    aws.onTask = (task) => {
      if (task.family.endsWith("lambda")) leaveTraces(aws, task);
      // It is seen to start and to run.
      else Object.assign(task, { looksLeft: 3, stoppedReason: "OutOfMemoryError", exitCode: 137 });
    };
    await partial(argsWith(), "A task ended during the load (firelens-service: OutOfMemoryError; app exited with 137)");
    expect(result().phases[0]?.paths.lambda?.arrivedMs).not.toContain(null);
  });

  test("a path that brings nothing", async () => {
    aws.onTask = (task) => {
      if (task.family.endsWith("lambda")) leaveTraces(aws, task);
    };
    await partial(argsWith(), "Not one line arrived over FireLens, as documented");
  });

  test("a log group that is gone", async () => {
    aws.logGroups.delete("/recorder");
    await partial(argsWith(), "logs:FilterLogEvents: what is named is not there");
  });
});

describe("called wrongly", () => {
  test.each([
    ["--datadog of a stack that sends to its recorder", {}, ["--datadog"], "nothing arrives at Datadog"],
    ["a stack that sends to Datadog without --datadog", { Intake: "datadog" }, [], "count there with --datadog"],
    ["an option that is none", {}, ["--fast"], "--fast"],
  ] as const)("%s", async (_, outputs, others, message) => {
    const run = () => runAws(argsWith(outputs, ...others));
    await expect(run()).rejects.toThrow(UsageError);
    await expect(run()).rejects.toThrow(message);
    expect(aws.operations).toEqual([]);
  });

  test("--help explains and does nothing", async () => {
    expect(await runAws(["--help"])).toBe(0);
    expect(written.stdout).toContain("--late-seconds");
    expect(aws.operations).toEqual([]);
  });
});

describe("--datadog", () => {
  const run = (...others: string[]) =>
    runAws(argsWith({ Intake: "datadog" }, "--datadog", ...others), { startupMs: 0 });
  const index = (task: { family: string; environment: Readonly<Record<string, string>> }, count: number) => {
    const { RUN } = task.environment;
    for (let seq = 0; seq < count; seq++) {
      const atMs = Date.now() + 1;
      const message = `run=${RUN} seq=${seq} dueMs=${atMs} INFO`;
      const log = { service: task.family, status: "info", tags: [], message, attributes: {} };
      datadog.logs.add({
        id: `AQ${seq}`,
        type: "log",
        attributes: { ...log, timestamp: new Date(atMs).toISOString() },
      });
    }
  };

  test("counts what each path brought there, and looks once more for what is missing", async () => {
    aws.onTask = (task) => {
      index(task, task.family.endsWith("lambda") ? 100 : 90);
    };
    expect(await run("--late-seconds", "1")).toBe(0);
    expect(result()).toMatchObject({
      status: "complete",
      readBack: [
        { path: "lambda", written: 100, found: 100, duplicates: 0 },
        { path: "firelens-as-documented", written: 100, found: 90, duplicates: 0 },
      ],
    });
    // Once for the path that was whole.
    const queries = datadog.requests.map(({ bytes }) => JSON.parse(String(bytes)).filter.query as string);
    expect(queries.filter((query) => query.endsWith("lambda"))).toHaveLength(34);
    expect(queries.filter((query) => query.endsWith("firelens"))).toHaveLength(60);
  });

  test("keeps a partial record if Datadog refuses", async () => {
    datadog.account.scopes = ["logs_read_config"];
    expect(await run()).toBe(1);
    const problem = expect.stringMatching(/refuses searching logs .* with 403.*scope logs_read_data/);
    expect(result()).toMatchObject({ status: "partial", problem });
    expect(written.stderr).not.toContain(KEYS.appKey);
  });
});

describe("Ctrl-C", () => {
  const start = (args: readonly string[]) =>
    startCommand("compare/commands/cli.ts", ["aws", ...args], {
      environment: { ...environment(), PATH: process.env.PATH ?? "" },
    });

  test("stops the tasks, keeps a partial record and exits with 130", async () => {
    const command = start(argsWith({}, "--seconds", "600"));
    await command.says("Load on both paths", "stderr");
    command.signal("SIGINT");
    expect(await command.ended).toMatchObject({ code: 130 });
    expect(result()).toMatchObject({ status: "partial", problem: "It was interrupted before it was measured." });
    expect(states()).toEqual(["STOPPED", "STOPPED"]);
  });

  test("keeps what was measured while it waits for what shows late", async () => {
    aws.onTask = (task) => leaveTraces(aws, task, { metrics: false });
    const command = start(argsWith({}, "--late-seconds", "600"));
    await command.says("Reading what arrived", "stderr");
    await vi.waitUntil(() => result().phases.length > 0, { timeout: 20_000 });
    command.signal("SIGINT");
    expect(await command.ended).toMatchObject({ code: 130 });
    expect(result()).toMatchObject({ status: "partial", problem: expect.stringContaining("may be missing") });
  });

  test("ends although AWS does not answer", async () => {
    aws.silent.add("DescribeServices");
    const command = start(argsWith());
    await vi.waitUntil(() => aws.operations.length === 3, { timeout: 20_000 });
    command.signal("SIGINT");
    expect(await command.ended).toMatchObject({ code: 130 });
    expect(result()).toMatchObject({ status: "partial" });
  });
});

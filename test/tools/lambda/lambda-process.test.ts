import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { type FunctionSettings, type LocalFunction, localFunction } from "../../../tools/lambda/lambda-process.ts";

const started: LocalFunction[] = [];
afterEach(async () => {
  for (const { kill } of started.splice(0)) await kill();
});

const start = (settings: Partial<FunctionSettings> = {}, fixture = "sandbox-function"): LocalFunction => {
  const local = localFunction({
    functionName: "tried",
    bundle: fileURLToPath(new URL(`../../fixtures/${fixture}.mjs`, import.meta.url)),
    environment: {},
    timeoutMs: 30_000,
    memoryMb: 256,
    ...settings,
  });
  started.push(local);
  return local;
};

const COUNT = { does: "count" };
const returned = (value: unknown) => ({ status: "returned", value });
const COLD_START = { initMs: expect.any(Number) };

describe("a sandbox", () => {
  test("is started by the first invocation and kept for the next", async () => {
    const { invoke } = start();
    const first = await invoke(COUNT);
    expect(first).toMatchObject({ outcome: returned(1), ...COLD_START });
    const second = await invoke(COUNT);
    expect(second.outcome).toEqual(returned(2));
    expect(second).not.toHaveProperty("initMs");
    // Of the process itself, which can't be more than all cores for so long.
    expect(first.initCpuMs).toBeGreaterThan(0);
    expect(first.initCpuMs).toBeLessThan((first.initMs ?? 0) * availableParallelism());
    expect(second.requestId).not.toBe(first.requestId);
  });

  test("has nothing in its environment but its own settings and what Lambda sets", async () => {
    const { invoke } = start({ environment: { MINE: "größe" } });
    expect((await invoke({ does: "environment" })).outcome).toEqual(
      returned({
        MINE: "größe",
        AWS_REGION: "us-east-1",
        AWS_DEFAULT_REGION: "us-east-1",
        TZ: ":UTC",
        AWS_LAMBDA_FUNCTION_NAME: "tried",
        AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
        AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
      }),
    );
  });

  test("tells the handler about its invocation", async () => {
    const { invoke } = start({ environment: { AWS_REGION: "eu-west-1" } });
    const { outcome, requestId } = await invoke({ does: "context" });
    expect(outcome).toMatchObject(
      returned({
        awsRequestId: requestId,
        functionName: "tried",
        invokedFunctionArn: "arn:aws:lambda:eu-west-1:000000000000:function:tried",
        memoryLimitInMB: "256",
        logGroupName: "/aws/lambda/tried",
      }),
    );
    const { remainingMs } = (outcome as { value: { remainingMs: number } }).value;
    expect(remainingMs).toBeGreaterThan(0);
    expect(remainingMs).toBeLessThanOrEqual(30_000);
  });

  test("hands the event over as JSON would", async () => {
    const value = { text: "🎉\u2028\0", nothing: null, list: [1.5, false, {}] };
    expect((await start().invoke({ does: "echo", value })).outcome).toEqual(returned(value));
  });

  test("hands over an event and a result of several megabytes", async () => {
    const value = "x".repeat(6_000_000);
    expect((await start().invoke({ does: "echo", value })).outcome).toEqual(returned(value));
  });

  test("has one invocation at a time, though they were started together", async () => {
    const { invoke } = start();
    const invoked = await Promise.all([1, 2, 3].map(() => invoke({ does: "overlap" })));
    expect(invoked.map(({ outcome }) => outcome)).toEqual([returned(1), returned(1), returned(1)]);
    expect(invoked.map(({ initMs }) => initMs !== undefined)).toEqual([true, false, false]);
  });

  test("stands still between invocations", async () => {
    const { invoke } = start();
    const ticks = async () => ((await invoke({ does: "ticks" })).outcome as { value: number }).value;
    const before = await ticks();
    // 60 ticks if it went on. A few pass until it is stopped, and when it starts again.
    await setTimeout(600);
    expect((await ticks()) - before).toBeLessThan(20);
  });

  test("is another one after kill()", async () => {
    const { invoke, kill } = start();
    await invoke(COUNT);
    await kill();
    expect(await invoke(COUNT)).toMatchObject({ outcome: returned(1), ...COLD_START });
  });

  test("need not be there to be killed, and may be killed twice", async () => {
    const { invoke, kill } = start();
    await kill();
    await invoke(COUNT);
    await Promise.all([kill(), kill()]);
    await kill();
  });

  test("that is killed during an invocation ends it as Lambda would", async () => {
    const { invoke, kill } = start();
    await invoke(COUNT);
    const hanging = invoke({ does: "hang", out: "" });
    await setTimeout(50);
    await kill();
    expect((await hanging).outcome).toMatchObject({ status: "failed", error: { name: "Runtime.ExitError" } });
  });

  test("that died a moment ago, and nobody knows yet, ends the next invocation as Lambda would", async () => {
    const { invoke } = start();
    const { outcome } = await invoke({ does: "pid" });
    process.kill((outcome as { value: number }).value, "SIGKILL");
    // Nothing else runs meanwhile, so the news of its end waits, and the event goes into a pipe that nobody reads.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    expect((await invoke(COUNT)).outcome).toMatchObject({ status: "failed", error: { name: "Runtime.ExitError" } });
    expect((await invoke(COUNT)).outcome).toEqual(returned(1));
  });

  test("that is killed as soon as it is started still settles its invocation", async () => {
    const { invoke, kill } = start();
    const invoked = invoke(COUNT);
    await kill();
    expect(await invoked).toHaveProperty("outcome");
    expect((await invoke(COUNT)).outcome.status).toBe("returned");
  });
});

describe("a failure", () => {
  test("of the handler has its name and message, and the sandbox lives on", async () => {
    const { invoke } = start();
    const failed = await invoke({ does: "fail" });
    expect(failed.outcome).toEqual({
      status: "failed",
      error: {
        name: "NoSuchOrder",
        message: "order 7 is gone",
        stack: expect.stringContaining("sandbox-function.mjs"),
      },
    });
    const next = await invoke(COUNT);
    expect(next.outcome).toEqual(returned(2));
    expect(next).not.toHaveProperty("initMs");
  });

  test("to end in time ends the sandbox; the next invocation has a cold start", async () => {
    const { invoke } = start({ timeoutMs: 1_000 });
    const { outcome, stdout } = await invoke({ does: "hang", out: "so far\n" });
    const error = { name: "Sandbox.Timedout", message: "Task timed out after 1.00 seconds" };
    expect({ outcome, stdout }).toEqual({ outcome: { status: "failed", error }, stdout: "so far\n" });
    expect(await invoke(COUNT)).toMatchObject({ outcome: returned(1), ...COLD_START });
  });

  test("by process.exit in the handler is an ExitError; the next invocation has a cold start", async () => {
    const { invoke } = start();
    const { outcome, stdout } = await invoke({ does: "exit", out: "so far\n" });
    expect(outcome).toMatchObject({ status: "failed", error: { name: "Runtime.ExitError" } });
    expect(stdout).toBe("so far\n");
    expect(await invoke(COUNT)).toMatchObject({ outcome: returned(1), ...COLD_START });
  });

  test("to load fails the invocation, and the next one tries again", async () => {
    const folder = await mkdtemp(join(tmpdir(), "sidecarless-"));
    try {
      const { invoke } = start({ environment: { MARK_FILE: join(folder, "mark") } }, "sandbox-init-fails-once");
      const error = { name: "TypeError", message: "not this time" };
      expect(await invoke({})).toMatchObject({ outcome: { status: "failed", error }, ...COLD_START });
      expect(await invoke({})).toMatchObject({ outcome: returned("done"), ...COLD_START });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("to find the bundle says so", async () => {
    const { outcome } = await start({}, "nowhere").invoke({});
    expect(outcome).toMatchObject({ status: "failed", error: { message: expect.stringContaining("nowhere.mjs") } });
  });
});

describe("output", () => {
  test("belongs to the invocation that wrote it", async () => {
    const { invoke } = start();
    const first = await invoke({ does: "print", out: "größe 🎉\n", err: "no line end" });
    expect(first).toMatchObject({ stdout: "größe 🎉\n", stderr: "no line end" });
    expect(await invoke(COUNT)).toMatchObject({ stdout: "", stderr: "" });
    expect(await invoke({ does: "print", out: "second", err: "" })).toMatchObject({ stdout: "second", stderr: "" });
  });

  test("is there whole, however much it is", async () => {
    const out = "größe\n".repeat(500_000);
    expect((await start().invoke({ does: "print", out, err: "" })).stdout).toBe(out);
  });

  test("while it is loaded comes with the first invocation", async () => {
    const environment = { MARK_FILE: fileURLToPath(import.meta.url) };
    const { invoke } = start({ environment }, "sandbox-init-fails-once");
    expect((await invoke({})).stdout).toBe("loaded\n");
    expect((await invoke({})).stdout).toBe("");
  });

  test("that comes after the handler returned doesn't keep the invocation from ending", async () => {
    const { outcome, stdout } = await start({ timeoutMs: 60_000 }).invoke({ does: "printLate" });
    expect(outcome).toEqual(returned(undefined));
    expect(stdout).toContain("x".repeat(1_000_000));
  });
});

import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { type FunctionPool, openFunctionPool } from "../../../compare/lambda/function-pool.ts";

let pool: FunctionPool | undefined;
afterEach(() => pool?.close());

function open(): FunctionPool {
  pool = openFunctionPool({
    functionName: "tried",
    bundle: fileURLToPath(new URL("../../fixtures/sandbox-function.mjs", import.meta.url)),
    environment: {},
    timeoutMs: 30_000,
    memoryMb: 256,
  });
  return pool;
}

const COUNT = { does: "count" };
const counts = (invoked: Awaited<ReturnType<FunctionPool["invoke"]>>[]) =>
  invoked.map((one) => one.invoked.outcome.status === "returned" && one.invoked.outcome.value);

test("one after the other use one sandbox, started once", async () => {
  const { invoke, sandboxes } = open();
  const [first, second] = [await invoke(COUNT), await invoke(COUNT)];
  expect(counts([first, second])).toEqual([1, 2]);
  expect(first.invoked.initMs).toBeGreaterThan(0);
  expect(second.invoked.initMs).toBeUndefined();
  expect(sandboxes()).toBe(1);
});

test("as many as are asked for at once run at once, each in a sandbox of its own; then the warm ones are used", async () => {
  const { invoke, sandboxes } = open();
  const overlap = { does: "overlap" };
  const together = await Promise.all([invoke(overlap), invoke(overlap), invoke(overlap)]);
  expect(counts(together)).toEqual([1, 1, 1]);
  await Promise.all([invoke(COUNT), invoke(COUNT)]);
  expect(sandboxes()).toBe(3);
});

test("the handler's time begins when the sandbox has started", async () => {
  const { invoke } = open();
  const askedMs = Date.now();
  const { startMs, endMs, invoked } = await invoke({ does: "overlap" });
  expect(startMs - askedMs).toBeGreaterThanOrEqual(Math.floor(invoked.initMs ?? Number.NaN));
  expect(endMs).toBeGreaterThanOrEqual(startMs);
});

test("a sandbox that is killed in the middle fails its invocation, and the next one starts another", async () => {
  const { invoke, killRunning } = open();
  await invoke(COUNT);
  const hanging = invoke({ does: "hang", out: "" });
  await sleep(50);
  await killRunning();
  expect((await hanging).invoked.outcome).toMatchObject({ status: "failed" });
  const next = await invoke(COUNT);
  expect(counts([next])).toEqual([1]);
  expect(next.invoked.initMs).toBeGreaterThan(0);
});

test("with none running, the next one that does is killed, and only that", async () => {
  const { invoke, killRunning } = open();
  await invoke(COUNT);
  await killRunning();
  expect((await invoke({ does: "hang", out: "" })).invoked.outcome.status).toBe("failed");
  expect(counts([await invoke(COUNT)])).toEqual([1]);
});

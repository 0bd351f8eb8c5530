import { describe, expect, test } from "vitest";
import { openShard } from "../../../compare/kinesis/shard.ts";
import type { Delivery } from "../../../compare/lambda/forwarder-path.ts";
import type { PooledInvocation } from "../../../compare/lambda/function-pool.ts";
import { openModel } from "../../../compare/modelled.ts";

const FAST = { "kinesis.putMs": 1, "kinesis.pollIntervalMs": 2, "kinesis.retryDelayMs": 1, "cost.kinesisWindowMs": 30 };

interface Record {
  readonly kinesis: { readonly data: string; readonly sequenceNumber: string };
}

/** A shard whose function takes all, or fails from the position that `failAt` gives for an invocation. */
function shard(failAt: (invocation: number) => number | "all" | undefined = () => undefined, overrides = {}) {
  const batches: string[][] = [];
  const ended = new AbortController();
  const invoke = async (event: unknown) => {
    const records = (event as { Records: Record[] }).Records;
    const failed = failAt(batches.length);
    batches.push(records.map(({ kinesis }) => kinesis.data));
    const itemIdentifier = typeof failed === "number" ? records[failed]?.kinesis.sequenceNumber : undefined;
    const outcome =
      failed === "all"
        ? { status: "failed", error: { name: "Error", message: "" } }
        : { status: "returned", value: { batchItemFailures: itemIdentifier ? [{ itemIdentifier }] : [] } };
    return { startMs: 0, endMs: 0, invoked: { outcome } } as unknown as PooledInvocation;
  };
  const deliver = openShard({ model: openModel({ ...FAST, ...overrides }), invoke, signal: ended.signal });
  const deliveries: Delivery[] = [];
  const put = (data: string) => {
    const delivery: Delivery = { lines: [], cutAtMs: 0, ingestedAtMs: 0, deliveredAtMs: 0, attempts: [] };
    deliveries.push(delivery);
    return deliver(delivery, { awslogs: { data } });
  };
  return { put, batches, deliveries, end: () => ended.abort() };
}

describe("records of a shard", () => {
  test("are handed over together, in order, once the window is over", async () => {
    const { put, batches, deliveries } = shard();
    await Promise.all(["a", "b", "c"].map(put));
    expect(batches).toEqual([["a", "b", "c"]]);
    for (const { attempts, receivedAtMs } of deliveries) {
      expect(attempts).toHaveLength(1);
      expect(receivedAtMs).toBe(deliveries[0]?.receivedAtMs);
    }
  });

  test("are so many at most", async () => {
    const { put, batches } = shard(undefined, { "cost.kinesisBatchRecords": 2 });
    await Promise.all(["a", "b", "c"].map(put));
    expect(batches).toEqual([["a", "b"], ["c"]]);
  });

  test("come again from the first that failed on", async () => {
    const { put, batches, deliveries } = shard((invocation) => (invocation === 0 ? 1 : undefined));
    await Promise.all(["a", "b", "c"].map(put));
    expect(batches).toEqual([
      ["a", "b", "c"],
      ["b", "c"],
    ]);
    expect(deliveries.map(({ attempts }) => attempts.length)).toEqual([1, 2, 2]);
  });

  test("come again, all of them, when the function fails", async () => {
    const { put, batches } = shard((invocation) => (invocation < 2 ? "all" : undefined));
    await Promise.all(["a", "b"].map(put));
    expect(batches).toEqual([
      ["a", "b"],
      ["a", "b"],
      ["a", "b"],
    ]);
  });

  test("that come later have a window of their own", async () => {
    const { put, batches } = shard();
    await put("a");
    await put("b");
    expect(batches).toEqual([["a"], ["b"]]);
  });
});

test("nothing is handed over any more when the run has ended", async () => {
  const { put, batches, end } = shard();
  const putting = put("a");
  end();
  await expect(putting).rejects.toThrow("aborted");
  expect(batches).toEqual([]);
});

import { beforeEach, describe, expect, test } from "vitest";
import { compressed } from "../../functions/compression.ts";
import { payloadOf } from "../../functions/intake/payload.ts";
import { replay } from "../../functions/replayer/replay.ts";
import { type ReplayStore, StoreError, s3Store } from "../../functions/undelivered/store.ts";
import { storedPayloads } from "../../functions/undelivered/stored-parts.ts";
import { replayerOf } from "../support/replayer.ts";
import { INTAKE_FAULTS, storeAndIntake } from "../support/store-and-intake.ts";

/** Each call of a short run fails in turn, in each of several ways; then runs go on until the store is empty. */

const there = storeAndIntake();
let skewMs = 0;

/** Hours pass between runs, and no time at all within one. */
const clock = {
  now: () => Date.now() + skewMs,
  monotonicMs: () => performance.now() + skewMs,
  sleep: async () => undefined,
  random: () => 0.5,
};

const compress = (json: Uint8Array) =>
  ({ body: compressed(json, "zstd", { gzipLevel: 1, zstdLevel: 1 }), encoding: "zstd" }) as const;

const payload = (id: string) => ({
  payload: payloadOf([{ id, timestamp: Date.now(), message: "m" }], compress),
  reason: "http 503",
});
const IDS = ["a", "b", "c", "d", "e"];

beforeEach(async () => {
  there.bucket.clear();
  there.intake.recorder.clear();
  there.intake.recorder.setFaults(undefined);
  const store = s3Store(there.bucket.name, true);
  // Two objects of one payload, and one of three.
  for (const group of [["a"], ["b"], ["c", "d", "e"]]) {
    for (const object of storedPayloads("undelivered", group.map(payload))) await store.write(object, 5_000);
  }
});

/** @param requestMs for one request to the intake: so much that only one that hangs runs out of it, on a busy machine, too */
async function run(store: ReplayStore, requestMs: number) {
  const replayer = replayerOf(there.environment({ SIDECARLESS_REQUEST_TIMEOUT_MS: String(requestMs) }), {
    clock,
    store,
  });
  const { report } = await replay(replayer, clock.monotonicMs() + 60_000);
  expect(report.readEvents).toBe(report.delivered + report.rejected + report.left);
  skewMs += 3_600_000;
}

/** @returns ids in the order in which they came */
async function drained(first: ReplayStore, requestMs = 60_000): Promise<string[]> {
  await run(first, requestMs);
  there.intake.recorder.setFaults(undefined);
  const well = s3Store(there.bucket.name, true);
  for (let i = 0; i < 8 && (await there.bucket.keys("undelivered/")).length > 0; i++) await run(well, 60_000);
  expect(await there.bucket.keys("undelivered/")).toEqual([]);
  const rejected = await there.bucket.ids("rejected/");
  return [...there.intake.recorder.entries().map(({ id }) => String(id)), ...rejected];
}

type Call = <R>(work: () => Promise<R>) => Promise<R>;
const refuse =
  (reason: string): Call =>
  () =>
    Promise.reject(new StoreError(reason, "refused."));

const WAYS: Readonly<Record<string, Call>> = {
  refused: refuse("s3 AccessDenied"),
  throttled: refuse("s3 SlowDown"),
  reset: refuse("s3 ECONNRESET"),
  "an archived object's": refuse("s3 InvalidObjectState"),
  "late, its answer lost": async (work) => {
    await work();
    throw new StoreError("s3 TimeoutError", "no answer in time.");
  },
  "done twice": async (work) => {
    await work();
    return work();
  },
};

/** The store whose call number `n` comes to that. */
function failingAt(n: number, way: Call): ReplayStore {
  const store = s3Store(there.bucket.name, true);
  let calls = 0;
  const counted = <R>(work: () => Promise<R>) => (calls++ === n ? way(work) : work());
  return {
    write: (...args) => counted(() => store.write(...args)),
    read: (...args) => counted(() => store.read(...args)),
    remove: (...args) => counted(() => store.remove(...args)),
    copy: (...args) => counted(() => store.copy(...args)),
    removeAll: (...args) => counted(() => store.removeAll(...args)),
    folders: (...args) => counted(() => store.folders(...args)),
    writeIf: (...args) => counted(() => store.writeIf(...args)),
    async *list(...args) {
      await counted(async () => undefined);
      yield* store.list(...args);
    },
  };
}

describe.each(Object.entries(WAYS))("one call of the store is %s", (_name, way) => {
  test.each(Array.from({ length: 12 }, (_, n) => n))("call %i", async (n) => {
    const ids = await drained(failingAt(n, way));
    expect(new Set(ids)).toEqual(new Set(IDS));
  });
});

describe.each(INTAKE_FAULTS)("the intake answers one request with $kind $status", (fault) => {
  test.each([0, 1, 2, 3, 4])("request %i", async (n) => {
    there.intake.recorder.setFaults({ sequence: [...Array.from({ length: n }, () => null), fault] });
    const isHang = fault.kind === "hang";
    const ids = await drained(s3Store(there.bucket.name, true), isHang ? 150 : undefined);
    expect(new Set(ids)).toEqual(new Set(IDS));
    // Only a lost answer sends anything twice; with a hang, an answer may come too late on a busy machine.
    if (fault.kind !== "lostAnswer" && !isHang) expect(ids.toSorted()).toEqual(IDS);
  });
});

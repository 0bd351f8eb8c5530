import { expect, test } from "vitest";
import { type CachePolicy, createCache } from "../../../functions/forwarder/metadata/cache.ts";
import type { Answer } from "../../../functions/forwarder/metadata/types.ts";
import { manualClock } from "../../support/sends.ts";

interface Value {
  readonly text: string;
}

const policy: CachePolicy = { maxEntries: 2, freshMs: 1_000, missingMs: 100 };
/** What is loaded in the background comes when it comes. */
const poll = <T>(read: () => T) => expect.poll(read, { timeout: 20_000 });
const found = (text: string): Answer<Value> => ({ status: "found", value: { text } });

/** A cache over a source that answers as the test says. */
function cacheOf(random = () => 0.5, { maxEntries, freshMs, missingMs }: CachePolicy = policy) {
  const clock = manualClock(random);
  const cache = createCache<Value>({ maxEntries, freshMs, missingMs }, clock);
  const source = { answer: found("first") as Answer<Value> | Promise<Answer<Value>>, loads: 0 };
  const load = async () => {
    source.loads += 1;
    return source.answer;
  };
  return { clock, cache, source, fill: (key = "k") => cache.fill(key, load) };
}

test("shares one load between all who ask for the same key at the same time", async () => {
  const { cache, source, fill } = cacheOf();
  await Promise.all([fill(), fill(), fill()]);
  await fill();
  expect(cache.known("k")).toEqual({ text: "first" });
  expect(source.loads).toBe(1);
});

test("goes on with what is old while it is loaded anew, even if that never ends", async () => {
  const { clock, cache, source, fill } = cacheOf();
  await fill();
  clock.nowMs = 1_000;
  const second = Promise.withResolvers<Answer<Value>>();
  source.answer = second.promise;
  await fill();
  await fill();
  expect(cache.known("k")).toEqual({ text: "first" });
  expect(source.loads).toBe(2);
  second.resolve(found("second"));
  await poll(() => cache.known("k")).toEqual({ text: "second" });
});

test("loads again after a failed renewal, and keeps what it had meanwhile", async () => {
  const { clock, cache, source, fill } = cacheOf();
  await fill();
  clock.nowMs = 1_000;
  source.answer = { status: "failed" };
  await fill();
  await poll(() => source.loads).toBe(2);
  expect(cache.known("k")).toEqual({ text: "first" });
  source.answer = found("third");
  await poll(async () => fill().then(() => cache.known("k"))).toEqual({ text: "third" });
});

test.each([
  ["earliest", 0, 800],
  ["latest", 1, 1_200],
])("spreads the time of renewal by a fifth: %s", async (_name, random, freshMs) => {
  const { clock, source, fill } = cacheOf(() => random);
  await fill();
  clock.nowMs = freshMs - 1;
  await fill();
  expect(source.loads).toBe(1);
  clock.nowMs = freshMs;
  await fill();
  expect(source.loads).toBe(2);
});

test("believes for a while that there is no such thing, then waits for a new answer", async () => {
  const { clock, cache, source, fill } = cacheOf();
  source.answer = { status: "missing" };
  await fill();
  clock.nowMs = 99;
  await fill();
  expect([source.loads, cache.known("k")]).toEqual([1, undefined]);
  clock.nowMs = 100;
  source.answer = found("late");
  await fill();
  expect([source.loads, cache.known("k")]).toEqual([2, { text: "late" }]);
});

test("keeps what was true of a thing that is gone", async () => {
  const { clock, cache, source, fill } = cacheOf();
  await fill();
  clock.nowMs = 1_000;
  source.answer = { status: "missing" };
  await fill();
  await poll(() => source.loads).toBe(2);
  clock.nowMs = 1_999;
  await fill();
  expect([source.loads, cache.known("k")]).toEqual([2, { text: "first" }]);
});

test("does not wait for what came another way, and renews it if that is not all", async () => {
  const { cache, source, fill } = cacheOf();
  cache.put("k", { text: "from an event" }, 0);
  source.answer = found("from ECS");
  await fill();
  expect(source.loads).toBe(1);
  await poll(() => cache.known("k")).toEqual({ text: "from ECS" });
});

test("drops what was used least recently", async () => {
  const { cache, fill } = cacheOf();
  await fill("a");
  await fill("b");
  cache.known("a");
  await fill("c");
  expect(["a", "b", "c"].map((key) => cache.known(key) !== undefined)).toEqual([true, false, true]);
});

test("keeps for ever what never changes", async () => {
  const { clock, source, fill } = cacheOf(undefined, { ...policy, freshMs: Number.POSITIVE_INFINITY });
  await fill();
  clock.nowMs = 1e12;
  await fill();
  expect(source.loads).toBe(1);
});

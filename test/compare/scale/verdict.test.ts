import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ScaleInput } from "../../../compare/scale/load.ts";
import { accountCase, judge } from "../../../compare/scale/verdict.ts";
import { scaleModel, service } from "./scale-model.ts";

const scale = scaleModel();

describe("which way is right", () => {
  test.each<[string, Partial<ScaleInput>, object]>([
    ["a small service", { gbPerDay: 10, streams: 10 }, { word: "direct", decidedBy: "dollars" }],
    ["many that write little", { gbPerDay: 100, streams: 1_000 }, { word: "kinesis", decidedBy: "dollars" }],
    // 500 deliveries a second want 1,000 forwarders in an outage; 900 can be had, and a stream costs more.
    ["500 deliveries a second", { gbPerDay: 10_000, streams: 2_500 }, { word: "kinesis", decidedBy: "concurrency" }],
    ["449 deliveries a second", { gbPerDay: 10_000, streams: 2_245 }, { word: "direct", decidedBy: "dollars" }],
    [
      "25,100 log streams, 5,020 calls a second",
      { gbPerDay: 1_000, streams: 25_100 },
      { word: "several accounts", way: "kinesis", accounts: 2, decidedBy: "put-calls" },
    ],
    [
      "the same in two accounts",
      { gbPerDay: 1_000, streams: 25_100, accounts: 2 },
      { word: "kinesis", accounts: 2, decidedBy: "concurrency" },
    ],
    [
      "20 MB/s from one log stream, of which the driver sends 10.5",
      { gbPerDay: 1_728, streams: 1 },
      { word: "more log streams", decidedBy: "log-stream" },
    ],
    [
      "100 TB a day where a stream takes 200 MB/s",
      { gbPerDay: 100_000, streams: 10_000, region: "ap-northeast-1" },
      { word: "several accounts", accounts: 2, decidedBy: "stream-bytes" },
    ],
  ])("%s", (_what, given, expected) => {
    expect(judge(service(given), scale)).toMatchObject(expected);
  });

  test("a raised limit counts", () => {
    const busy = service({ gbPerDay: 10_000, streams: 2_500 });
    expect(judge(busy, scaleModel({ "lambda.concurrency": 2_000 }))).toMatchObject({ word: "direct" });
    const many = service({ gbPerDay: 1_000, streams: 25_100 });
    expect(judge(many, scaleModel({ "logs.putCallsPerSecond": 6_000 })).word).toBe("kinesis");
  });
});

const services = fc.record({
  gbPerDay: fc.double({ min: 0.1, max: 3e5, noNaN: true }),
  streams: fc.integer({ min: 1, max: 500_000 }),
  region: fc.constantFrom("us-east-1", "ap-northeast-1"),
  accounts: fc.integer({ min: 1, max: 5 }),
});

test("what is right fits, and several accounts are as few as do", () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(services, (given) => {
      const input = service(given);
      const { word, way, accounts } = judge(input, scale);
      seen.add(word);
      if (word === "more log streams") return;
      expect(accountCase({ ...input, accounts }, scale).ways[way].fits).toBe(true);
      expect(word === "several accounts").toBe(accounts > input.accounts);
      if (word !== "several accounts") return;
      const { ways } = accountCase({ ...input, accounts: accounts - 1 }, scale);
      expect([ways.direct.fits, ways.kinesis.fits]).toEqual([false, false]);
    }),
    { numRuns: 500 },
  );
  expect(seen.size).toBe(4);
});

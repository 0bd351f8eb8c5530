import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readArrivals } from "../../../compare/aws/arrivals.ts";
import { readIngested } from "../../../compare/aws/ingested.ts";
import { arrivalLines, troubleLine } from "../../../functions/recorder/arrival-lines.ts";
import type { Arrival } from "../../../functions/recorder/record.ts";

const arrival = (arrivedAtMs: number, seqs: readonly number[] = [0], run = "r1-lambda"): Arrival => ({
  arrivedAtMs,
  wireBytes: 80,
  rawBytes: 400,
  contentEncoding: "gzip",
  entries: seqs.map((seq) => ({ timestamp: arrivedAtMs - 10, marker: { run, seq, dueMs: arrivedAtMs - 12 } })),
});
const event = (message: string, stream = "a", timestamp = 1) => ({
  stream,
  timestamp,
  ingestionTime: timestamp,
  message,
});
/** As the recorder writes requests, numbered from one. */
const linesOf = (...arrivals: readonly Arrival[]) => arrivals.flatMap((value, i) => arrivalLines(value, i + 1));
const seqs = (count: number) => Array.from({ length: count }, (_, seq) => seq);

describe("readArrivals", () => {
  test("reads the requests of every recorder, in the order of time, not of streams", () => {
    const one = linesOf(arrival(200), arrival(300)).map((line) => event(line));
    const other = linesOf(arrival(100)).map((line) => event(line, "b"));
    const arrivals = [arrival(100), arrival(200), arrival(300)];
    expect(readArrivals([...one, ...other])).toEqual({ arrivals, broken: 0, troubles: [] });
  });

  test("puts the lines of a request together, in whatever order they show", () => {
    const value = arrival(100, seqs(2_000));
    const lines = linesOf(value);
    expect(lines.length).toBeGreaterThan(5);
    const order = fc.shuffledSubarray(lines, { minLength: lines.length, maxLength: lines.length });
    fc.assert(
      fc.property(order, (shuffled) => {
        expect(readArrivals(shuffled.map((line) => event(line)))).toEqual({
          arrivals: [value],
          broken: 0,
          troubles: [],
        });
      }),
      { numRuns: 20 },
    );
  });

  test("whatever lines are missing or cut off, a request is whole or counted", () => {
    const requests = [arrival(100, seqs(400)), arrival(110), arrival(120, seqs(300)), arrival(130), arrival(140)];
    const lines = linesOf(...requests).map((text, i) => ({ text, i }));
    const parts = linesOf(...requests).map((text) => JSON.parse(text) as { number: number });
    const damage = fc.record({
      lost: fc.subarray(lines.map(({ i }) => i)),
      cut: fc.subarray(lines.map(({ i }) => i)),
    });
    fc.assert(
      fc.property(damage, ({ lost, cut }) => {
        const left = lines.filter(({ i }) => !lost.includes(i));
        const texts = left.map(({ text, i }) => (cut.includes(i) ? text.slice(0, -7) : text));
        const damaged = new Set([...lost, ...cut].map((i) => parts[i]?.number));
        const seen = parts.flatMap(({ number }, i) => (lost.includes(i) || cut.includes(i) ? [] : [number]));
        const { arrivals, broken } = readArrivals(texts.map((text) => event(text)));
        expect(arrivals).toEqual(requests.filter((_, i) => !damaged.has(i + 1)));
        // What is missing at either end leaves no gap.
        const known = seen.length === 0 ? 0 : Math.max(...seen) - Math.min(...seen) + 1;
        expect(broken).toBe(known - arrivals.length);
      }),
    );
  });

  test("has what the recorder tells of itself", () => {
    const trouble = { atMs: 5_000, refused: 2, p99Ms: 60, maxMs: 700 };
    const texts = [...linesOf(arrival(100)), troubleLine(trouble) ?? ""];
    expect(readArrivals(texts.map((text) => event(text)))).toEqual({
      arrivals: [arrival(100)],
      broken: 0,
      troubles: [trouble],
    });
  });

  test("takes no other line for a record", () => {
    const others = [
      "recorder: http://0.0.0.0:8080/api/v2/logs (Ctrl-C to end)",
      '{"arrival":{"entries":7},"number":1,"part":1,"parts":1}',
      '{"arrival":{"entries":[]}}',
      '{"arrival":null}',
      '{"trouble":{"atMs":1}}',
      "{}",
    ];
    expect(readArrivals(others.map((other) => event(other)))).toEqual({ arrivals: [], broken: 0, troubles: [] });
  });
});

describe("readIngested", () => {
  test("finds the lines of one run, the first of each, with their size in UTF-8", () => {
    const text = (run: string, seq: number) => `run=${run} seq=${seq} dueMs=1000 INFO größe`;
    const events = [
      { stream: "s", timestamp: 1_003, ingestionTime: 4_000, message: text("r1-lambda", 0) },
      { stream: "s", timestamp: 1_004, ingestionTime: 4_100, message: text("r1-lambda", 0) },
      { stream: "s", timestamp: 1_005, ingestionTime: 4_200, message: text("r0-lambda", 1) },
      { stream: "s", timestamp: 1_006, ingestionTime: 4_300, message: "no marker" },
    ];
    const bytes = Buffer.byteLength(text("r1-lambda", 0));
    expect([...readIngested(events, "r1-lambda")]).toEqual([
      [0, { dueMs: 1_000, readMs: 1_003, ingestedMs: 4_000, bytes }],
    ]);
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readArrivals } from "../../../compare/aws/arrivals.ts";
import { readIngested } from "../../../compare/aws/ingested.ts";
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
const line = (value: Arrival) => `${JSON.stringify({ arrival: value })}\n`;

describe("readArrivals", () => {
  test("reads records between Lambda's own lines, in the order of time, not of streams", () => {
    const events = [
      event("INIT_START Runtime Version: nodejs:24.v1\n"),
      event("START RequestId: 1 Version: $LATEST\n"),
      event(line(arrival(200))),
      event("END RequestId: 1\n"),
      event("REPORT RequestId: 1\tDuration: 1 ms\n"),
      event('{"time":"2026-11-20T10:00:00.000Z","type":"platform.report","record":{"requestId":"1"}}'),
      event(line(arrival(100)), "b"),
    ];
    expect(readArrivals(events)).toEqual({ arrivals: [arrival(100), arrival(200)], broken: 0 });
  });

  test("puts a record together that was cut into several events, while another stream writes", () => {
    const long = line(
      arrival(
        100,
        Array.from({ length: 50 }, (_, i) => i),
      ),
    );
    const events = [
      event(long.slice(0, 700)),
      event(line(arrival(150)), "b"),
      event(long.slice(700, 1_400)),
      event(long.slice(1_400)),
    ];
    const { arrivals, broken } = readArrivals(events);
    expect(arrivals.map(({ entries }) => entries.length)).toEqual([50, 1]);
    expect(broken).toBe(0);
  });

  test("counts a record that is not whole, and reads on behind it", () => {
    const cut = line(arrival(100)).slice(0, 60);
    const ofLambda = event('{"time":"2026-11-20T10:00:00.000Z","type":"platform.report","record":{"requestId":"1"}}');
    const events = [
      ...[event(cut), event("END RequestId: 1\n"), event(cut), ofLambda],
      ...[event(cut), event(line(arrival(200))), event(cut)],
    ];
    expect(readArrivals(events)).toEqual({ arrivals: [arrival(200)], broken: 4 });
  });

  test("wherever a record is cut, it is whole again", () => {
    const text = line(arrival(100, [1, 2, 3]));
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: text.length - 2 }), { maxLength: 6 });
    fc.assert(
      fc.property(cuts, (unsorted) => {
        const places = [0, ...unsorted.toSorted((a, b) => a - b), text.length];
        const pieces = places.slice(1).map((end, i) => text.slice(places[i], end));
        const first = pieces[0] ?? "";
        // A first piece that is shorter than what tells a record can't be told from another line.
        fc.pre(first.startsWith('{"arrival":'));
        expect(readArrivals(pieces.map((piece) => event(piece)))).toEqual({
          arrivals: [arrival(100, [1, 2, 3])],
          broken: 0,
        });
      }),
    );
  });

  test("takes no other line for a record", () => {
    const others = ['{"arrival":{"entries":7}}', '{"arrival":null}', "{}", "recorder: text"];
    expect(readArrivals(others.map((other) => event(other))).arrivals).toEqual([]);
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

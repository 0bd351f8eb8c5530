import fc from "fast-check";
import { expect, test } from "vitest";
import { type ArrivalLine, arrivalLines, troubleLine } from "../../functions/recorder/arrival-lines.ts";
import type { Arrival } from "../../functions/recorder/record.ts";

const entry = fc.record(
  {
    id: fc.stringMatching(/^[0-9]{56}$/),
    timestamp: fc.nat(),
    marker: fc.record({ run: fc.stringMatching(/^[\w.-]{1,64}$/), seq: fc.nat(), dueMs: fc.nat() }),
  },
  { requiredKeys: [] },
);
const arrivals = fc.record({
  arrivedAtMs: fc.nat(),
  headersAtMs: fc.nat(),
  wireBytes: fc.nat(),
  rawBytes: fc.nat(),
  contentEncoding: fc.constantFrom("gzip", "identity", "zstd", "deflate"),
  entries: fc.array(entry, { maxLength: 2_000, size: "max" }),
});

test("all of a request is in its lines, which a log driver takes whole", () => {
  fc.assert(
    fc.property(arrivals, fc.nat(), (arrival: Arrival, number) => {
      const texts = arrivalLines(arrival, number);
      const lines = texts.map((text) => JSON.parse(text) as ArrivalLine);
      const { entries, ...request } = arrival;
      expect(lines.flatMap((line) => line.arrival.entries)).toEqual(entries);
      for (const [i, line] of lines.entries()) {
        expect(line).toMatchObject({ arrival: request, number, part: i + 1, parts: lines.length });
      }
      for (const text of texts) {
        expect(Buffer.byteLength(text)).toBeLessThan(16 * 1_024);
        expect(text).not.toContain("\n");
      }
    }),
    { numRuns: 30 },
  );
});

test("a small request is one line", () => {
  const arrival = { arrivedAtMs: 1, wireBytes: 2, rawBytes: 3, contentEncoding: "gzip", entries: [{ id: "a" }] };
  expect(arrivalLines(arrival, 7)).toEqual([JSON.stringify({ arrival, number: 7, part: 1, parts: 1 })]);
  expect(arrivalLines({ ...arrival, entries: [] }, 8)).toHaveLength(1);
});

test("tells of itself only if it did not keep up", () => {
  const well = { atMs: 1_000, refused: 0, p99Ms: 12, maxMs: 80 };
  expect(troubleLine(well)).toBeUndefined();
  for (const trouble of [
    { ...well, refused: 1 },
    { ...well, p99Ms: 51 },
    { ...well, maxMs: 501 },
  ]) {
    expect(JSON.parse(troubleLine(trouble) ?? "")).toEqual({ trouble });
  }
});

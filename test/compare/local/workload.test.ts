import { expect, test } from "vitest";
import { type PhaseSpec, scheduleOf } from "../../../compare/local/phases.ts";
import { workloadLines } from "../../../compare/local/workload.ts";
import { readMarker } from "../../../functions/recorder/marker.ts";

const spec: PhaseSpec = { id: "steady", title: "", load: [{ ms: 10_000, times: 1 }] };
const dueMs = scheduleOf(spec, 1_000);
const linesOf = (seed: number) => [...workloadLines({ seed, run: "steady", dueMs, lineBytes: 200 })];

test("the same seed gives the same bytes, another seed others", () => {
  expect(linesOf(7)).toEqual(linesOf(7));
  expect(linesOf(7)).not.toEqual(linesOf(8));
});

test("every line has its marker, in order, and is one line", () => {
  for (const [seq, line] of linesOf(1).entries()) {
    expect(readMarker(line)).toEqual({ run: "steady", seq, dueMs: Math.round(dueMs[seq] ?? Number.NaN) });
    expect(line).not.toMatch(/[\r\n]/);
  }
});

test("has JSON that parses, plain text, stack traces, text beyond ASCII, and lines over 16 KiB", () => {
  const lines = linesOf(1);
  const json = lines.filter((line) => line.startsWith("{"));
  for (const line of json) expect(JSON.parse(line)).toMatchObject({ run: "steady", level: "info" });
  expect(json.length / lines.length).toBeGreaterThan(0.4);
  expect(lines.filter((line) => /^run=\S+ seq=\d+ dueMs=\d+ (INFO|ERROR) /.test(line)).length).toBeGreaterThan(1_000);
  expect(lines.filter((line) => line.startsWith("    at ")).length).toBeGreaterThan(100);
  expect(lines.filter((line) => Buffer.byteLength(line) > line.length).length).toBeGreaterThan(500);
  expect(lines.filter((line) => Buffer.byteLength(line) > 16_384).length).toBeGreaterThan(0);
});

test.each([100, 200, 1_000])("lines of %i bytes on average are about that long", (lineBytes) => {
  const lines = [...workloadLines({ seed: 3, run: "steady", dueMs, lineBytes })];
  const ordinary = lines.map((line) => Buffer.byteLength(line)).filter((bytes) => bytes < 16_384);
  const average = ordinary.reduce((sum, bytes) => sum + bytes, 0) / ordinary.length;
  expect(average / lineBytes).toBeGreaterThan(0.8);
  expect(average / lineBytes).toBeLessThan(1.25);
});

test("a schedule has its lines evenly spaced, each part at its own rate", () => {
  const due = scheduleOf(
    {
      id: "x",
      title: "",
      load: [
        { ms: 1_000, times: 1 },
        { ms: 500, times: 10 },
      ],
    },
    10,
  );
  expect(due).toHaveLength(10 + 50);
  expect(due.slice(0, 3)).toEqual([0, 100, 200]);
  expect(due.slice(10, 13)).toEqual([1_000, 1_010, 1_020]);
  expect(due).toEqual(due.toSorted((a, b) => a - b));
});

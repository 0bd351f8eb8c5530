import { describe, expect, test } from "vitest";
import { parseRecord, recordText } from "../../../compare/record/record-text.ts";
import { RESULT_VERSION, type Result, ResultError } from "../../../compare/result.ts";
import { comparisonResult } from "../../support/comparison-result.ts";

const result = comparisonResult({ linesPerSecond: 5, phases: ["steady", "outage-10s"] });
const parse = (value: unknown) => parseRecord(JSON.stringify(value), "result.json");

test("reads what was written, every sample of it", () => {
  expect(parseRecord(recordText(result), "result.json")).toEqual(result);
});

test("reads the version before, whose columns are plain", () => {
  expect(parse({ ...result, version: 1 })).toEqual(result);
});

test("keeps arrivals as they are where they are not the sum of their stages to the tenth", () => {
  const odd = withSamples(result, (samples) => ({
    ...samples,
    arrivedMs: samples.arrivedMs.map((_, line) => line / 7),
  }));
  expect(parseRecord(recordText(odd), "result.json")).toEqual(odd);
});

test("is small: lines of one request, and those due at even distances, take no room of their own", () => {
  const lines = 50_000;
  const inRequests = Array.from({ length: lines }, (_, line) => Math.ceil((line + 1) / 500) * 1_000 + 12.3);
  const dueMs = Array.from({ length: lines }, (_, line) => line * 2);
  const buffer = inRequests.map((arrived, line) => Math.round((arrived - 2 - line * 2) * 10) / 10);
  const [phase] = result.phases;
  const samples = { ...phase?.paths["firelens-hardened"], arrivedMs: inRequests };
  const paths = { "firelens-hardened": { ...samples, stagesMs: { buffer, network: dueMs.map(() => 2) } } };
  const large = { ...result, phases: [{ ...phase, dueMs, paths }] } as unknown as Result;
  expect(recordText(large).length).toBeLessThan(10_000);
  expect(parseRecord(recordText(large), "result.json")).toEqual(large);
});

describe("refuses, and says why", () => {
  const [phase] = result.phases;
  const samples = phase?.paths.lambda;
  const withPaths = (paths: object) => ({ ...result, phases: [{ ...phase, paths }] });
  test.each<[string, unknown, string]>([
    ["another JSON file", { name: "x" }, 'result.json is no result of "compare local" or "compare aws".'],
    ["null", null, "result.json is no result"],
    [
      "a newer version",
      { ...result, version: RESULT_VERSION + 1 },
      `result.json has version ${RESULT_VERSION + 1}; this program reads 1 and ${RESULT_VERSION}.`,
    ],
    ["no phases", { ...result, phases: undefined }, "result.json is damaged: paths, phases or warnings are missing."],
    ["a path nobody described", withPaths({ other: samples }), "phase steady has a path other that is not described"],
    ["no due times", { ...result, phases: [{ ...phase, dueMs: [[1]] }] }, "phase steady has no samples"],
    [
      "columns of different lengths",
      withPaths({ lambda: { ...samples, arrivedMs: [1] } }),
      "phase steady, path lambda: columns are no columns, or differ in length",
    ],
    ["no columns", withPaths({ lambda: { ...samples, arrivedMs: "1" } }), "phase steady, path lambda: columns are no"],
    ["a path without samples", withPaths({ lambda: {} }), "phase steady, path lambda: columns are no columns"],
  ])("%s", (_what, value, message) => {
    expect(() => parse(value)).toThrow(ResultError);
    expect(() => parse(value)).toThrow(message);
  });

  test("a file that was cut off", () => {
    const text = recordText(result).slice(0, -10);
    expect(() => parseRecord(text, "result.json")).toThrow("result.json is not JSON: it is cut off");
  });
});

function withSamples(
  whole: Result,
  change: (samples: Result["phases"][number]["paths"][string]) => Result["phases"][number]["paths"][string],
): Result {
  return {
    ...whole,
    phases: whole.phases.map((phase) => ({
      ...phase,
      paths: Object.fromEntries(Object.entries(phase.paths).map(([id, samples]) => [id, change(samples)])),
    })),
  };
}
